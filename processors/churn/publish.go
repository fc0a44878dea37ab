package churn

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// publishing is one Publish.
type publishing struct {
	*Community
	Place
	rows  *Rows
	until int64 // what lies before is complete, and is committed

	touched  []uint32 // members of whom something new is to be said, sorted
	refitted bool
	begins   int32      // the day that is open
	pending  []midnight // that are over, but not committed
	passed   bool       // a midnight has passed since the last Publish
	facts    []fact     // up to today that are not committed, by member
	overlaid []tally    // changes by them, in the day that is open and in each that a pending midnight begins
	entered  []Entry
	risks    []float64 // by the fit before the one that is being made
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
	p.sort()
	if c.first == math.MaxInt32 || p.Calendar.Midnight(c.first) > place.Now {
		return
	}
	p.touch()
	p.commit()
	slices.Sort(p.touched) // some were added
	p.touched = slices.Compact(p.touched)
	p.open()
	p.overlay()
	if p.passed || p.refitted || len(p.touched) > 0 {
		p.openDays()
	}
	c.today = p.begins + int32(len(p.pending))
}

// sort puts the new facts in their places: by local day, then by time. Where clocks go back over midnight the two differ.
func (p *publishing) sort() {
	all := p.waiting
	news := all[p.fresh:]
	if len(news) == 0 {
		return
	}
	for i := range news {
		news[i].day = p.Calendar.Day(news[i].time())
		p.Begin(news[i].day)
		p.touched = append(p.touched, news[i].member)
	}
	slices.SortFunc(all, compareFacts)
	p.waiting = slices.Compact(all)
	p.fresh = len(p.waiting)
}

func compareFacts(a, b fact) int {
	return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.at, b.at), cmp.Compare(a.member, b.member))
}

// touch adds the members whose facts lie on days that stream time has reached since the last Publish.
func (p *publishing) touch() {
	today := p.Calendar.Day(p.Now)
	for _, f := range p.waiting {
		if f.day > p.today && f.day <= today {
			p.touched = append(p.touched, f.member)
		}
	}
}

// open finds the midnights that are over and the facts up to today, as far as they are not committed.
func (p *publishing) open() {
	p.begins = p.day
	if p.day == unset {
		p.begins = p.first
	}
	for d := p.begins + 1; ; d++ {
		m := p.midnight(d)
		if m.at > p.Now {
			break
		}
		p.pending = append(p.pending, m)
	}
	p.passed = p.begins+int32(len(p.pending)) > p.today
	for _, f := range p.waiting {
		if f.day <= p.begins+int32(len(p.pending)) { // also those of today that stream time has not reached, as all tables do
			p.facts = append(p.facts, f)
		}
	}
	slices.SortStableFunc(p.facts, func(a, b fact) int { return cmp.Compare(a.member, b.member) })
	p.overlaid = make([]tally, len(p.pending)+1)
}

// overlay walks through what is not committed on copies, and writes the members' rows.
func (p *publishing) overlay() {
	all := p.passed || p.refitted
	sweep := all || len(p.pending) > 0
	if sweep {
		for _, m := range p.seen {
			p.project(m, all || p.isTouched(m))
		}
	}
	some := slices.Clone(p.touched)
	for _, f := range p.facts {
		some = append(some, f.member)
	}
	slices.Sort(some)
	for _, m := range slices.Compact(some) {
		if !sweep || !p.members[m].seen() {
			p.project(m, all || p.isTouched(m))
		}
	}
}

func (p *publishing) isTouched(m uint32) bool {
	_, ok := slices.BinarySearch(p.touched, m)
	return ok
}

// factsOf are a member's, of those that are over and not committed.
func (p *publishing) factsOf(m uint32) []fact {
	i := sort.Search(len(p.facts), func(i int) bool { return p.facts[i].member >= m })
	j := i
	for j < len(p.facts) && p.facts[j].member == m {
		j++
	}
	return p.facts[i:j]
}
