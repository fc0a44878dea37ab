package activity

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// Save writes the tracker. A pending cut is part of it.
func (t *Tracker) Save(w *state.Writer) {
	w.Int(t.lateness)
	w.Uint(uint64(len(t.segments)))
	for i := range t.segments {
		g := &t.segments[i]
		w.Bool(g.used)
		if !g.used {
			continue
		}
		w.Uint(uint64(g.dimension))
		w.String(g.name)
		w.Bool(g.dirty)
		if !g.dirty {
			continue
		}
		for r := range resolutions {
			w.Int(int64(g.pane[r]))
			w.Int(int64(g.actions[r]))
		}
		for win := range windows {
			steps := g.join(win, &t.dense)
			w.Uint(uint64(len(steps)))
			for _, s := range steps {
				w.Int(int64(s.end))
				w.Int(int64(s.actions))
				w.Int(int64(s.active))
				w.Int(int64(s.contributing))
			}
		}
	}
	t.blocks.save(w)
	t.records.save(w)
}

// maxLateness bounds what a snapshot may claim; settings are bounded far below.
const maxLateness = 400 * dayMS

// LoadTracker reads what Save wrote.
func LoadTracker(r *state.Reader) *Tracker {
	t := NewTracker(r.Between(0, maxLateness))
	t.segments = t.segments[:0]
	for i := range r.Len() {
		t.segments = append(t.segments, segment{used: r.Bool()})
		g := &t.segments[i]
		if !g.used {
			t.unused = append(t.unused, Segment(i))
			continue
		}
		g.dimension, g.name = Dimension(r.Uint()), r.String()
		if g.dimension >= dimensions {
			r.Fail()
			break
		}
		s := Segment(i)
		t.names[g.dimension][g.name] = s
		if !r.Bool() {
			continue
		}
		t.open(s)
		for res := range resolutions {
			g.pane[res], g.actions[res] = int32(r.Int()), int32(r.Int())
		}
		for win := range windows {
			for range r.Len() {
				g.steps[win] = append(g.steps[win], step{int32(r.Int()), int32(r.Int()), int32(r.Int()), int32(r.Int())})
			}
		}
	}
	slices.Reverse(t.unused)
	t.blocks.load(r)
	t.records.load(r)
	if r.Err() != nil || len(t.segments) == 0 || !t.blocks.sound(len(t.segments), t.records.count) {
		r.Fail()
		return NewTracker(0)
	}
	return t
}

// Save writes the totals.
func (t *Totals) Save(w *state.Writer) {
	w.Uint(uint64(len(t.segments)))
	for _, s := range t.segments {
		w.Uint(uint64(s.dimension))
		w.String(s.segment)
		for win := range s.lines {
			l := &s.lines[win]
			saveValues(w, l.base)
			w.Int(int64(l.dirty))
			w.Int(int64(l.limit))
			w.Uint(uint64(len(l.marks)))
			for _, m := range l.marks {
				w.Int(int64(m.end))
				saveValues(w, m.delta)
			}
		}
	}
}

// LoadTotals reads what Save wrote.
func LoadTotals(r *state.Reader) *Totals {
	t := NewTotals()
	for range r.Len() {
		s := &totalsSegment{totalsKey: totalsKey{Dimension(r.Uint()), r.String()}}
		if s.dimension >= dimensions {
			r.Fail()
			break
		}
		for win := range s.lines {
			l := &s.lines[win]
			l.base, l.dirty, l.limit = loadValues(r), int32(r.Int()), int32(r.Int())
			for range r.Len() {
				l.marks = append(l.marks, mark{int32(r.Int()), loadValues(r)})
			}
		}
		t.byKey[s.totalsKey] = s
		t.segments = append(t.segments, s)
	}
	return t
}

func saveValues(w *state.Writer, v values) {
	w.Int(v.actions)
	w.Int(v.active)
	w.Int(v.contributing)
}

func loadValues(r *state.Reader) values { return values{r.Int(), r.Int(), r.Int()} }
