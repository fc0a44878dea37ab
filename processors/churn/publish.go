package churn

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/rollcall-dev/rollcall/processors/calendar"
)

// publishing is one Publish.
type publishing struct {
	*Community
	Place
	rows  *Rows
	until int64 // what lies before is complete, and is committed

	touched  []uint32 // members of whom something new is to be said, sorted
	refitted bool
	pending  []midnight // that are over, but not committed
	passed   bool       // a midnight has passed since the last Publish
	quiet    int32      // who did not leave and was last active before it has no fact in recent
	facts    []fact     // up to today that are not committed, by member, of those that are looked at
	entered  []Entry
	risks    []float64 // by the fit before the one that is being made
}

// overlay is what members go through beyond what is committed. It is what Publish found last, and not part of the state.
type overlay struct {
	begins   int32   // the day that is open
	changes  []tally // in that day and in each that a pending midnight begins
	rules    rules
	calendar *calendar.Calendar
}

// midnight is when a day begins.
type midnight struct {
	day  int32
	at   int64
	same bool // as that of the day before, which clocks passed over
}

func (p *publishing) midnight(day int32) midnight {
	at := p.Calendar.Midnight(day)
	return midnight{day, at, at == p.Calendar.Midnight(day-1)}
}

// Publish commits what stream time has made certain, and appends the rows that have changed since the last call.
func (c *Community) Publish(place Place, rows *Rows) {
	p := &publishing{Community: c, Place: place, rows: rows, until: place.Now - place.Lateness}
	p.date()
	if c.first == math.MaxInt32 || p.Calendar.Midnight(c.first) > place.Now {
		p.sort()
		c.overlay = overlay{}
		return
	}
	p.open()
	// Where no midnight passes, only members of whom there is something new have to be walked through anew: what they had
	// added is taken back first.
	some, holds := p.moving(), p.holds()
	of := newSet(some)
	if holds {
		p.gather(p.waiting[:p.fresh], of)
		for _, m := range some {
			p.project(m, false, -1)
		}
	}
	p.sort()
	p.touch()
	p.commit()
	slices.Sort(p.touched) // some were added
	p.touched = slices.Compact(p.touched)
	if holds {
		p.gather(p.waiting, of)
		for _, m := range some {
			p.project(m, p.isTouched(m), 1)
		}
	} else {
		p.open()
		p.walk()
	}
	if p.passed || p.refitted || len(p.touched) > 0 {
		p.openDays()
	}
	c.today = p.overlay.begins + int32(len(p.pending))
}

// date gives the new facts their days.
func (p *publishing) date() {
	news := p.waiting[p.fresh:]
	for i := range news {
		news[i].day = p.Calendar.Day(news[i].time())
		p.Begin(news[i].day)
		p.touched = append(p.touched, news[i].member)
	}
}

// moving are the members with new facts, and with facts that are to be committed before the next midnight.
func (p *publishing) moving() []uint32 {
	some := slices.Clone(p.touched)
	for _, f := range p.waiting[:p.fresh] {
		if f.day > p.day || f.time() >= p.until {
			break
		}
		some = append(some, f.member)
	}
	slices.Sort(some)
	return slices.Compact(some)
}

// holds reports whether what the last Publish found beyond what is committed holds, but for members that move.
func (p *publishing) holds() bool {
	commits := p.day + 1
	if p.day == unset {
		commits = p.first
	}
	o := &p.overlay
	return o.begins == p.begin() && len(o.changes) == len(p.pending)+1 && o.rules == p.rules && o.calendar == p.Calendar &&
		p.settled(commits) > p.until
}

// sort puts the new facts in their places: by local day, then by time. Where clocks go back over midnight the two differ.
func (p *publishing) sort() {
	if p.fresh == len(p.waiting) {
		return
	}
	slices.SortFunc(p.waiting[p.fresh:], compareFacts)
	// What was there is in order, so only what comes after the first of the new ones has to be looked at.
	from, _ := slices.BinarySearchFunc(p.waiting[:p.fresh], p.waiting[p.fresh], compareFacts)
	merge(p.waiting[from:], p.fresh-from)
	p.waiting = p.waiting[:from+len(slices.Compact(p.waiting[from:]))]
	p.fresh = len(p.waiting)
}

