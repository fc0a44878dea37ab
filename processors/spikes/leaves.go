package spikes

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	leaveBasis = 48  // hours since the community was first seen, before which nothing is said
	leaveDays  = 28  // that tell the usual number of leaves
	leavePeak  = 3   // how much busier the busiest hour may be than the mean
	leaveFloor = 0.3 // leaves an hour that are expected of anybody
)

// leaves are the explicit leaves of the community: those of the hour before, looked at whenever one comes.
type leaves struct {
	line   line
	past   *past
	level  float64 // an hour
	risen  int32   // the minute since which there are more than usual; 0: there are not
	weak   int32   // since when it is unusual, though one look would not do
	run    run
	looked int32
	told   []left // whose places are known, by minute: of the last hour, and to come
}

// left is one leave, at the minute from which on looks see it.
type left struct {
	minute int32
	places []Place
}

// mostLeft bounds how many leaves' places are known.
const mostLeft = 4096

// Left says where somebody who left was at home, as far as it is known: channels, platform, cohort. The leave itself comes
// with Apply; this names the segments of a leave_spike. from is as in Apply, at the time of the leave.
func (d *Detectors) Left(from, at int64, places []Place) {
	if at < 0 || len(places) == 0 || len(d.leaves.told) >= mostLeft {
		return
	}
	x := left{minute: int32(min(at/minuteMS, never-2)) + 1, places: slices.Clone(places)}
	if from >= 0 {
		x.minute = max(x.minute, int32(from/minuteMS)+1)
	}
	l := &d.leaves
	i, _ := slices.BinarySearchFunc(l.told, x.minute+1, func(a left, minute int32) int { return int(a.minute) - int(minute) })
	l.told = slices.Insert(l.told, i, x)
}

func (l *leaves) idle() bool { return l.past == nil && l.line.value == 0 && !l.run.open && l.weak == 0 }

// look looks at every minute with a step, up to minute.
func (l *leaves) look(minute int32, r rule, share func(Place) float64, each func(alert.Detection)) {
	old := 0
	for old < len(l.told) && l.told[old].minute <= minute-step-60 {
		old++
	}
	l.told = slices.Delete(l.told, 0, old)
	for len(l.line.marks) > 0 && l.line.marks[0].minute <= minute {
		at := l.line.marks[0].minute
		usual := l.expected()
		if float64(l.line.value) <= max(1, usual) {
			l.risen = at - 1
		}
		l.line.advance(at)
		l.judge(at, usual, r, share, each)
	}
	if l.run.open || l.weak > 0 {
		l.judge(minute, l.expected(), r, share, each)
	}
}

// expected is the greatest number of leaves in an hour that is usual.
func (l *leaves) expected() float64 {
	m := leaveFloor + leavePeak*l.level
	if l.past != nil {
		for _, u := range l.past.usual[0] {
			m = max(m, u.hi+leaveFloor)
		}
	}
	return m
}

func (l *leaves) judge(at int32, m float64, r rule, share func(Place) float64, each func(alert.Detection)) {
	last := l.looked
	l.looked = at
	y, p := float64(l.line.value), 1.0
	basis := l.past != nil && l.past.last-l.past.first+1 >= leaveBasis
	if basis && !r.off && y >= r.least/2 && y >= staysRatio*m {
		p = atLeast(y, m, l.past.spread[0].value(leaveSpread))
	}
	weak := p < r.probability && y >= r.least && y >= r.ratio*m
	switch {
	case !weak:
		l.weak = 0
	case l.weak == 0:
		l.weak = at
	}
	opens := weak && (p < sure*r.probability || at-l.weak >= 60)
	switch {
	case !l.run.open && opens:
		again := int32(0)
		if l.run.closed > 0 && at-l.run.closed < againWithin*60 {
			again = min(l.run.again+1, mostAgain)
		}
		l.run = l.run.opened(0, max(l.risen, at-60), again)
		l.tell(at, y, m, p, share, each)
	case l.run.open && weak:
		l.run.calm = 0
		l.tell(at, y, m, p, share, each)
	case l.run.open && p < staysProbability:
		l.run.calm = 0
	case l.run.open:
		if l.run.calm += at - last; l.run.calm >= calm*60<<l.run.again || r.off {
			l.run = l.run.shut(at)
			each(alert.Detection{Kind: alert.LeaveSpike, At: int64(at) * minuteMS, Over: true})
		}
	}
}

