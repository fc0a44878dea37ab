package walk

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/churn/risk"
)

// Set is the active days of a community's members. Its zero value is empty.
type Set struct {
	Name    string
	Members []Member
}

// Member is one, with the local days since 1970 on which they were active, rising.
type Member struct {
	Name string
	Days []int32
}

// Add adds a member. Days may be in any order and repeat.
func (s *Set) Add(name string, days []int32) {
	slices.Sort(days)
	s.Members = append(s.Members, Member{name, slices.Compact(days)})
}

// Sort puts the members in the order of their names.
func (s *Set) Sort() {
	slices.SortFunc(s.Members, func(a, b Member) int { return cmp.Compare(a.Name, b.Name) })
}

// Range returns the first and the last active day of all, and false where there is none.
func (s *Set) Range() (first, last int32, ok bool) {
	for _, m := range s.Members {
		if len(m.Days) == 0 {
			continue
		}
		if !ok {
			first, last, ok = m.Days[0], m.Days[0], true
		}
		first, last = min(first, m.Days[0]), max(last, m.Days[len(m.Days)-1])
	}
	return first, last, ok
}

// ActiveIn reports whether a member was active in from … to−1.
func (m *Member) ActiveIn(from, to int32) bool {
	i, _ := slices.BinarySearch(m.Days, from)
	return i < len(m.Days) && m.Days[i] < to
}

// Histories are the members' as of a midnight, by their place in the set.
type Histories []risk.History

// Len is how many members there are, those to come included.
func (h Histories) Len() int { return len(h) }

// At returns a member's history, nil before the first active day.
func (h Histories) At(i int) *risk.History {
	if h[i].Total == 0 {
		return nil
	}
	return &h[i]
}

const (
	week   = 7
	monday = 4 // of days since 1970
)

// Walk calls gap for every silence that ended, if it is not nil, and midnight at the first Monday's midnight after the
// first active day and at every one up to the day after the last, with what was known then.
func (s *Set) Walk(gap func(total uint16, days int32), midnight func(d int32, known Histories)) {
	type event struct{ day, member int32 }
	var events []event
	for i := range s.Members {
		for _, d := range s.Members[i].Days {
			events = append(events, event{d, int32(i)})
		}
	}
	slices.SortFunc(events, func(a, b event) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.member, b.member)) })
	first, last, ok := s.Range()
	if !ok {
		return
	}
	known := make(Histories, len(s.Members))
	for d := first - first%week + monday; d <= last+1; d += week {
		if d <= first {
			continue
		}
		n := 0
		for ; n < len(events) && events[n].day < d; n++ {
			h := &known[events[n].member]
			if gap != nil && h.Total > 0 {
				gap(h.Total, events[n].day-int32(h.Last))
			}
			h.Add(events[n].day)
		}
		events = events[n:]
		midnight(d, known)
	}
}
