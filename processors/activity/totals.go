package activity

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// values are a window's three numbers, or a change of them.
type values struct{ actions, active, contributing int64 }

func (v values) plus(o values) values {
	return values{v.actions + o.actions, v.active + o.active, v.contributing + o.contributing}
}

// mark is a window end at which a line steps.
type mark struct {
	end   int32
	delta values
}

// line is the step function of one window of one segment: base up to the first mark, then the running sum.
type line struct {
	base  values
	marks []mark // by end, ascending
	dirty int32  // the first end touched since the last publish; maxEnd if none
	limit int32  // the last end that was published
}

const maxEnd = int32(1<<31 - 1)

type totalsKey struct {
	dimension Dimension
	segment   string
}

type totalsSegment struct {
	totalsKey
	lines [windows]line
}

// Totals are the windows of one community in the communities stage: the sum of what all partitions sent.
type Totals struct {
	byKey    map[totalsKey]*totalsSegment
	segments []*totalsSegment // in the order they were first seen
}

// NewTotals returns empty totals.
func NewTotals() *Totals { return &Totals{byKey: map[totalsKey]*totalsSegment{}} }

// Apply adds the steps of one partition.
func (t *Totals) Apply(d *actionpb.Deltas) {
	if d.Dimension >= uint32(dimensions) || d.Window >= uint32(windows) {
		return // a newer program's; schemas.Version guards what matters
	}
	k := totalsKey{Dimension(d.Dimension), d.Segment}
	s := t.byKey[k]
	if s == nil {
		s = &totalsSegment{totalsKey: k}
		for w := range s.lines {
			s.lines[w].dirty = maxEnd
		}
		t.byKey[k] = s
		t.segments = append(t.segments, s)
	}
	s.lines[d.Window].add(d)
}

// add merges sorted steps into the marks.
func (l *line) add(d *actionpb.Deltas) {
	if len(d.End) == 0 {
		return
	}
	value := func(c []int64, i int) int64 {
		if c == nil {
			return 0
		}
		return c[i]
	}
	old := l.marks
	first := int32(d.End[0])
	l.dirty = min(l.dirty, first)
	from, _ := slices.BinarySearchFunc(old, first, func(m mark, e int32) int { return int(m.end) - int(e) })
	tail := slices.Clone(old[from:])
	l.marks = slices.Grow(old[:from], len(tail)+len(d.End))
	end := int32(0)
	for i := range d.End {
		end += int32(d.End[i])
		v := values{value(d.Actions, i), value(d.Active, i), value(d.Contributing, i)}
		for len(tail) > 0 && tail[0].end < end {
			l.marks, tail = append(l.marks, tail[0]), tail[1:]
		}
		if len(tail) > 0 && tail[0].end == end {
			tail[0].delta = tail[0].delta.plus(v)
			continue
		}
		l.marks = append(l.marks, mark{end: end, delta: v})
	}
	l.marks = append(l.marks, tail...)
}

// Publish appends the rows that changed since the last call, up to the window ends of the panes that hold now, the
// community's stream time (Unix milliseconds), and forgets the marks that no action within the lateness can reach any
// more. version is written beside each row.
func (t *Totals) Publish(community string, now, lateness int64, cal *calendar.Calendar, version uint64, rows *schemas.ActivityRows) {
	t.forget()
	floor := max(0, now-lateness)
	limits := [resolutions]int32{int32(now/minuteMS) + 1, int32(now/hourMS) + 1, cal.Day(now) + 1}
	floors := [resolutions]int32{int32(floor / minuteMS), int32(floor / hourMS), cal.Day(floor)}
	for _, s := range t.segments {
		for w := range windows {
			r := windowResolutions[w]
			s.lines[w].publish(limits[r], floors[r], func(end int32, v values, deleted uint8) {
				at := int64(end)
				switch r {
				case minutes:
					at *= minuteMS
				case hours:
					at *= hourMS
				default:
					at = cal.Midnight(end)
				}
				rows.Community = append(rows.Community, community)
				rows.Dimension = append(rows.Dimension, s.dimension.String())
				rows.Segment = append(rows.Segment, s.segment)
				rows.Window = append(rows.Window, w.String())
				rows.Time = append(rows.Time, at)
				rows.Actions = append(rows.Actions, uint64(v.actions))
				rows.Active = append(rows.Active, uint64(v.active))
				rows.Contributing = append(rows.Contributing, uint64(v.contributing))
				rows.Deleted = append(rows.Deleted, deleted)
				rows.Version = append(rows.Version, version)
				rows.Definition = append(rows.Definition, Definition)
			})
		}
	}
}

// forget drops the segments of which nothing is left: no step to come, and nobody in any window.
func (t *Totals) forget() {
	t.segments = slices.DeleteFunc(t.segments, func(s *totalsSegment) bool {
		for w := range s.lines {
			if l := &s.lines[w]; len(l.marks) > 0 || l.base != (values{}) || l.dirty != maxEnd {
				return false
			}
		}
		delete(t.byKey, s.totalsKey)
		return true
	})
}

// publish emits every mark from the first touched one to limit, and folds those up to floor into the base. What is
// emitted follows from what was touched, never from what was published before: a process that died may have published
// rows that this one never saw, from the same signals but at other moments. So a mark whose steps have cancelled out
// takes its row back even if there was none.
func (l *line) publish(limit, floor int32, emit func(end int32, v values, deleted uint8)) {
	from := min(l.dirty, l.limit+1)
	l.limit, l.dirty = max(l.limit, limit), maxEnd
	if len(l.marks) == 0 || from > l.limit && l.marks[0].end > floor {
		return
	}
	v, done := l.base, 0
	kept := l.marks[:0]
	for _, m := range l.marks {
		if m.end > l.limit {
			break
		}
		done++
		v = v.plus(m.delta)
		gone := m.delta == values{}
		if m.end >= from {
			var deleted uint8
			if gone {
				deleted = 1
			}
			emit(m.end, v, deleted)
		}
		switch {
		case m.end <= floor:
			l.base = v
		case !gone:
			kept = append(kept, m)
		}
	}
	l.marks = append(kept, l.marks[done:]...)
}
