package activity

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

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
