package activity

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Segment is a segment's number within one Tracker. WholeCommunity is always there.
type Segment uint32

// WholeCommunity is the segment of every action.
const WholeCommunity Segment = 0

// step is a change of one window's numbers at one window end.
type step struct {
	end                           int32
	actions, active, contributing int32
}

// segment holds what happened in one segment since the last cut.
type segment struct {
	dimension Dimension
	name      string
	used      bool
	dirty     bool
	// Actions of the newest pane of each resolution that was touched, not yet turned into steps.
	pane    [resolutions]int32
	actions [resolutions]int32
	steps   [windows][]step
}

// Tracker follows one community in one partition of the members stage. Presence costs 72 bytes a (member, segment) at
// the default lateness of an hour.
type Tracker struct {
	lateness int64 // milliseconds

	names    [dimensions]map[string]Segment
	segments []segment
	dirty    []Segment
	unused   []Segment // numbers to give out again

	// Presence: per (member, segment) a record of stride words: the heads, then the rings of the active and of the
	// contributing, each minutes, hours, days.
	words   [resolutions]int
	stride  int
	records map[uint64]uint32
	slab    []uint64
	free    []uint32
}

// NewTracker returns a tracker for actions that come at most lateness milliseconds behind stream time.
func NewTracker(lateness int64) *Tracker {
	t := &Tracker{lateness: lateness, records: map[uint64]uint32{}, stride: 1}
	for d := range t.names {
		t.names[d] = map[string]Segment{}
	}
	for r, pane := range [resolutions]int64{minuteMS, hourMS, dayMS} {
		// Back from the head: the lateness, rounded up and once more for a lateness that starts within a pane (a local
		// day may be short as well), then a window.
		panes := lateness/pane + 3 + int64(longest[r])
		t.words[r] = int((panes + 63) / 64)
		t.stride += 2 * t.words[r]
	}
	t.Segment(Whole, nil)
	return t
}

// Segment returns the number of a segment, a new one for a new name.
func (t *Tracker) Segment(d Dimension, name []byte) Segment {
	if s, ok := t.names[d][string(name)]; ok {
		return s
	}
	var s Segment
	if n := len(t.unused); n > 0 {
		s, t.unused = t.unused[n-1], t.unused[:n-1]
	} else {
		s = Segment(len(t.segments))
		t.segments = append(t.segments, segment{})
	}
	t.segments[s] = segment{dimension: d, name: string(name), used: true}
	t.names[d][string(name)] = s
	return s
}

// Panes are the panes an event time lies in. Day is the community's local day.
type Panes struct{ Minute, Hour, Day int32 }

// PanesOf returns the panes of an instant (Unix milliseconds, not before 1970) whose local day is day.
func PanesOf(ms int64, day int32) Panes {
	return Panes{Minute: int32(ms / minuteMS), Hour: int32(ms / hourMS), Day: day}
}

// Observe counts one action of a member in a segment. It reports whether this is the first action of that day that makes
// the member active in the segment.
func (t *Tracker) Observe(member uint32, s Segment, at Panes, active, contributing bool) (activeDay bool) {
	g := &t.segments[s]
	if !g.dirty {
		g.dirty = true
		t.dirty = append(t.dirty, s)
	}
	panes := [resolutions]int32{at.Minute, at.Hour, at.Day}
	for r, p := range panes {
		if g.actions[r] > 0 && g.pane[r] != p {
			g.count(resolution(r))
		}
		g.pane[r] = p
		g.actions[r]++
	}
	if !active && !contributing {
		return false
	}
	rec := t.record(member, s, at)
	rings := rec[1:]
	heads := headsOf(rec[0])
	for r, p := range panes {
		n := t.words[r]
		act, con := ring(rings[:n]), ring(rings[n:2*n])
		rings = rings[2*n:]
		if p > heads[r] {
			act.clear(heads[r]+1, p)
			con.clear(heads[r]+1, p)
			heads[r] = p
		}
		if active && !act.has(p) {
			g.present(resolution(r), act, p, heads[r], func(s *step, by int32) { s.active += by })
			act.set(p)
			activeDay = activeDay || resolution(r) == days
		}
		if contributing && !con.has(p) {
			g.present(resolution(r), con, p, heads[r], func(s *step, by int32) { s.contributing += by })
			con.set(p)
		}
	}
	rec[0] = heads.word()
	return activeDay
}

// heads are the newest panes of a record. The hour follows from the minute.
type heads [resolutions]int32

func headsOf(w uint64) heads {
	m := int32(uint32(w >> 32))
	return heads{m, m / 60, int32(uint32(w))}
}

func (h heads) word() uint64 { return uint64(uint32(h[minutes]))<<32 | uint64(uint32(h[days])) }

