package spikes

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// unusual is a segment's entries where they are more than usual.
type unusual struct {
	s       *series
	scale   int
	y, m, p float64
}

// speaks orders what is unusual: of the community before that of a segment, then the louder.
func (a *unusual) speaks(b *unusual) bool {
	if whole := a.s.dimension == ""; whole != (b.s.dimension == "") {
		return whole
	}
	return excess(a.y, a.m) > excess(b.y, b.m)
}

// find returns what is unusual about a day by itself, and how many counts could be judged.
func (e *entries) find(day int32, r rule) (found []unusual, tested int) {
	for _, s := range e.series {
		for scale, n := range scaleDays {
			m, ok := s.expect(day, n)
			if !ok {
				continue
			}
			tested++
			y := s.count(day, n)
			if y >= r.least && y >= r.ratio*(m+1) {
				found = append(found, unusual{s, scale, y, m + 1, atLeast(y, m+1, s.spread[scale].value(entrySpread[scale]))})
			}
			if !e.run.open && (n == 1 || day%n == 0) { // overlapping weeks tell the same twice
				s.spread[scale].add(y, m, entrySpread[scale])
			}
		}
	}
	return found, tested
}

func (e *entries) judge(day int32, at int64, r rule, each func(alert.Detection)) {
	found, tested := e.find(day, r)
	var best *unusual
	opens := false
	if len(found) > 0 && !r.off {
		var p []float64
		for i := range found {
			p = append(p, found[i].p)
		}
		weak := discoveries(p, tested, r.probability)
		for i := range found {
			f := &found[i]
			if f.p > weak || !e.run.open && scaleDays[f.scale] > 1 && day-scaleDays[f.scale] < e.run.ended {
				continue // no chance, or a week of which some days were told before
			}
			opens = opens || f.p <= r.probability*sureDay
			if best == nil || f.speaks(best) {
				best = f
			}
		}
	}
	if best == nil {
		e.weak = 0
		if e.run.open {
			if e.run.calm++; e.run.calm >= calm<<min(e.run.again, 1) || r.off {
				e.run = e.run.shut(day)
				each(alert.Detection{Kind: e.kind, At: at, Over: true})
			}
		}
		return
	}
	if e.weak == 0 {
		e.weak = day
	}
	if !e.run.open {
		if !opens && day-e.weak < lastsDays[best.scale] {
			return
		}
		again := int32(0)
		if e.run.closed > 0 && day-e.run.closed < 7 {
			again = 1
		}
		e.run = e.run.opened(best.scale, e.weak, again)
	}
	e.run.calm, e.run.ended = 0, day
	e.tell(day, at, best, each)
}

func (e *entries) tell(day int32, at int64, f *unusual, each func(alert.Detection)) {
	n := scaleDays[f.scale]
	out := alert.Detection{Kind: e.kind, At: at, Start: at - int64(day-e.run.start+n-1)*24*hourMS, Expected: round(f.m), Observed: f.y,
		Probability: figures(f.p), Within: f.s.dimension != ""}
	if n > 1 {
		out.Window = int64(n) * 24 * hourMS
	}
	out.Segments = e.named(day, f)
	each(out)
}

const (
	sureDay    = 0.1  // as sure is, for days: there are few
	leastShare = 0.15 // of the difference, for a segment to be named
)

// named returns the segments that hold the excess: the headline's first, then those that are further off than the
// community as a whole, what sets them apart most first.
func (e *entries) named(day int32, head *unusual) []*actionpb.AlertSegment {
	n := scaleDays[head.scale]
	all := e.series[0].count(day, n)
	usual, _ := e.series[0].expect(day, n)
	total := max(all-usual, head.y-head.m, 1)
	times := max((all+0.5)/(usual+0.5), 1)
	var out []*actionpb.AlertSegment
	loud := map[*actionpb.AlertSegment]float64{}
	for _, s := range e.series[1:] {
		m, ok := s.expect(day, n)
		y := s.count(day, n)
		share := (y - m) / total
		beside := y*apart >= times*(m+1)
		if s != head.s && (!ok || y < namedRatio*(m+1) || share < leastShare || !beside && !(share >= nearlyAll && m < 0.9*usual)) {
			continue
		}
		x := &actionpb.AlertSegment{Dimension: s.dimension, Segment: s.name, Expected: round(m), Observed: y, Share: round(min(share, 1))}
		if beside {
			loud[x] = excess(y, times*(m+1))
		}
		if s == head.s {
			loud[x] = 1e12
		}
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b *actionpb.AlertSegment) int { return cmp.Compare(loud[b], loud[a]) })
	return out[:min(len(out), mostNamed)]
}
