package lifecycle

import (
	"math/bits"

	"github.com/rollcall-dev/rollcall/processors/calendar"
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
	// run is how many intervals from the cohort's on the member was active in without a gap, at most reach + 1.
	run [intervals]uint8
}

// Lives are the active days of the members of one community in one partition.
type Lives struct {
	lives   []life
	changes changes
}

// NewLives returns the lives of a community in which nobody acted yet.
func NewLives() *Lives { return &Lives{} }

// Count adds actions of any kind, and contributing members, to a day.
func (l *Lives) Count(day int32, actions, contributing int64) {
	c := l.changes.count(calendar.Day, day)
	c.actions += actions
	c.contributing += contributing
}

// Add notes the first action of a local day that makes the member active.
func (l *Lives) Add(member uint32, day int32) {
	for int(member) >= len(l.lives) {
		l.lives = append(l.lives, life{})
	}
	m := &l.lives[member]
	for _, i := range []calendar.Interval{calendar.Week, calendar.Month} {
		k := i.Index(day)
		n := int32(bits.OnesCount64(m.between(i.Start(k), i.Start(k+1)-1)))
		if n > 0 {
			l.changes.addDays(i, k, n, -1)
		}
		l.changes.addDays(i, k, n+1, 1)
	}
	for i := range intervals {
		if k := i.Index(day); !m.active(i, k) {
			l.enter(m, i, k)
		}
	}
	m.set(day)
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
		c.first++
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
		d := i.Index(m.head) - k
		return d >= 0 && d < 8 && m.months>>d&1 == 1
	}
	return m.between(i.Start(k), i.Start(k+1)-1) != 0
}

// set adds an active day.
func (m *life) set(day int32) {
	if m.days == 0 {
		*m = life{first: day, head: day, days: 1, months: 1, run: m.run}
		return
	}
	month := calendar.Month.Index(day)
	if d := day - m.head; d > 0 {
		m.days <<= min(d, 64)
		m.months = uint8(uint64(m.months) << min(month-calendar.Month.Index(m.head), 8))
		m.head = day
	}
	if d := m.head - day; d < 64 {
		m.days |= 1 << d
	}
	if d := calendar.Month.Index(m.head) - month; d < 8 {
		m.months |= 1 << d
	}
	m.first = min(m.first, day)
}

// Save writes the lives and what waits for a cut.
func (l *Lives) Save(w *state.Writer) {
	words := make([]uint64, 0, 3*len(l.lives))
	for i := range l.lives {
		m := &l.lives[i]
		words = append(words, uint64(uint32(m.first))<<32|uint64(uint32(m.head)), m.days,
			uint64(m.months)|uint64(m.run[0])<<8|uint64(m.run[1])<<16|uint64(m.run[2])<<24)
	}
	w.Words(words)
	l.changes.save(w)
}

// LoadLives reads what Save wrote.
func LoadLives(r *state.Reader) *Lives {
	l := NewLives()
	for words := r.Words(); len(words) >= 3; words = words[3:] {
		x := words[2]
		l.lives = append(l.lives, life{first: int32(words[0] >> 32), head: int32(words[0]), days: words[1], months: uint8(x),
			run: [intervals]uint8{uint8(x >> 8), uint8(x >> 16), uint8(x >> 24)}})
	}
	l.changes.load(r)
	return l
}
