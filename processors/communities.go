package processors

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/processors/churn"
	"github.com/rollcall-dev/rollcall/processors/kol"
	"github.com/rollcall-dev/rollcall/processors/lifecycle"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Communities is the fold of the communities stage: what needs a whole community.
type Communities struct {
	communities map[string]*whole
	order       []*whole
	next        int64

	signal    actionpb.Signal
	activity  schemas.ActivityRows
	lifecycle lifecycle.Rows
	hours     schemas.ActiveHourRows
	churn     churn.Rows
	alerts    schemas.AlertRows
	days      schemas.CommunityDayRows
	kols      kol.Rows
	community schemas.CommunityRows
	out       Outputs
}

// NewCommunities returns the empty fold of a partition of rollcall.signals.
func NewCommunities() *Communities {
	c := &Communities{communities: map[string]*whole{}}
	c.out.Rows = []schemas.Rows{&c.activity, &c.lifecycle.Days, &c.lifecycle.Lifecycle, &c.lifecycle.Retention, &c.lifecycle.Stickiness,
		&c.hours, &c.churn.Members, &c.churn.Transitions, &c.churn.Days, &c.churn.Models, &c.alerts, &c.days,
		&c.kols.KOLs, &c.kols.Dependents, &c.kols.Clusters, &c.kols.Members, &c.community}
	return c
}

// Apply implements Fold.
func (c *Communities) Apply(offset int64, value []byte) {
	c.next = offset + 1
	s := &c.signal
	err := proto.Unmarshal(value, s)
	if err == nil && s.Command != nil {
		c.command(s)
		return
	}
	if err != nil || !valid(s) {
		c.Park(offset, value, fmt.Sprintf("record %d of %s is no signal of this version", offset, schemas.TopicSignals))
		return
	}
	if s.Version < stateVersion {
		return
	}
	w := c.communities[s.Community]
	if w == nil {
		w = newWhole(s.Community, 0, int(s.Partitions))
		c.communities[s.Community] = w
		c.order = append(c.order, w)
	}
	switch {
	case s.Epoch == w.epoch:
		if w.apply(s); s.Swapped && !s.More {
			// Its partition was folded again from before the swap, or a while has passed: what was written under the old names
			// since goes as well.
			c.out.Moves = append(c.out.Moves, schemas.Move{Community: w.name, Epoch: w.epoch})
		}
	case s.Epoch > w.epoch: // a rebuild's second state
		if w.next == nil || w.next.epoch < s.Epoch {
			w.next = newWhole(s.Community, s.Epoch, int(s.Partitions))
			w.next.staged = true
		}
		if w.next.epoch == s.Epoch && w.next.apply(s) && w.next.swapped() {
			c.swap(w)
		}
	}
}

// command takes what a person says of alerts. Of a community that is not there nothing is to be said.
func (c *Communities) command(s *actionpb.Signal) {
	for w := c.communities[s.Community]; w != nil; w = w.next {
		w.watch.alerts.Command(s.Command)
		w.dirty = true
	}
}

// swap makes the second state the live one. Every partition of the members stage has done so, and has written its rows:
// they get the community's name.
func (c *Communities) swap(w *whole) {
	n := w.next
	w.replaced(c)
	n.staged, n.dirty = false, true
	n.watch.alerts.Live(n.took())
	c.communities[n.name] = n
	for i := range c.order {
		if c.order[i] == w {
			c.order[i] = n
		}
	}
	c.out.Moves = append(c.out.Moves, schemas.Move{Community: n.name, Epoch: n.epoch})
}

// Prefetch implements Fold: there is too little to gain here.
func (*Communities) Prefetch([]schemas.Logged) {}

// Park implements Fold.
func (c *Communities) Park(offset int64, value []byte, why string) {
	c.next = offset + 1
	c.out.Rejected = append(c.out.Rejected, schemas.RejectedRecord(&actionpb.Rejected{
		Version: schemas.Version, Source: "kafka", Reason: string(schemas.ReasonInvalidField), Payload: value, Detail: why,
	}))
	c.out.Stats.Rejected++
}

// Waiting implements Fold: rows are made by Flush, so none waits.
func (c *Communities) Waiting() int { return 0 }

// Uncut implements Fold.
func (c *Communities) Uncut() bool { return false }

// Busy implements Fold: a ranking may be under way.
func (c *Communities) Busy() bool {
	for _, w := range c.order {
		if w.kols.Busy() || w.next != nil && w.next.kols.Busy() {
			return true
		}
	}
	return false
}

// Flush implements Fold.
func (c *Communities) Flush() *Outputs {
	for _, w := range c.order {
		w.flush(c)
		if w.next != nil {
			w.next.flush(c)
		}
	}
	return &c.out
}

// Delivered implements Fold.
func (c *Communities) Delivered() { c.out.reset() }

// Published names the communities of which rows have been handed out, in the order in which they came into being.
func (c *Communities) Published() []string {
	var out []string
	for _, w := range c.order {
		if w.told != unset && !w.staged {
			out = append(out, w.name)
		}
	}
	return out
}

// Save implements Fold.
func (c *Communities) Save(w *state.Writer) {
	w.Uint(stateVersion)
	w.Int(c.next)
	w.Uint(uint64(len(c.order)))
	for _, x := range c.order {
		x.save(w)
	}
}

// Load implements Fold.
func (c *Communities) Load(r *state.Reader) error {
	if v := r.Uint(); v != stateVersion {
		return fmt.Errorf("state of version %d, this program's is %d: %w", v, stateVersion, state.ErrDamaged)
	}
	c.next = r.Int()
	for range r.Len() {
		w, err := loadWhole(r)
		if err != nil {
			return err
		}
		c.communities[w.name] = w
		c.order = append(c.order, w)
	}
	return r.Done()
}
