package spikes

import (
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/activity"
	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	mostNamed        = 5
	namedProbability = 0.01 // of a segment's own tail
	namedRatio       = 1.25
	namedPart        = 0.25 // of the loudest segment's excess
	apart            = 0.8  // how far a segment's ratio is from the community's, to be named beside it
	nearlyAll        = 0.8  // share of the excess that names a segment in any case

	quietLooks       = 3    // without anybody, and
	quietProbability = 1e-4 // of that: silence that is no chance
)

// tell hands out a finding with the segments that hold the excess, and its cause.
func (d *Detectors) tell(dir direction, set *actionpb.Alerting, f finding, hour bool, each func(alert.Detection)) {
	run := &d.runs[dir]
	hours := float64(scaleHours[f.scale])
	found := alert.Detection{
		Kind: kindOf[dir], At: int64(d.at) * minuteMS, Start: int64(run.start) * minuteMS, Window: int64(hours) * hourMS,
		Expected: round(f.expected / hours), Observed: round(f.observed / hours), Probability: figures(f.probability),
	}
	run.keys = append(run.keys[:0], f.segment.key)
	run.ratio = (f.observed + 0.5) / (f.expected + 0.5)
	for _, n := range d.named(dir, f, hour) {
		found.Segments = append(found.Segments, n)
		k := key{activity.Channel, n.Segment}
		if n.Dimension == activity.Platform.String() {
			k.dimension = activity.Platform
		}
		if k != f.segment.key {
			run.keys = append(run.keys, k)
		}
	}
	if f.segment.key != (key{}) {
		found.Within = true
		d.first(&found, f)
	}
	if dir == drop {
		if name, out := d.outage(hour); out {
			run.outage = name
		}
		if run.outage != "" {
			found.Cause, found.CauseName = alert.PlatformOutage, run.outage
		}
	}
	if name, ok := d.holidayAt(set, d.at); ok {
		run.holiday = name
	}
	if run.holiday != "" { // its last hours reach into the next day
		found.Cause, found.CauseName = alert.PublicHoliday, run.holiday
	}
	each(found)
}

// first makes the headline's segment the first of those named.
func (d *Detectors) first(found *alert.Detection, f finding) {
	i := slices.IndexFunc(found.Segments, func(s *actionpb.AlertSegment) bool {
		return s.Dimension == f.segment.dimension.String() && s.Segment == f.segment.name
	})
	head := &actionpb.AlertSegment{Dimension: f.segment.dimension.String(), Segment: f.segment.name, Share: 1}
	if i >= 0 {
		head = found.Segments[i]
		found.Segments = slices.Delete(found.Segments, i, i+1)
	}
	head.Expected, head.Observed = found.Expected, found.Observed
	found.Segments = slices.Insert(found.Segments, 0, head)
}

// named returns the segments that hold the excess, the one that tells most first. Where all are as far off as the whole
// community is, none is named.
func (d *Detectors) named(dir direction, head finding, hour bool) []*actionpb.AlertSegment {
	type part struct {
		segment *actionpb.AlertSegment
		loud    float64
	}
	side := func(y, m float64) float64 { // how much of an excess this is
		if dir == drop {
			return m - y
		}
		return y - m
	}
	whole, loudest := d.segments[0], 0.0
	all, usual := d.count(whole, head.scale, hour)
	mid := whole.past.between(head.scale, hour).mid
	total := side(head.observed, head.expected)
	if usual {
		total = max(total, side(all, mid))
	}
	var parts []part
	for _, s := range d.segments[1:] {
		var y, m float64
		a := priorOf(hourSpread)
		if s.past != nil {
			u, ok := s.past.between(head.scale, hour), false
			if y, ok = d.count(s, head.scale, hour); !ok {
				continue
			}
			m = max(u.mid, 0)
			a = s.past.uncertain(head.scale, m)
		} else if y = float64(s.hour.value); dir == drop || scaleHours[head.scale] > 1 {
			continue
		}
		by := side(y, m)
		if by <= 0 || dir == drop && y*namedRatio > m || dir == surge && y < m*namedRatio {
			continue
		}
		share := min(by/max(total, 1), 1)
		ratio, of := (y+0.5)/(m+0.5), (all+0.5)/(mid+0.5)
		beside := dir == drop && ratio <= apart*of || dir == surge && ratio >= of/apart
		if !beside && !(share >= nearlyAll && m < 0.9*mid) {
			continue
		}
		p := atMost(y, m, a)
		if dir == surge {
			p = atLeast(y, m+0.5, a)
		}
		if p > namedProbability {
			continue
		}
		loud := excess(y, m)
		loudest = max(loudest, loud)
		hours := float64(scaleHours[head.scale])
		parts = append(parts, part{&actionpb.AlertSegment{Dimension: s.dimension.String(), Segment: s.name, Expected: round(m / hours),
			Observed: round(y / hours), Share: round(share)}, loud})
	}
	slices.SortStableFunc(parts, func(a, b part) int {
		switch {
		case a.loud > b.loud:
			return -1
		case a.loud < b.loud:
			return 1
		}
		return 0
	})
	var out []*actionpb.AlertSegment
	for _, x := range parts {
		if x.loud >= namedPart*loudest && len(out) < mostNamed {
			out = append(out, x.segment)
		}
	}
	return out
}

func priorOf(g guess) float64 { return g.value }

// share is the part of the community's usual activity that a channel or platform has, 1 where it is not known.
func (d *Detectors) share(p Place) float64 {
	k := key{activity.Channel, p.Segment}
	switch p.Dimension {
	case activity.Platform.String():
		k.dimension = activity.Platform
	case activity.Channel.String():
	default:
		return 1
	}
	whole := d.segments[0].past
	for _, s := range d.segments {
		if s.key == k && s.past != nil && whole != nil {
			last := whole.last
			if all := whole.count(last, min(hoursOfWeek, last-whole.first+1)); all > 0 && s.past.last >= s.past.first {
				return min(1, s.past.count(s.past.last, min(hoursOfWeek, s.past.last-s.past.first+1))/all)
			}
		}
	}
	return 1
}

// outage returns the platform from which nothing comes while others go on, or while there is no other. What is expected of
// it is what the others leave to expect: on a quiet day a quiet platform is no wonder.
func (d *Detectors) outage(hour bool) (string, bool) {
	whole := d.segments[0]
	all, usual := float64(whole.hour.value), whole.past.between(0, hour).mid
	name, loud := "", 0.0
	for _, s := range d.segments {
		if s.dimension != activity.Platform || s.past == nil || s.past.silent < quietLooks {
			continue
		}
		m, y := s.past.between(0, hour).mid, float64(s.hour.value)
		if m < loud || m <= 0 {
			continue
		}
		if rest := usual - m; rest > 0.1*usual {
			if all-y < 0.5*rest {
				continue // the others do not go on
			}
			m *= min(1, (all-y)/rest)
		}
		missed := m * float64(s.past.silent) * step / 60
		if atMost(0, missed, s.past.uncertain(0, missed)) < quietProbability {
			name, loud = s.name, m
		}
	}
	return name, name != ""
}

// round keeps what a person reads, and the same on every machine.
func round(v float64) float64 { return math.Round(v*100) / 100 }

// figures keeps three figures of a probability, which is at least 1e-12: no count is surer than that.
func figures(p float64) float64 {
	p = min(max(p, 1e-12), 1)
	unit := math.Pow(10, math.Floor(math.Log10(p))-2)
	return math.Round(p/unit) * unit
}
