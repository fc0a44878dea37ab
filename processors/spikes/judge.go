package spikes

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// direction is which way activity is unusual.
type direction uint8

const (
	drop direction = iota
	surge
)

var kindOf = [2]string{alert.ActivityDrop, alert.ActivitySurge}

const (
	// A look is one of a hundred thousand a year, so one below the rule's probability opens nothing by itself: either a
	// whole span of looks in a row is, or one look is below this part of it.
	sure = 0.05
	// What is open stays so while its segments are still somewhat off.
	staysRatio       = 1.25
	staysProbability = 0.01

	recovery = 0.1 // chance of a count, were it still as far off as it was, below which it is not

	calm        = 2  // spans without anything unusual after which an alert is over
	againWithin = 24 // hours; an alert that comes back so soon takes twice as long to be over, up to
	mostAgain   = 3  // times
	blind       = 24 // hours without enough expected to judge, after which what is usual now is that
)

// holds are the minutes for which a count must be unusual, by scale, where one look is not sure.
var holds = [scales]int32{60, 90, 12 * 60}

// finding is one segment's count at one look, where it is unusual.
type finding struct {
	segment     *segment
	scale       int
	observed    float64
	expected    float64
	probability float64
}

// excess is how strongly a finding speaks: the log-likelihood ratio of a Poisson count.
func excess(y, m float64) float64 {
	if y <= 0 {
		return m
	}
	return m - y + y*math.Log(y/max(m, 0.1))
}

// run is whether an alert of a direction is open, and since when.
type run struct {
	open    bool
	scale   int   // of the finding that opened it
	start   int32 // minutes, as are all below
	calm    int32 // how long nothing has been unusual
	blind   int32 // how long it could not be said
	closed  int32
	ended   int32 // the last look at which it was unusual
	again   int32
	keys    []key   // the segments it was about
	ratio   float64 // of observed to expected, when that was last told
	outage  string  // the platform that fell silent, which stays its cause
	holiday string  // on which it began, likewise
}

func (r *run) has(k key) bool {
	if !r.open {
		return false
	}
	for _, x := range r.keys {
		if x == k {
			return true
		}
	}
	return false
}

// count is a segment's count at this look in a scale, and false where there is none.
func (d *Detectors) count(s *segment, scale int, hour bool) (float64, bool) {
	p, y := s.past, float64(max(s.hour.value, 0))
	switch n := scaleHours[scale]; n {
	case 1:
		return y, true
	case 24:
		if !hour || !p.has(p.last, n-1) {
			return 0, false
		}
		return y + p.count(p.last, n-1), true
	default:
		if !p.has(p.last, n) {
			return 0, false
		}
		for k := int32(1); k < n; k++ {
			y += float64(p.looks[(d.at/step-k*60/step)%pastLooks])
		}
		return y, true
	}
}

// test returns the finding of a segment in a scale, whether its count is one that can be judged, and whether it is so far
// off that the tail was worked out.
func (d *Detectors) test(s *segment, scale int, dir direction, hour bool, r rule) (f finding, tested, off bool) {
	u := s.past.between(scale, hour)
	if u.lo < 0 {
		return f, false, false
	}
	y, ok := d.count(s, scale, hour)
	if !ok {
		return f, false, false
	}
	f = finding{segment: s, scale: scale, observed: y, expected: u.lo, probability: 1}
	if dir == drop {
		if f.expected < r.least {
			return f, false, false
		}
		if off = y*r.ratio <= f.expected; off {
			f.probability = atMost(y, f.expected, s.past.uncertain(scale, f.expected))
		}
		return f, true, off
	}
	if y < r.least {
		return f, true, false
	}
	// The middle of few small counts may be far too small: the hour before tells as well.
	f.expected = max(u.hi, s.past.usual[scale][0].hi)
	f.expected += 1 + math.Sqrt((f.expected+1)/lags)
	if off = y >= r.least && y >= r.ratio*f.expected; off {
		f.probability = atLeast(y, f.expected, s.past.uncertain(scale, f.expected))
	}
	return f, true, off
}

// uncertain is the over-dispersion of a count around what is expected of it, which is itself the middle of a few counts.
func (p *past) uncertain(scale int, m float64) float64 {
	return p.spread[scale].value(hourSpread) + 1/(lags*max(m, 1))
}

