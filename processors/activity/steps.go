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

func (s *step) zero() bool { return s.actions|s.active|s.contributing == 0 }

// segment holds what happened in one segment since the last cut.
type segment struct {
	dimension Dimension
	name      string
	used      bool
	dirty     bool
	// Actions of the newest pane of each resolution that was touched, not yet turned into steps.
	pane    [resolutions]int32
	actions [resolutions]int32
	// Steps: recent ones lie at their ends modulo the window's share of recent, while dirty; those that others displaced
	// lie in steps. Several may have one end.
	recent *recent
	steps  [windows][]step
}

// recent are the steps that actions touch now. A share has room for the ends of a window that is full of presence; with
// less, steps would only be joined later.
type recent [16 + 64 + 32 + 16 + 32]step

var recentShares = [windows]struct{ from, mask uint32 }{{0, 15}, {16, 63}, {80, 31}, {112, 15}, {128, 31}}

// windowsOf are the first window of each resolution, and the one after its last.
var windowsOf = [resolutions][2]Window{{W5m, W24h}, {W24h, W7d}, {W7d, windows}}

// at returns the step at a window end, to add to.
func (g *segment) at(w Window, end int32) *step {
	share := &recentShares[w]
	s := &g.recent[share.from+uint32(end)&share.mask]
	if s.end != end {
		if !s.zero() {
			g.steps[w] = append(g.steps[w], *s)
		}
		*s = step{end: end}
	}
	return s
}

// gains counts presence newly in pane p, of those in who, given the distances to their nearest presence around it.
func (g *segment) gains(r resolution, p int32, before, after [2]int32, who uint32) {
	if who == isActive|isContributing && before[0] == before[1] && after[0] == after[1] {
		g.gain(r, p, before[0], after[0], who)
		return
	}
	if who&isActive != 0 {
		g.gain(r, p, before[0], after[0], isActive)
	}
	if who&isContributing != 0 {
		g.gain(r, p, before[1], after[1], isContributing)
	}
}

// gain steps up and down around the window ends that a member newly present in pane p gains: p+1 … p+w less those that
// its nearest presence before and after covers already.
func (g *segment) gain(r resolution, p, before, after int32, who uint32) {
	active, contributing := int32(who&isActive), int32(who>>1)
	for w := windowsOf[r][0]; w < windowsOf[r][1]; w++ {
		n := windowPanes[w]
		from, to := p+1+max(0, n-before), p+1+n-max(0, n-after)
		if from >= to {
			continue
		}
		up := g.at(w, from)
		up.active += active
		up.contributing += contributing
		down := g.at(w, to)
		down.active -= active
		down.contributing -= contributing
	}
}

// count counts an action in a segment.
func (t *Tracker) count(s Segment, at Panes) {
	g := &t.segments[s]
	if !g.dirty {
		t.open(s)
	}
	g.act(minutes, at.Minute)
	g.act(hours, at.Hour)
	g.act(days, at.Day)
}

// act counts an action in pane p.
func (g *segment) act(r resolution, p int32) {
	if g.pane[r] != p {
		g.count(r)
		g.pane[r] = p
	}
	g.actions[r]++
}

// count turns the actions of the newest pane into steps.
func (g *segment) count(r resolution) {
	n := g.actions[r]
	if n == 0 {
		return
	}
	for w := windowsOf[r][0]; w < windowsOf[r][1]; w++ {
		g.at(w, g.pane[r]+1).actions += n
		g.at(w, g.pane[r]+1+windowPanes[w]).actions -= n
	}
	g.actions[r] = 0
}

// join brings all steps of a window together, by their ends. dense is memory to use for it.
func (g *segment) join(w Window, dense *[]step) []step {
	if g.recent != nil {
		share := &recentShares[w]
		for i := range share.mask + 1 {
			if s := &g.recent[share.from+i]; !s.zero() {
				g.steps[w] = append(g.steps[w], *s)
				*s = step{}
			}
		}
	}
	g.steps[w] = join(g.steps[w], dense)
	return g.steps[w]
}

// open readies a segment for the steps up to the next cut.
func (t *Tracker) open(s Segment) {
	g := &t.segments[s]
	g.dirty = true
	t.dirty = append(t.dirty, s)
	if n := len(t.recents); n > 0 {
		g.recent, t.recents = t.recents[n-1], t.recents[:n-1]
	} else {
		g.recent = new(recent)
	}
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
		for r := range resolutions {
			g.count(r)
		}
		for w := range windows {
			if d := g.deltas(w, &t.dense); d != nil {
				out = append(out, d)
			}
			g.steps[w] = g.steps[w][:0]
		}
		t.recents = append(t.recents, g.recent)
		g.dirty, g.recent = false, nil
	}
	t.dirty = t.dirty[:0]
	return out
}

// Pending reports whether there is anything to cut.
func (t *Tracker) Pending() bool { return len(t.dirty) > 0 }

func (g *segment) deltas(w Window, dense *[]step) *actionpb.Deltas {
	steps := g.join(w, dense)
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

// join sorts steps by their ends, adds those of one end, and drops those that add up to nothing. Where the ends lie close
// together, as those of a busy segment do, each has a place of its own; else they are sorted, at several times the cost.
func join(steps []step, dense *[]step) []step {
	if len(steps) == 0 {
		return steps
	}
	least, most := steps[0].end, steps[0].end
	for i := range steps {
		least, most = min(least, steps[i].end), max(most, steps[i].end)
	}
	if n := int(most-least) + 1; n <= 4*len(steps) {
		*dense = slices.Grow((*dense)[:0], n)[:n]
		return joinDense(steps, least, *dense)
	}
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
	return slices.DeleteFunc(out, func(s step) bool { return s.zero() })
}

// joinDense is join for ends from least on, which have a place each in sums.
func joinDense(steps []step, least int32, sums []step) []step {
	clear(sums)
	for i := range steps {
		s := &steps[i]
		sum := &sums[s.end-least]
		sum.actions += s.actions
		sum.active += s.active
		sum.contributing += s.contributing
	}
	out := steps[:0]
	for i := range sums {
		if !sums[i].zero() {
			sums[i].end = least + int32(i)
			out = append(out, sums[i])
		}
	}
	return out
}