func (l *leaves) tell(at int32, y, m, p float64, share func(Place) float64, each func(alert.Detection)) {
	each(alert.Detection{
		Kind: alert.LeaveSpike, At: int64(at) * minuteMS, Start: int64(l.run.start) * minuteMS, Window: hourMS,
		Expected: round(m), Observed: y, Probability: figures(p),
		Segments: l.named(at, m, share),
	})
}

// named returns the channels and platforms of which more left than their share in the community's activity would let
// expect, the one that tells most first.
func (l *leaves) named(at int32, m float64, share func(Place) float64) []*actionpb.AlertSegment {
	counts := map[Place]float64{}
	n := 0.0
	for _, x := range l.told {
		if x.minute > at-60 && x.minute <= at {
			n++
			for _, p := range x.places {
				counts[p]++
			}
		}
	}
	type part struct {
		place   Place
		y, loud float64
	}
	var parts []part
	for p, y := range counts {
		of := share(p)
		if even := n * of; y >= 3 && y > namedRatio*even && atLeast(y, max(even, 0.1), leastSpread) < namedProbability {
			parts = append(parts, part{p, y, excess(y, even)})
		}
	}
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.loud, a.loud), cmp.Compare(a.place.Dimension, b.place.Dimension), cmp.Compare(a.place.Segment, b.place.Segment))
	})
	var out []*actionpb.AlertSegment
	for _, x := range parts[:min(len(parts), mostNamed)] {
		if x.loud >= namedPart*parts[0].loud {
			out = append(out, &actionpb.AlertSegment{Dimension: x.place.Dimension, Segment: x.place.Segment,
				Expected: round(m * share(x.place)), Observed: x.y, Share: round(x.y / n)})
		}
	}
	return out
}

// hourly keeps the leaves of an hour that ends. Their past begins with the community's: before the first leave there were
// none.
func (l *leaves) hourly(hour int32, seen bool, shift *[lags]int32) {
	if !seen {
		l.past, l.level = nil, 0
		return
	}
	if l.past == nil {
		l.past = newPast(hour)
	}
	if !l.run.open {
		l.past.spread[0].add(float64(l.line.value), l.level, leaveSpread)
	}
	l.past.append(uint32(max(l.line.value, 0)))
	if hour%6 == 0 {
		l.relevel()
	}
	l.past.expect(hour+1, shift)
}

// relevel works out how many leaves an hour has: the middle of the days that are kept.
func (l *leaves) relevel() {
	var v [leaveDays]float64
	k := 0
	for k < leaveDays && l.past.has(l.past.last-int32(k)*24, 24) {
		v[k] = l.past.count(l.past.last-int32(k)*24, 24)
		k++
	}
	if k > 0 {
		l.level = middle(v[:k]) / 24
	}
}

func (l *leaves) save(w *state.Writer) {
	l.line.save(w)
	w.Bool(l.past != nil)
	if l.past != nil {
		l.past.save(w)
	}
	w.Float(l.level)
	w.Int(int64(l.risen))
	w.Int(int64(l.weak))
	w.Int(int64(l.looked))
	l.run.save(w)
	w.Uint(uint64(len(l.told)))
	for _, x := range l.told {
		w.Int(int64(x.minute))
		w.Uint(uint64(len(x.places)))
		for _, p := range x.places {
			w.String(p.Dimension)
			w.String(p.Segment)
		}
	}
}

func loadLeaves(r *state.Reader) leaves {
	l := leaves{line: loadLine(r)}
	if r.Bool() {
		l.past = loadPast(r)
	}
	l.level = number(r)
	l.risen, l.weak, l.looked = minuteIn(r), minuteIn(r), minuteIn(r)
	l.run = loadRun(r)
	for range r.Len() {
		x := left{minute: minuteIn(r)}
		for range r.Len() {
			x.places = append(x.places, Place{r.String(), r.String()})
		}
		l.told = append(l.told, x)
	}
	if !slices.IsSortedFunc(l.told, func(a, b left) int { return int(a.minute) - int(b.minute) }) {
		r.Fail()
	}
	return l
}
