package spikes

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/activity"
	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	minuteMS = 60_000
	hourMS   = 60 * minuteMS
	step     = 5 // minutes between looks

	never    = 1 << 30 // minutes; beyond schemas.MaxTime
	maxCount = 1 << 40

	most      = 24  // segments whose past is kept, beside the community
	noticed   = 2   // active members in an hour from which on a segment's past is kept
	reviewing = 168 // hours between two reviews of which segments are kept
)

// Detectors are those of one community. One goroutine owns them.
type Detectors struct {
	told     []told
	segments []*segment // sorted by key; the first is the community
	leaves   leaves
	at       int32  // the last look, a minute
	runs     [2]run // by direction
	days     []*entries

	calendar *calendar.Calendar
	shift    [lags]int32
	findings []finding
	p        []float64
}

// key names a segment.
type key struct {
	dimension activity.Dimension
	name      string
}

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k.dimension, o.dimension), cmp.Compare(k.name, o.name))
}

// segment is the community, a channel or a platform.
type segment struct {
	key
	hour  line // active members in the hour before
	five  line // in the five minutes before
	past  *past
	score int64 // without a past: its hourly counts since they were 0
}

// New returns the detectors of a community that nothing is known of, with the default rules.
func New() *Detectors { return &Detectors{segments: []*segment{{}}} }

// Apply adds the steps of one signal. from is the stream time that its partition had told before, Unix milliseconds, and
// less than 0 if none: there may have been looks up to there, so what comes now does not count for them.
func (d *Detectors) Apply(from int64, deltas []*actionpb.Deltas) {
	after := int32(0)
	if from >= 0 {
		after = int32(from/minuteMS) + 1
	}
	for _, x := range deltas {
		w, dim := activity.Window(x.Window), activity.Dimension(x.Dimension)
		switch {
		case w == activity.W1h && dim == activity.Kind && x.Segment == "leave":
			d.leaves.line.add(after, x.End, x.Actions)
		case w == activity.W1h && dim <= activity.Platform && len(x.Active) > 0:
			d.segment(key{dim, x.Segment}).hour.add(after, x.End, x.Active)
		case w == activity.W5m && dim <= activity.Platform && len(x.Active) > 0:
			d.segment(key{dim, x.Segment}).five.add(after, x.End, x.Active)
		}
	}
}

func (d *Detectors) segment(k key) *segment {
	i, ok := slices.BinarySearchFunc(d.segments, k, func(s *segment, k key) int { return s.compare(k) })
	if !ok {
		d.segments = slices.Insert(d.segments, i, &segment{key: k})
	}
	return d.segments[i]
}

// Close takes every look up to now, the community's stream time (Unix milliseconds), and hands out what is unusual and what
// is so no more.
func (d *Detectors) Close(now int64, cal *calendar.Calendar, each func(alert.Detection)) {
	if now < 0 {
		return
	}
	d.calendar = cal
	end := int32(min(now/minuteMS, never-step)) / step * step
	for d.at < end {
		if d.idle() { // on to the look that the next step makes
			if next := (d.next() + step - 1) / step * step; next > end {
				d.at = end
				return
			} else if next > d.at {
				d.at = next - step
			}
		}
		d.at += step
		d.look(each)
	}
}

// idle reports whether a look without a step would leave everything as it is.
func (d *Detectors) idle() bool {
	for _, s := range d.segments {
		if s.past != nil || s.hour.value != 0 || s.five.value != 0 {
			return false
		}
	}
	return d.leaves.idle() && !d.runs[drop].open && !d.runs[surge].open
}

func (d *Detectors) next() int32 {
	next := min(d.leaves.line.next(), never-step)
	for _, s := range d.segments {
		next = min(next, s.hour.next(), s.five.next())
	}
	return next
}

// look is one look at all but the days.
func (d *Detectors) look(each func(alert.Detection)) {
	set := d.inForce(d.at)
	hour := d.at%60 == 0
	for _, s := range d.segments {
		s.hour.advance(d.at)
		s.five.advance(d.at)
		if p := s.past; p != nil {
			p.looks[d.at/step%pastLooks] = uint32(max(s.hour.value, 0))
			if p.silent++; s.five.value > 0 {
				p.silent = 0
			}
		}
	}
	d.leaves.look(d.at, ruleOf(set, alert.LeaveSpike), d.share, each)
	for dir := range d.runs {
		d.judge(direction(dir), set, hour, each)
	}
	if hour {
		d.hourly(d.at / 60)
	}
}

// hourly keeps the counts of an hour that ends, and works out what is usual for the next.
func (d *Detectors) hourly(hour int32) {
	next := hour + 1
	label := d.calendar.Hour(int64(next-1) * hourMS)
	for w := range lags { // where clocks have moved, an hour of the week lies elsewhere
		d.shift[w] = 0
		for _, by := range [...]int32{0, 1, -1} {
			if at := next - int32(w+1)*hoursOfWeek + by; at > 0 && d.calendar.Hour(int64(at-1)*hourMS) == label {
				d.shift[w] = by
				break
			}
		}
	}
	kept := 0
	for _, s := range d.segments {
		if s.past != nil {
			kept++
		}
	}
	for i, s := range d.segments {
		switch n := max(s.hour.value, 0); {
		case s.past != nil:
			d.remember(s, uint32(n))
		case i == 0 && n > 0 || n >= noticed && kept <= most && d.segments[0].past != nil:
			s.past, s.score = newPast(hour), 0
			kept++
			d.remember(s, uint32(n))
		case n == 0:
			s.score = 0
		default:
			s.score += n
		}
	}
	d.leaves.hourly(hour, d.segments[0].past != nil, &d.shift)
	if hour%reviewing == 0 {
		d.review()
	}
	d.segments = slices.DeleteFunc(d.segments, func(s *segment) bool {
		return s.key != key{} && s.past == nil && s.hour.value == 0 && s.five.value == 0 && len(s.hour.marks)+len(s.five.marks) == 0
	})
}

// remember keeps a segment's count, and learns how far counts lie from what is expected while nothing is wrong.
func (d *Detectors) remember(s *segment, n uint32) {
	p := s.past
	p.append(n)
	for i, hours := range scaleHours {
		if u := p.usual[i][1]; u.lo >= 0 && p.has(p.last, hours) && !d.runs[drop].has(s.key) && !d.runs[surge].has(s.key) {
			p.spread[i].add(p.count(p.last, hours), u.mid, hourSpread)
		}
	}
	if p.last%6 == 0 {
		p.relevel(&d.shift)
	}
	p.expect(p.last+1, &d.shift)
}

// review forgets segments that have been silent for as long as the past reaches, and changes the quietest for busier ones.
func (d *Detectors) review() {
	var kept, others []*segment
	for _, s := range d.segments {
		switch {
		case s.past == nil:
			if s.score > 0 {
				others = append(others, s)
			}
		case s.past.empty():
			s.past = nil
		case s.key != key{}:
			kept = append(kept, s)
		}
	}
	if len(kept) < most {
		return // a busier one finds room when it is next noticed
	}
	week := func(s *segment) int64 {
		return int64(s.past.count(s.past.last, min(reviewing, s.past.last-s.past.first+1)))
	}
	slices.SortStableFunc(kept, func(a, b *segment) int { return cmp.Compare(week(a), week(b)) })
	slices.SortStableFunc(others, func(a, b *segment) int { return cmp.Compare(b.score, a.score) })
	for i := range min(len(kept), len(others)) {
		if others[i].score <= 2*week(kept[i]) {
			break
		}
		others[i].past, kept[i].past = newPast(kept[i].past.last+1), nil
	}
}
