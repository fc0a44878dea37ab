package processors

import (
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Rejections turns rollcall.rejected into rows. It keeps no state.
type Rejections struct {
	rows schemas.RejectedRows
	out  Outputs
}

// NewRejections returns the fold of a partition of rollcall.rejected.
func NewRejections() *Rejections {
	f := &Rejections{}
	f.out.Rows = []schemas.Rows{&f.rows}
	return f
}

// Apply implements Fold. A record that cannot be read is kept as it is, so nothing is lost even here.
func (f *Rejections) Apply(offset int64, value []byte) {
	var r actionpb.Rejected
	if err := proto.Unmarshal(value, &r); err != nil || r.Version > schemas.Version {
		r = actionpb.Rejected{Source: "kafka", Reason: string(schemas.ReasonUnsupportedVersion),
			Detail: "a record of " + schemas.TopicRejected + " that this program cannot read", Payload: value}
	}
	f.row(&r, offset)
}

func (f *Rejections) row(r *actionpb.Rejected, offset int64) {
	f.rows.Received = append(f.rows.Received, r.Received)
	f.rows.Community = append(f.rows.Community, r.Community)
	f.rows.Source = append(f.rows.Source, r.Source)
	f.rows.Reason = append(f.rows.Reason, r.Reason)
	f.rows.Field = append(f.rows.Field, r.Field)
	f.rows.Detail = append(f.rows.Detail, r.Detail)
	f.rows.Payload = append(f.rows.Payload, string(r.Payload))
	f.rows.Digest = append(f.rows.Digest, schemas.Digest(r.Source, r.Payload))
	f.rows.Version = append(f.rows.Version, uint64(offset)+1)
}

// Prefetch implements Fold: there is too little to gain here.
func (*Rejections) Prefetch([]schemas.Logged) {}

// Park implements Fold.
func (f *Rejections) Park(offset int64, value []byte, why string) {
	f.row(&actionpb.Rejected{Source: "kafka", Reason: string(schemas.ReasonInvalidField), Detail: why, Payload: value}, offset)
}

// Waiting implements Fold.
func (f *Rejections) Waiting() int { return f.rows.Len() }

// Uncut implements Fold.
func (f *Rejections) Uncut() bool { return false }

// Busy implements Fold.
func (f *Rejections) Busy() bool { return false }

// Flush implements Fold.
func (f *Rejections) Flush() *Outputs { return &f.out }

// Delivered implements Fold.
func (f *Rejections) Delivered() { f.out.reset() }

// Save implements Fold.
func (*Rejections) Save(*state.Writer) {}

// Load implements Fold.
func (*Rejections) Load(r *state.Reader) error { return r.Done() }
