package processors

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/processors/activity"
	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Communities is the fold of the communities stage: what needs a whole community.
type Communities struct {
	communities map[string]*whole
	order       []*whole
	next        int64

	signal   actionpb.Signal
	activity schemas.ActivityRows
	out      Outputs
}

// whole is one community, summed over the partitions of the members stage.
type whole struct {
	name     string
	zone     string
	clock    actionpb.Clock
	lateness int64
	calendar *calendar.Calendar
	sources  []source
	totals   *activity.Totals
	dirty    bool
}

// source is one partition of the members stage, as far as it was heard.
type source struct {
	cut   int64 // high-water mark: what is not above (cut, chunk) was applied before
	chunk int32
	more  bool // chunks of this cut are missing
	time  int64
}

// NewCommunities returns the empty fold of a partition of rollcall.signals.
func NewCommunities() *Communities {
	c := &Communities{communities: map[string]*whole{}}
	c.out.Rows = []schemas.Rows{&c.activity}
	return c
}

// Apply implements Fold.
func (c *Communities) Apply(offset int64, value []byte) {
	c.next = offset + 1
	s := &c.signal
	if err := proto.Unmarshal(value, s); err != nil || !valid(s) {
		r := &actionpb.Rejected{
			Version: schemas.Version, Source: "kafka", Reason: string(schemas.ReasonInvalidField), Payload: value,
			Detail: fmt.Sprintf("record %d of %s is no signal of this version", offset, schemas.TopicSignals),
		}
		c.out.Rejected = append(c.out.Rejected, schemas.RejectedRecord(r))
		c.out.Stats.Rejected++
		return
	}
	w := c.communities[s.Community]
	if w == nil {
		w = newWhole(s.Community, int(s.Partitions))
		c.communities[s.Community] = w
		c.order = append(c.order, w)
	}
	w.apply(s)
}

// valid reports whether a signal can be one of this program's or an older one's.
func valid(s *actionpb.Signal) bool {
	ok := s.Version <= schemas.Version && s.Community != "" && s.Partition >= 0 && s.Partition < s.Partitions && s.Partitions <= 1<<16
	for _, d := range s.Deltas {
		n := len(d.End)
		for _, column := range [][]int64{d.Actions, d.Active, d.Contributing} {
			ok = ok && (len(column) == 0 || len(column) == n)
		}
	}
	return ok
}

func newWhole(name string, partitions int) *whole {
	w := &whole{name: name, sources: make([]source, partitions), totals: activity.NewTotals(), lateness: defaultLateMS}
	w.calendar, _ = calendar.New("")
	for i := range w.sources {
		w.sources[i] = source{time: unset}
	}
	return w
}

func (w *whole) apply(s *actionpb.Signal) {
	if int(s.Partition) >= len(w.sources) {
		return // of another deployment: the partition count is checked at start
	}
	from := &w.sources[s.Partition]
	// Only what comes next: a chunk that was lost on its way is sent again, with all behind it.
	next := s.Cut > from.cut && s.Chunk == 0 && !from.more || s.Cut == from.cut && s.Chunk == from.chunk+1 && from.more
	if !next {
		return
	}
	from.cut, from.chunk, from.more = s.Cut, s.Chunk, s.More
	if set := s.Settings; set != nil {
		w.zone, w.clock, w.lateness = set.TimeZone, set.Clock, set.LatenessMs
		if cal, err := calendar.New(w.zone); err == nil {
			w.calendar = cal
		}
	}
	for _, d := range s.Deltas {
		w.totals.Apply(d)
	}
	if !s.More { // stream time comes with the last chunk, when all that it covers is here
		from.time = s.Time
	}
	w.dirty = true
}

// now returns the community's stream time: the least of its partitions', unset until all were heard.
func (w *whole) now() int64 {
	t := int64(1<<63 - 1)
	for i := range w.sources {
		t = min(t, w.sources[i].time)
	}
	return t
}

// Waiting implements Fold: rows are made by Flush, so none waits.
func (c *Communities) Waiting() int { return 0 }

// Uncut implements Fold.
func (c *Communities) Uncut() bool { return false }

// Flush implements Fold.
func (c *Communities) Flush() *Outputs {
	for _, w := range c.order {
		now := w.now()
		if !w.dirty || now == unset {
			continue
		}
		w.dirty = false
		w.totals.Publish(w.name, now, w.lateness, w.calendar, uint64(c.next), &c.activity)
	}
	return &c.out
}

// Delivered implements Fold.
func (c *Communities) Delivered() { c.out.reset() }

// Save implements Fold.
func (c *Communities) Save(w *state.Writer) {
	w.Int(c.next)
	w.Uint(uint64(len(c.order)))
	for _, x := range c.order {
		w.String(x.name)
		w.String(x.zone)
		w.Uint(uint64(x.clock))
		w.Int(x.lateness)
		w.Bool(x.dirty)
		w.Uint(uint64(len(x.sources)))
		for _, s := range x.sources {
			w.Int(s.cut)
			w.Int(int64(s.chunk))
			w.Bool(s.more)
			w.Int(s.time)
		}
		x.totals.Save(w)
	}
}

// Load implements Fold.
func (c *Communities) Load(r *state.Reader) error {
	c.next = r.Int()
	for range r.Len() {
		w := &whole{name: r.String(), zone: r.String(), clock: actionpb.Clock(r.Uint()), lateness: r.Int(), dirty: r.Bool()}
		var err error
		if w.calendar, err = calendar.New(w.zone); err != nil {
			return fmt.Errorf("community %q: %w", w.name, err)
		}
		for range r.Len() {
			w.sources = append(w.sources, source{r.Int(), int32(r.Int()), r.Bool(), r.Int()})
		}
		w.totals = activity.LoadTotals(r)
		c.communities[w.name] = w
		c.order = append(c.order, w)
	}
	return r.Done()
}
