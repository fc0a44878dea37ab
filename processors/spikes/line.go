package spikes

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// line is one window's count in one segment, as looks see it: value now, and the steps to come by their minute.
type line struct {
	value int64
	marks []mark
}

// mark is a step at a minute since 1970.
type mark struct {
	minute int32
	delta  int64
}

// add merges steps whose ends are difference-coded. Those before the minute from move to it.
func (l *line) add(from int32, ends, deltas []int64) {
	if len(deltas) < len(ends) {
		return // all are zero
	}
	end, at := int64(0), -1
	for i, e := range ends {
		end += e
		if deltas[i] == 0 {
			continue
		}
		m := mark{max(from, int32(end)), deltas[i]}
		// Steps come sorted, so the next one's place is mostly near.
		if at < 0 || at >= len(l.marks) || l.marks[at].minute > m.minute {
			at, _ = slices.BinarySearchFunc(l.marks, m.minute, func(a mark, minute int32) int { return int(a.minute) - int(minute) })
		}
		for at < len(l.marks) && l.marks[at].minute < m.minute {
			at++
		}
		if at < len(l.marks) && l.marks[at].minute == m.minute {
			l.marks[at].delta += m.delta
			continue
		}
		l.marks = slices.Insert(l.marks, at, m)
	}
}

// advance takes the steps up to a minute.
func (l *line) advance(minute int32) {
	n := 0
	for n < len(l.marks) && l.marks[n].minute <= minute {
		l.value += l.marks[n].delta
		n++
	}
	l.marks = l.marks[n:]
}

// next returns the minute of the next step, never if there is none.
func (l *line) next() int32 {
	if len(l.marks) == 0 {
		return never
	}
	return l.marks[0].minute
}

func (l *line) save(w *state.Writer) {
	w.Int(l.value)
	w.Uint(uint64(len(l.marks)))
	for _, m := range l.marks {
		w.Int(int64(m.minute))
		w.Int(m.delta)
	}
}

func loadLine(r *state.Reader) line {
	l := line{value: r.Between(-maxCount, maxCount)}
	last := int64(-1)
	for range r.Len() {
		m := mark{int32(r.Between(last+1, never-1)), r.Between(-maxCount, maxCount)}
		last = int64(m.minute)
		l.marks = append(l.marks, m)
	}
	return l
}
