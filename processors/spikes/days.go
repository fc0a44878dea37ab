package spikes

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/state"
)

const (
	pastDays   = 56
	dayBasis   = 28 // days since the first entry, before which nothing is said
	mostSeries = 64 // segments of a kind
)

// scaleDays are the spans that are looked at. In a small community a week says what no single day can.
var scaleDays = [2]int32{1, 7}

// lastsDays is for how many days more what is unusual, but not surely so, must stay so.
var lastsDays = [len(scaleDays)]int32{1, 3}

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
	since           int32 // the first day with an entry, or of those that are counted as now
	n               [pastDays]uint32
	spread          [len(scaleDays)]spread
}

func (s *series) compare(o *series) int {
	return cmp.Or(cmp.Compare(s.dimension, o.dimension), cmp.Compare(s.name, o.name))
}

// anew is by what change of how entries are counted the days before are no basis any more.
const anew = 1.5

// Day adds the entries of a midnight: how many members became at risk (alert.AtRiskSpike) or churned (alert.ChurnSpike) at
// the beginning of day, in the community and by segment. Days come in rising order; those left out had none. times is
// how many times as many there would be now as if they were still counted as on the day before.
func (d *Detectors) Day(day int32, cal *calendar.Calendar, kind string, times float64, total int, by []Count, each func(alert.Detection)) {
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
	if times > anew && !e.run.open {
		for _, s := range e.series {
			s.since = day
		}
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

// count is the sum of the n days up to day.
func (s *series) count(day, n int32) (sum float64) {
	for i := range n {
		sum += float64(s.n[(day-i)%pastDays])
	}
	return sum
}

// expect is what is usual in the n days up to day, from the days before these: the level of the last weeks, or of two
// where it rises, times what those days of the week have, which few weeks tell only in part. It is false where there is no
// basis. Levels are of whole weeks: the middle of days that have none or one would be far below their mean.
func (s *series) expect(day, n int32) (float64, bool) {
	first := day - n + 1
	if first-s.since < dayBasis {
		return 0, false
	}
	var weeks [pastDays / 7]float64
	k := min(first-s.since, pastDays-n) / 7
	for i := range k {
		weeks[i] = s.count(first-1-i*7, 7)
	}
	recent := (weeks[0] + weeks[1]) / 2
	old := weeks[:k]
	young := int(k) < len(weeks)-1 // entries rise as a community comes to have members who can go
	if n == 7 && !young {          // what comes slowly has begun before
		old = weeks[1:k]
	}
	mean := middle(old) / 7
	usual := 0.0
	for i := range n {
		sum := 2*mean + 0.5 // two days of the mean
		for w := range k {
			sum += min(float64(s.n[(day-i-(n+6-i)/7*7-w*7)%pastDays]), 3*mean+3) // a spike is not what a Monday has
		}
		usual += sum / (float64(k+2)*mean + 0.5)
	}
	if n == 1 || young {
		mean = max(mean, recent/7)
	}
	return mean * usual, true
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
		for i := range s.spread {
			s.spread[i].save(w)
		}
	}
}

func loadEntries(r *state.Reader) *entries {
	e := &entries{kind: r.String(), last: minuteIn(r), weak: minuteIn(r), run: loadRun(r)}
	for range r.Len() {
		s := &series{dimension: r.String(), name: r.String(), since: minuteIn(r)}
		for i := range s.n {
			s.n[i] = uint32(r.Uint())
		}
		for i := range s.spread {
			s.spread[i] = loadSpread(r)
		}
		e.series = append(e.series, s)
	}
	if len(e.series) == 0 || e.series[0].dimension != "" || !slices.IsSortedFunc(e.series, (*series).compare) {
		r.Fail()
	}
	return e
}
