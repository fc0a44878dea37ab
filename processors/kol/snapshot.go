package kol

import (
	"maps"
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/kol/graph"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Save writes the community after a Publish. A refresh that is under way begins again after Load, and comes to the same.
func (c *Community) Save(w *state.Writer) {
	c.graph.Save(w)
	c.against.Save(w)
	state.Put(w, c.waiting)
	w.Uint(uint64(len(c.said)))
	for _, m := range slices.Sorted(maps.Keys(c.said)) {
		w.Int(int64(m))
		w.Int(c.said[m])
	}
	w.Uint(uint64(len(c.names)))
	for i := range c.names {
		c.names[i].save(w)
	}
	state.Put(w, c.poll.since)
	state.Put(w, c.poll.days)
	c.last.save(w)
	w.Uint(uint64(len(c.past)))
	for _, x := range c.past {
		w.Int(int64(x.day))
		for b := range boards {
			w.Uint32s(x.order[b])
		}
	}
	w.Uint32s(c.marks.cluster)
	state.Put(w, c.marks.bridge)
	w.Int(int64(c.marks.next))
	w.Uint(uint64(len(c.places.names)))
	for _, n := range c.places.names {
		w.String(n)
	}
	w.Uint32s(c.places.of)
	w.Int(int64(c.day))
	w.Int(int64(c.pending))
	w.Int(int64(c.merging))
	for _, b := range []bool{c.filled, c.stale, c.shrunk, c.returned} {
		w.Bool(b)
	}
}

func (d *done) save(w *state.Writer) {
	w.Int(int64(d.day))
	for b := range boards {
		state.Put(w, d.influence[b])
		w.Uint32s(d.ranks[b])
	}
	w.Uint(uint64(len(d.dependents)))
	for _, x := range d.dependents {
		w.Int(int64(x.kol))
		w.Int(int64(x.member))
		w.Float(x.share)
	}
}

// Load reads what Save wrote. Damage fails r; the community is then empty.
func Load(r *state.Reader) *Community {
	c := New()
	c.graph, c.against = graph.Load(r), graph.Load(r)
	c.waiting = state.Get[graph.Tie](r)
	for range r.Len() {
		m := uint32(r.Between(0, math.MaxUint32))
		c.said[m] = r.Int()
	}
	for range r.Len() {
		c.names = append(c.names, loadNames(r))
	}
	c.poll = &poll{since: state.Get[uint16](r), days: state.Get[uint16](r)}
	c.last = loadDone(r, c.graph.Nodes())
	for range r.Len() {
		x := past{day: day(r)}
		for b := range boards {
			x.order[b] = r.Uint32s()
		}
		c.past = append(c.past, x)
	}
	c.marks = marks{r.Uint32s(), state.Get[float64](r), uint32(r.Between(0, 1<<31))}
	for range r.Len() {
		c.places.names = append(c.places.names, r.String())
	}
	c.places.of = r.Uint32s()
	c.day, c.pending, c.merging = day(r), day(r), int(r.Between(0, int64(len(c.waiting))))
	c.filled, c.stale, c.shrunk, c.returned = r.Bool(), r.Bool(), r.Bool(), r.Bool()
	c.reached()
	if !c.sound() {
		r.Fail()
	}
	if r.Err() != nil {
		return New()
	}
	return c
}

func day(r *state.Reader) int32 { return int32(r.Between(unset, math.MaxUint16)) }

func loadDone(r *state.Reader, nodes int) *done {
	d := &done{day: day(r)}
	for b := range boards {
		d.influence[b], d.ranks[b] = state.Get[float64](r), r.Uint32s()
		for _, v := range d.influence[b] {
			if !(v >= 0 && v <= 2) {
				r.Fail()
			}
		}
		if len(d.influence[b]) > nodes || len(d.ranks[b]) > nodes {
			r.Fail()
		}
	}
	for range r.Len() {
		x := dependent{uint32(r.Between(0, math.MaxUint32)), uint32(r.Between(0, math.MaxUint32)), r.Float()}
		if int(x.kol) >= nodes || int(x.member) >= nodes {
			r.Fail()
		}
		d.dependents = append(d.dependents, x)
	}
	return d
}

// reached finds the greatest number of a member.
func (c *Community) reached() {
	c.reach = max(c.graph.Reach(), c.against.Reach())
	for i := range c.waiting {
		c.reach = max(c.reach, int(max(c.waiting[i].Actor, c.waiting[i].Target))+1)
	}
	for m := range c.said {
		c.reach = max(c.reach, int(m)+1)
	}
}

// sound reports whether the parts fit together.
func (c *Community) sound() bool {
	n, x := c.graph.Nodes(), c.poll
	if len(x.since) != len(x.days) || len(x.since) > c.reach || len(c.marks.cluster) > n || len(c.marks.bridge) > n {
		return false
	}
	if c.pending == unset && (c.merging > 0 || len(c.places.of) > 0) || len(c.places.of) > c.reach {
		return false
	}
	for _, channel := range c.places.of {
		if int(channel) > len(c.places.names) {
			return false
		}
	}
	for i := range c.waiting {
		t := &c.waiting[i]
		if t.Actor == t.Target || t.Against > 1 || t.Time < schemas.MinTime || t.Time > schemas.MaxTime {
			return false
		}
	}
	return true
}
