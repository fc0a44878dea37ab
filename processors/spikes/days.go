package spikes

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	pastDays   = 56
	dayBasis   = 28 // days since the first entry, before which nothing is said
	mostSeries = 64 // segments of a kind
)

// Place is a segment: its dimension is cohort, channel, platform, campaign or tier.
type Place struct{ Dimension, Segment string }

// Count is how many entries a segment had on a day.
type Count struct {
	Place
	N int
}

// entries are those of one kind, at_risk or churned, by day.
type entries struct {
	kind   string
	last   int32     // the day of the newest count
	series []*series // sorted; the first is the community
	run    run       // in days
	weak   int32     // since when it is unusual, though one day would not do
}

// series are a segment's entries by day.
type series struct {
	dimension, name string
	since           int32 // the first day with an entry
	n               [pastDays]uint32
	spread          [2]spread // of a day and of a week
}

// The spans of days that are looked at: who slips away one by one shows in a week.
const (
	oneDay  = 0
	oneWeek = 1
)

func (s *series) compare(o *series) int {
	return cmp.Or(cmp.Compare(s.dimension, o.dimension), cmp.Compare(s.name, o.name))
}

// Day adds the entries of a midnight: how many members became at risk (alert.AtRiskSpike) or churned (alert.ChurnSpike) at
// the beginning of day, in the community and by segment. Days come in rising order; those left out had none.
func (d *Detectors) Day(day int32, cal *calendar.Calendar, kind string, total int, by []Count, each func(alert.Detection)) {
	if day < 0 || kind != alert.AtRiskSpike && kind != alert.ChurnSpike {
		return
	}
	d.calendar = cal
	i := slices.IndexFunc(d.days, func(e *entries) bool { return e.kind == kind })
	if i < 0 {
		if total <= 0 {
			return // so that a community without churn costs nothing
		}
		d.days = append(d.days, &entries{kind: kind, last: day - 1, series: []*series{{since: day}}})
		slices.SortFunc(d.days, func(a, b *entries) int { return cmp.Compare(a.kind, b.kind) })
		i = slices.IndexFunc(d.days, func(e *entries) bool { return e.kind == kind })
	}
	e := d.days[i]
	for e.last < day-1 {
		if e.last < day-2*pastDays { // nothing is left of what was before
			e.last = day - pastDays - 1
		}
		e.take(e.last+1, 0, nil)
	}
	if e.last != day-1 {
		return
	}
	e.take(day, total, by)
	at := cal.Midnight(day)
	set := d.inForce(int32(at / minuteMS))
	e.judge(day, at, ruleOf(set, kind), each)
}

// take adds a day's counts.
func (e *entries) take(day int32, total int, by []Count) {
	e.last = day
	for _, s := range e.series {
		s.n[day%pastDays] = 0
	}
	e.series[0].n[day%pastDays] = uint32(max(total, 0))
	for _, c := range by {
		if c.N <= 0 || c.Dimension == "" {
			continue
		}
		s := &series{dimension: c.Dimension, name: c.Segment, since: day}
		i, ok := slices.BinarySearchFunc(e.series, s, (*series).compare)
		if !ok {
			e.series = slices.Insert(e.series, i, s)
		}
		e.series[i].n[day%pastDays] += uint32(c.N)
	}
	for len(e.series) > mostSeries {
		least, sum := 0, uint64(1<<63)
		for i, s := range e.series[1:] {
			if n := s.total(); n < sum {
				least, sum = i+1, n
			}
		}
		e.series = slices.Delete(e.series, least, least+1)
	}
	if day%7 == 0 {
		e.series = slices.DeleteFunc(e.series, func(s *series) bool { return s.dimension != "" && s.total() == 0 })
	}
}

func (s *series) total() (n uint64) {
	for _, x := range s.n {
		n += uint64(x)
	}
	return n
}