// record returns the presence record of a member in a segment, a new one where there is none.
func (t *Tracker) record(member uint32, s Segment, at Panes) []uint64 {
	key := uint64(member)<<32 | uint64(s)
	i, ok := t.records[key]
	if !ok {
		if n := len(t.free); n > 0 {
			i, t.free = t.free[n-1], t.free[:n-1]
		} else {
			i = uint32(len(t.slab) / t.stride)
			t.slab = slices.Grow(t.slab, t.stride)[:len(t.slab)+t.stride]
		}
		t.records[key] = i
		rec := t.slab[int(i)*t.stride:][:t.stride]
		clear(rec)
		rec[0] = heads{at.Minute, at.Hour, at.Day}.word()
		return rec
	}
	return t.slab[int(i)*t.stride:][:t.stride]
}

// Forget drops the records and segments that can touch no window any more, now that the community's stream time has reached day.
// Call it when the day changes: a record that is gone means the same as one whose bits are all clear.
func (t *Tracker) Forget(day int32) {
	keep := day - longest[days] - int32(t.lateness/dayMS) - 2
	for key, i := range t.records {
		if headsOf(t.slab[int(i)*t.stride])[days] < keep {
			delete(t.records, key)
			t.free = append(t.free, i)
		}
	}
	present := make([]bool, len(t.segments))
	for key := range t.records {
		present[uint32(key)] = true
	}
	for s := range t.segments {
		if g := &t.segments[s]; g.used && !g.dirty && !present[s] && s != int(WholeCommunity) {
			delete(t.names[g.dimension], g.name)
			*g = segment{}
			t.unused = append(t.unused, Segment(s))
		}
	}
}

func (g *segment) present(r resolution, bits ring, p, head int32, by func(*step, int32)) {
	for w := range windows {
		if windowResolutions[w] != r {
			continue
		}
		if from, to := bits.gain(p, head, windowPanes[w]); from < to {
			by(g.at(w, from), 1)
			by(g.at(w, to), -1)
		}
	}
}

// count turns the actions of the open pane into steps.
func (g *segment) count(r resolution) {
	for w := range windows {
		if windowResolutions[w] == r {
			g.at(w, g.pane[r]+1).actions += g.actions[r]
			g.at(w, g.pane[r]+1+windowPanes[w]).actions -= g.actions[r]
		}
	}
	g.actions[r] = 0
}

// at returns a step at a window end to add to: a recent one, or a new one at the tail. Cut joins equal ends.
func (g *segment) at(w Window, end int32) *step {
	steps := g.steps[w]
	for i := len(steps) - 1; i >= max(0, len(steps)-4); i-- {
		if steps[i].end == end {
			return &steps[i]
		}
	}
	g.steps[w] = append(steps, step{end: end})
	return &g.steps[w][len(steps)]
}

// Cut returns the steps since the last cut, each window's in the order of its ends, and forgets them.
func (t *Tracker) Cut() []*actionpb.Deltas {
	var out []*actionpb.Deltas
	// By name: the order decides what a chunk of a signal holds, and numbers may differ after a restart.
	slices.SortFunc(t.dirty, func(a, b Segment) int {
		x, y := &t.segments[a], &t.segments[b]
		return cmp.Or(cmp.Compare(x.dimension, y.dimension), cmp.Compare(x.name, y.name))
	})
	for _, s := range t.dirty {
		g := &t.segments[s]
		g.dirty = false
		for r := range resolutions {
			if g.actions[r] > 0 {
				g.count(r)
			}
		}
		for w := range windows {
			if d := g.deltas(w); d != nil {
				out = append(out, d)
			}
			g.steps[w] = g.steps[w][:0]
		}
	}
	t.dirty = t.dirty[:0]
	return out
}

// Pending reports whether there is anything to cut.
func (t *Tracker) Pending() bool { return len(t.dirty) > 0 }

func (g *segment) deltas(w Window) *actionpb.Deltas {
	steps := join(g.steps[w])
	if len(steps) == 0 {
		return nil
	}
	n := len(steps)
	d := &actionpb.Deltas{Dimension: uint32(g.dimension), Segment: g.name, Window: uint32(w), End: make([]int64, n)}
	last := int32(0)
	for i, s := range steps {
		d.End[i] = int64(s.end - last)
		last = s.end
		d.Actions = column(d.Actions, s.actions, i, n)
		d.Active = column(d.Active, s.active, i, n)
		d.Contributing = column(d.Contributing, s.contributing, i, n)
	}
	return d
}

// column sets value i of a column that stays nil while all its values are zero.
func column(c []int64, v int32, i, n int) []int64 {
	if c == nil {
		if v == 0 {
			return nil
		}
		c = make([]int64, n)
	}
	c[i] = int64(v)
	return c
}

// join sorts steps by their ends, adds those of one end, and drops those that add up to nothing.
func join(steps []step) []step {
	slices.SortFunc(steps, func(a, b step) int { return int(a.end) - int(b.end) })
	out := steps[:0]
	for _, s := range steps {
		if n := len(out); n > 0 && out[n-1].end == s.end {
			out[n-1].actions += s.actions
			out[n-1].active += s.active
			out[n-1].contributing += s.contributing
			continue
		}
		out = append(out, s)
	}
	return slices.DeleteFunc(out, func(s step) bool { return s.actions == 0 && s.active == 0 && s.contributing == 0 })
}
