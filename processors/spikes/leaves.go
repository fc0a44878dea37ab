package spikes

import (
	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/processors/state"
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
}

func (l *leaves) idle() bool { return l.past == nil && l.line.value == 0 && !l.run.open }

// look looks at every minute with a step, up to minute.
func (l *leaves) look(minute int32, r rule, each func(alert.Detection)) {
	for len(l.line.marks) > 0 && l.line.marks[0].minute <= minute {
		at := l.line.marks[0].minute
		usual := l.expected()
		if float64(l.line.value) <= max(1, usual) {
			l.risen = at - 1
		}
		l.line.advance(at)
		l.judge(at, usual, r, each)
	}
	if l.run.open || l.weak > 0 {
		l.judge(minute, l.expected(), r, each)
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

func (l *leaves) judge(at int32, m float64, r rule, each func(alert.Detection)) {
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
		l.tell(at, y, m, p, each)
	case l.run.open && weak:
		l.run.calm = 0
		l.tell(at, y, m, p, each)
	case l.run.open && p < staysProbability:
		l.run.calm = 0
	case l.run.open:
		if l.run.calm += at - last; l.run.calm >= calm*60<<l.run.again || r.off {
			l.run = runClosed(at, l.run.again)
			each(alert.Detection{Kind: alert.LeaveSpike, At: int64(at) * minuteMS, Over: true})
		}
	}
}

func (l *leaves) tell(at int32, y, m, p float64, each func(alert.Detection)) {
	each(alert.Detection{
		Kind: alert.LeaveSpike, At: int64(at) * minuteMS, Start: int64(l.run.start) * minuteMS, Window: hourMS,
		Expected: round(m), Observed: y, Probability: figures(p),
	})
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
}

func loadLeaves(r *state.Reader) leaves {
	l := leaves{line: loadLine(r)}
	if r.Bool() {
		l.past = loadPast(r)
	}
	l.level = number(r)
	l.risen, l.weak, l.looked = minuteIn(r), minuteIn(r), minuteIn(r)
	l.run = loadRun(r)
	return l
}