// merge sorts facts of which those before at and those from there on are sorted.
func merge(facts []fact, at int) {
	news := slices.Clone(facts[at:])
	for to := len(facts) - 1; len(news) > 0; to-- {
		if n := len(news) - 1; at > 0 && compareFacts(facts[at-1], news[n]) > 0 {
			at--
			facts[to] = facts[at]
		} else {
			facts[to], news = news[n], news[:n]
		}
	}
}

func compareFacts(a, b fact) int {
	return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.at, b.at), cmp.Compare(a.member, b.member))
}

// touch adds the members whose facts lie on days that stream time has reached since the last Publish.
func (p *publishing) touch() {
	today := p.Calendar.Day(p.Now)
	if today == p.today {
		return
	}
	for _, f := range p.waiting {
		if f.day > p.today && f.day <= today {
			p.touched = append(p.touched, f.member)
		}
	}
}

// begin is the day that is open.
func (p *publishing) begin() int32 {
	if p.day == unset {
		return p.first
	}
	return p.day
}

// open finds the midnights that are over and not committed.
func (p *publishing) open() {
	p.pending = p.pending[:0]
	for d := p.begin() + 1; ; d++ {
		m := p.midnight(d)
		if m.at > p.Now {
			break
		}
		p.pending = append(p.pending, m)
	}
	p.passed = p.begin()+int32(len(p.pending)) > p.today
}

// walk goes through all that is not committed on copies, and writes the members' rows.
func (p *publishing) walk() {
	p.overlay = overlay{p.begin(), make([]tally, len(p.pending)+1), p.rules, p.Calendar}
	p.gather(p.waiting, nil)
	all := p.passed || p.refitted
	sweep := all || len(p.pending) > 0
	if all && len(p.seen) > 0 {
		p.rows.Members.Grow(len(p.seen), len(p.Label), len(p.Name(p.seen[0])))
	}
	if sweep {
		for _, m := range p.seen {
			p.project(m, all || p.isTouched(m), 1)
		}
	}
	some := slices.Clone(p.touched)
	for _, f := range p.facts {
		some = append(some, f.member)
	}
	slices.Sort(some)
	for _, m := range slices.Compact(some) {
		if !sweep || !p.members.of(m).seen() {
			p.project(m, all || p.isTouched(m), 1)
		}
	}
}

func (p *publishing) isTouched(m uint32) bool {
	_, ok := slices.BinarySearch(p.touched, m)
	return ok
}

// gather takes the facts that are over by member, of members in of; nil is all.
func (p *publishing) gather(from []fact, of set) {
	p.facts = p.facts[:0]
	today := p.begin() + int32(len(p.pending)) // also what stream time has not reached of it, as all tables do
	for _, f := range from {
		if f.day <= today && (of == nil || of.has(f.member)) {
			p.facts = append(p.facts, f)
		}
	}
	slices.SortFunc(p.facts, func(a, b fact) int { return cmp.Or(cmp.Compare(a.member, b.member), compareFacts(a, b)) })
}

// set is one of members.
type set []uint64

func newSet(sorted []uint32) set {
	if len(sorted) == 0 {
		return set{}
	}
	s := make(set, sorted[len(sorted)-1]/64+1)
	for _, m := range sorted {
		s[m/64] |= 1 << (m % 64)
	}
	return s
}

func (s set) has(m uint32) bool { return int(m/64) < len(s) && s[m/64]>>(m%64)&1 == 1 }

// factsOf are a member's, of those that were gathered.
func (p *publishing) factsOf(m uint32) []fact {
	i := sort.Search(len(p.facts), func(i int) bool { return p.facts[i].member >= m })
	j := i
	for j < len(p.facts) && p.facts[j].member == m {
		j++
	}
	return p.facts[i:j]
}
