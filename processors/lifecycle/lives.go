package lifecycle

import (
	"math/bits"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/slab"
	"github.com/rollcall-dev/rollcall/processors/state"
)

// Definition is the version of the formulas of this package, written beside its rows.
const Definition = 1

// intervals is short for calendar.Intervals.
const intervals = calendar.Intervals

// reach is how many intervals after a cohort's retention is followed (contract.md).
var reach = [intervals]int32{30, 26, 24}

// life is what is remembered of one member. An active day may come at most 31 days after a later one (the longest
// lateness), so everything that can still change is near the newest.
type life struct {
	first, head int32  // the first and the newest active day
	days        uint64 // bit j: active on head − j
	months      uint8  // bit j: active in the month of head, less j
	month       int32  // that of head, which is asked for often
	// run is how many intervals from the cohort's on the member was active in without a gap, at most reach + 1.
	run [intervals]uint8
}

// record is a life as it is kept: a day number has 16 bits until 2149.
type record struct {
	days        uint64
	first, head uint16
	months      uint8
	run         [intervals]uint8
}

func (r *record) life() life {
	return life{first: int32(r.first), head: int32(r.head), days: r.days, months: r.months, month: calendar.Month.Index(int32(r.head)), run: r.run}
}

func (m *life) record() record {
	return record{first: uint16(m.first), head: uint16(m.head), days: m.days, months: m.months, run: m.run}
}

// Lives are the active days of the members of one community in one partition.
type Lives struct {
	lives   slab.Of[record]
	changes changes
	// The day that was added last, which is nearly always the next one, and the intervals that hold it.
	day   int32
	holds [intervals]int32
}

// NewLives returns the lives of a community in which nobody acted yet.
func NewLives() *Lives { return &Lives{day: -1} }

// Count adds actions of any kind, and contributing members, to a day.
func (l *Lives) Count(day int32, actions, contributing int64) {
	c := l.changes.count(calendar.Day, day)
	c.actions += actions
	c.contributing += contributing
}

// Add notes the first action of a local day that makes the member active.
func (l *Lives) Add(member uint32, day int32) {
	l.lives.Reach(member)
	r := l.lives.At(member)
	m := r.life()
	if day != l.day {
		l.day = day
		for i := range intervals {
			l.holds[i] = i.Index(day)
		}
	}
	for _, i := range []calendar.Interval{calendar.Week, calendar.Month} {
		k := l.holds[i]
		n := int32(bits.OnesCount64(m.between(i.Start(k), i.Start(k+1)-1)))
		if n > 0 {
			l.changes.addDays(i, k, n, -1)
		}
		l.changes.addDays(i, k, n+1, 1)
	}
	for i := range intervals {
		if k := l.holds[i]; !m.active(i, k) {
			l.enter(&m, i, k)
		}
	}
	m.set(day, l.holds[calendar.Month])
	*r = m.record()
}

// Touch loads a member's record, and returns a number of no meaning: a caller that touches many members before it adds to
// the first lets the memory fetch them side by side.
func (l *Lives) Touch(member uint32) uint64 {
	if int(member) < l.lives.Len() {
		return l.lives.At(member).days
	}
	return 0
}

// enter makes the member active in interval k, which is not in m yet.
func (l *Lives) enter(m *life, i calendar.Interval, k int32) {
	c := l.changes.count(i, k)
	c.active++
	if m.active(i, k-1) {
		c.both++
	}
	if m.active(i, k+1) {
		l.changes.count(i, k+1).both++
	}
	first := i.Index(m.first)
	switch {
	case m.days == 0 || k < first:
		l.changes.count(i, k).first++ // c may have moved
		if m.days != 0 {
			l.changes.count(i, first).first--
			l.follow(m, i, first, -1)
		}
		m.run[i] = 1
		m.extend(i, k)
		l.changes.addCohort(i, k, 0, cohort{present: 1})
		l.follow(m, i, k, 1)
		if m.days == 0 {
			l.changes.addCohort(i, k, 0, cohort{last: 1})
		}
	default:
		if k-first <= reach[i] {
			l.changes.addCohort(i, first, k-first, cohort{present: 1})
		}
		if last := i.Index(m.head); k > last {
			l.changes.addCohort(i, first, min(last-first, reach[i]), cohort{last: -1})
			l.changes.addCohort(i, first, min(k-first, reach[i]), cohort{last: 1})
		}
		if run := int32(m.run[i]); k == first+run && run <= reach[i] {
			l.changes.addCohort(i, first, run-1, cohort{run: -1})
			m.run[i]++
			m.extend(i, first)
			l.changes.addCohort(i, first, int32(m.run[i])-1, cohort{run: 1})
		}
	}
}

// follow adds the member's share of cohort f, or takes it back: its run, and of the intervals that m has its presence and
// the last.
func (l *Lives) follow(m *life, i calendar.Interval, f int32, by int64) {
	l.changes.addCohort(i, f, int32(m.run[i])-1, cohort{run: by})
	if m.days == 0 {
		return
	}
	last := i.Index(m.head)
	for k := i.Index(m.first); k <= last && k-f <= reach[i]; k++ {
		if m.active(i, k) {
			l.changes.addCohort(i, f, k-f, cohort{present: by})
		}
	}
	l.changes.addCohort(i, f, min(last-f, reach[i]), cohort{last: by})
}

// extend lengthens the run of cohort f over the intervals that m has.
func (m *life) extend(i calendar.Interval, f int32) {
	for int32(m.run[i]) <= reach[i] && m.active(i, f+int32(m.run[i])) {
		m.run[i]++
	}
}

// between returns the bits of the active days from..to.
func (m *life) between(from, to int32) uint64 {
	low, high := max(0, m.head-to), m.head-from // as distances from head
	if m.days == 0 || high < low || low > 63 {
		return 0
	}
	x := m.days >> low << low
	if high < 63 {
		x &= 1<<(high+1) - 1
	}
	return x
}

// active reports whether m has an active day in interval k, which is near head.
func (m *life) active(i calendar.Interval, k int32) bool {
	if m.days == 0 {
		return false
	}
	if i == calendar.Month {
		d := m.month - k
		return d >= 0 && d < 8 && m.months>>d&1 == 1
	}
	return m.between(i.Start(k), i.Start(k+1)-1) != 0
}

// set adds an active day of a month.
func (m *life) set(day, month int32) {
	if m.days == 0 {
		*m = life{first: day, head: day, days: 1, months: 1, month: month, run: m.run}
		return
	}
	if d := day - m.head; d > 0 {
		m.days <<= min(d, 64)
		m.months = uint8(uint64(m.months) << min(month-m.month, 8))
		m.head, m.month = day, month
	}
	if d := m.head - day; d < 64 {
		m.days |= 1 << d
	}
	if d := m.month - month; d < 8 {
		m.months |= 1 << d
	}
	m.first = min(m.first, day)
}

// Save writes the lives and what waits for a cut.
func (l *Lives) Save(w *state.Writer) {
	l.lives.Save(w)
	l.changes.save(w)
}

// LoadLives reads what Save wrote.
func LoadLives(r *state.Reader) *Lives {
	l := NewLives()
	l.lives = slab.Load(r, func(_ uint32, m *record) bool { return m.sound() })
	l.changes.load(r)
	if r.Err() != nil {
		return NewLives()
	}
	return l
}

// sound reports whether what is computed from a record ends.
func (r *record) sound() bool {
	for i, n := range r.run {
		if int32(n) > reach[i]+1 || r.days != 0 && n == 0 {
			return false
		}
	}
	return true
}