// judge looks for what is unusual in one direction.
func (d *Detectors) judge(dir direction, set *actionpb.Alerting, hour bool, each func(alert.Detection)) {
	r, run := ruleOf(set, kindOf[dir]), &d.runs[dir]
	if d.segments[0].past == nil || r.off {
		if run.open {
			d.over(dir, each)
		}
		return
	}
	d.findings, d.p = d.findings[:0], d.p[:0]
	tested := 0
	for _, s := range d.segments {
		if s.past == nil {
			continue
		}
		for scale := range scales {
			f, ok, off := d.test(s, scale, dir, hour, r)
			if ok {
				tested++
			}
			if off {
				d.findings, d.p = append(d.findings, f), append(d.p, f.probability)
			} else if scaleHours[scale] < 24 || hour {
				s.past.since[dir][scale] = 0
			}
		}
	}
	weak, opens := -1.0, -1
	if len(d.p) > 0 {
		strong := discoveries(d.p, tested, sure*r.probability)
		weak = discoveries(d.p, tested, r.probability)
		for i := range d.findings {
			f := &d.findings[i]
			since := &f.segment.past.since[dir][f.scale]
			if f.probability > weak {
				*since = 0
				continue
			}
			if *since == 0 {
				*since = d.at
			}
			hours := scaleHours[f.scale]
			if d.at-hours*60 < run.ended && f.scale > 0 {
				continue // it is what was told before
			}
			if (f.probability <= strong || d.at-*since >= holds[f.scale]) && (opens < 0 || excess(f.observed, f.expected) > excess(d.findings[opens].observed, d.findings[opens].expected)) {
				opens = i
			}
		}
	}
	if !run.open {
		if opens < 0 {
			return
		}
		d.open(dir, d.findings[opens])
	}
	if best := d.headline(weak, run.scale); best >= 0 {
		run.calm, run.blind, run.ended = 0, 0, d.at
		d.tell(dir, set, d.findings[best], hour, each)
		return
	}
	d.wait(dir, r, hour, each)
}

// headline returns the finding that an alert is told of: the whole community's where it is unusual itself, else the one that
// speaks loudest; -1 if there is none. Longer scales than the alert's would go on for long after it is over.
func (d *Detectors) headline(weak float64, scale int) int {
	best, loud := -1, 0.0
	for i, f := range d.findings {
		if f.probability > weak || f.scale > scale {
			continue
		}
		e := excess(f.observed, f.expected)
		if f.segment.key == (key{}) {
			e += 1e12
		}
		if best < 0 || e > loud {
			best, loud = i, e
		}
	}
	return best
}

// open begins a run.
func (d *Detectors) open(dir direction, f finding) {
	run, p := &d.runs[dir], f.segment.past
	again := int32(0)
	if run.closed > 0 && d.at-run.closed < againWithin*60 {
		again = min(run.again+1, mostAgain)
	}
	start := p.since[dir][f.scale] - scaleHours[f.scale]*60
	if dir == drop && p.silent > 2 {
		start = max(start, d.at-p.silent*step)
	}
	*run = run.opened(f.scale, start, again)
}

func (r *run) opened(scale int, start, again int32) run {
	return run{open: true, scale: scale, start: start, closed: r.closed, ended: r.ended, again: again}
}

// wait is a look at which nothing is unusual while an alert is open.
func (d *Detectors) wait(dir direction, r rule, hour bool, each func(alert.Detection)) {
	run := &d.runs[dir]
	elapsed := int32(step)
	if scaleHours[run.scale] == 24 { // looked at every hour
		if elapsed = 60; !hour {
			return
		}
	}
	r.ratio, r.least = min(r.ratio, staysRatio), r.least/2
	seen := false
	for _, s := range d.segments {
		if s.past == nil || s.key != run.keys[0] {
			continue
		}
		if f, _, off := d.test(s, run.scale, dir, hour, r); off && f.probability < staysProbability {
			run.calm, run.blind, run.ended = 0, 0, d.at
			return
		}
		seen = d.recovered(s, run.scale, dir, hour)
	}
	if seen {
		run.calm, run.blind = run.calm+elapsed, 0
	} else if run.blind += elapsed; run.blind > blind*60 {
		run.calm += elapsed
	}
	if run.calm >= calm*60*scaleHours[run.scale]<<run.again {
		d.over(dir, each)
	}
}

// recovered reports whether a segment's count is one that there would not be if it were as far off as it was: in a quiet
// night nearly any count would be.
func (d *Detectors) recovered(s *segment, scale int, dir direction, hour bool) bool {
	u := s.past.between(scale, hour)
	y, ok := d.count(s, scale, hour)
	if !ok || u.lo < 0 {
		return false
	}
	m := u.mid * d.runs[dir].ratio
	a := s.past.uncertain(scale, m)
	if dir == drop {
		return atLeast(y, m, a) < recovery
	}
	return atMost(y, m, a) < recovery
}

func (d *Detectors) over(dir direction, each func(alert.Detection)) {
	run := &d.runs[dir]
	*run = run.shut(d.at)
	each(alert.Detection{Kind: kindOf[dir], At: int64(d.at) * minuteMS, Over: true})
}

func (r *run) shut(at int32) run { return run{closed: at, ended: r.ended, again: r.again} }