func (e *entries) judge(day int32, at int64, r rule, each func(alert.Detection)) {
	type off struct {
		s       *series
		span    int
		y, m, p float64
	}
	var found []off
	var p []float64
	tested := 0
	for _, s := range e.series {
		for span := range s.spread {
			y, m, ok := s.counts(day, span)
			if !ok {
				continue
			}
			tested++
			f := off{s, span, y, m + 1, 1}
			if span == oneWeek {
				_, y = s.week(day)
				_, m, _ = s.expectWeek(day)
			}
			if y >= r.least && y >= r.ratio*(m+1) {
				f.p = atLeast(y, m+1, s.spread[span].value(daySpread))
				found, p = append(found, f), append(p, f.p)
			}
			if !e.run.open {
				s.spread[span].add(y, m, daySpread)
			}
		}
	}
	best, opens, daily := -1, false, false
	if len(p) > 0 && !r.off {
		weak := discoveries(p, tested, r.probability)
		for i, f := range found {
			if f.p > weak || e.run.open && f.span > e.run.scale || !e.run.open && f.span == oneWeek && day-7 < e.run.ended {
				continue // no chance, or what was told before
			}
			opens = opens || f.p <= r.probability*sureDay && (f.span == oneWeek || !e.refitted(day))
			daily = daily || f.span == oneDay
			if best < 0 || f.s.dimension == "" || found[best].s.dimension != "" && excess(f.y, f.m) > excess(found[best].y, found[best].m) {
				best = i
			}
		}
	}
	if best < 0 {
		e.weak = 0
		if e.run.open {
			if e.run.calm++; e.run.calm >= calm<<min(e.run.again, 1) || r.off {
				e.run = e.run.shut(day)
				each(alert.Detection{Kind: e.kind, At: at, Over: true})
			}
		}
		return
	}
	switch {
	case !daily:
		e.weak = 0
	case e.weak == 0:
		e.weak = day
	}
	if !e.run.open {
		if !opens && (e.weak == 0 || day <= e.weak) {
			return
		}
		again := int32(0)
		if e.run.closed > 0 && day-e.run.closed < 7 {
			again = 1
		}
		since := e.weak
		if found[best].span == oneWeek {
			since = day - 6
		}
		e.run = e.run.opened(found[best].span, since, again)
	}
	e.run.calm, e.run.ended = 0, day
	f := found[best]
	out := alert.Detection{Kind: e.kind, At: at, Start: at - int64(day-e.run.start)*24*hourMS, Expected: round(f.m), Observed: f.y,
		Probability: figures(f.p), Within: f.s.dimension != ""}
	if f.span == oneWeek {
		out.Window = 7 * 24 * hourMS
	}
	y, m, _ := e.series[0].counts(day, f.span)
	out.Segments = e.named(day, f.s, f.span, max(y-m, f.y-f.m, 1))
	each(out)
}

const (
	sureDay    = 0.1  // as sure is, for days: there are few
	leastShare = 0.15 // of the difference, for a segment to be named
)

// refitted reports whether entries may come of a new model rather than of members: it is fitted anew every Monday. Then a
// second day must say the same.
func (e *entries) refitted(day int32) bool { return e.kind == alert.AtRiskSpike && (day+3)%7 == 0 }

// named returns the segments that hold a day's excess, after the headline's.
func (e *entries) named(day int32, head *series, span int, total float64) []*actionpb.AlertSegment {
	var out []*actionpb.AlertSegment
	loud := map[*actionpb.AlertSegment]float64{}
	all, mid, _ := e.series[0].counts(day, span)
	of := (all + 0.5) / (mid + 0.5)
	for _, s := range e.series[1:] {
		y, m, ok := s.counts(day, span)
		share := (y - m) / total
		beside := (y+0.5)/(m+0.5) >= of/apart
		if s != head && (!ok || y < namedRatio*(m+1) || share < leastShare || !beside && !(share >= nearlyAll && m < 0.9*mid)) {
			continue
		}
		x := &actionpb.AlertSegment{Dimension: s.dimension, Segment: s.name, Expected: round(m), Observed: y, Share: round(min(share, 1))}
		loud[x] = excess(y, m)
		if s == head {
			loud[x] = 1e12
		}
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b *actionpb.AlertSegment) int { return cmp.Compare(loud[b], loud[a]) })
	return out[:min(len(out), mostNamed)]
}

func (e *entries) save(w *state.Writer) {
	w.String(e.kind)
	w.Int(int64(e.last))
	w.Int(int64(e.weak))
	e.run.save(w)
	w.Uint(uint64(len(e.series)))
	for _, s := range e.series {
		w.String(s.dimension)
		w.String(s.name)
		w.Int(int64(s.since))
		for _, n := range s.n {
			w.Uint(uint64(n))
		}
		s.spread[oneDay].save(w)
		s.spread[oneWeek].save(w)
	}
}

func loadEntries(r *state.Reader) *entries {
	e := &entries{kind: r.String(), last: minuteIn(r), weak: minuteIn(r), run: loadRun(r)}
	for range r.Len() {
		s := &series{dimension: r.String(), name: r.String(), since: minuteIn(r)}
		for i := range s.n {
			s.n[i] = uint32(r.Uint())
		}
		s.spread = [2]spread{loadSpread(r), loadSpread(r)}
		e.series = append(e.series, s)
	}
	if len(e.series) == 0 || e.series[0].dimension != "" || !slices.IsSortedFunc(e.series, (*series).compare) {
		r.Fail()
	}
	return e
}
