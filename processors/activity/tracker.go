package activity

import "slices"

// Segment is a segment's number within one Tracker. WholeCommunity is always there.
type Segment uint32

// WholeCommunity is the segment of every action.
const WholeCommunity Segment = 0

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
// the member active in the segment, and the first that makes it contributing.
func (t *Tracker) Observe(member uint32, s Segment, at Panes, active, contributing bool) (activeDay, contributingDay bool) {
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
		return false, false
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
			contributingDay = contributingDay || resolution(r) == days
		}
	}
	rec[0] = heads.word()
	return activeDay, contributingDay
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
