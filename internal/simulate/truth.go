package simulate

import (
	"math"
	"slices"
	"time"
)

// Truth is what a simulation planted. Members who were there before From are no joins.
type Truth struct {
	Community string     `json:"community"`
	Seed      uint64     `json:"seed"`
	TimeZone  string     `json:"time_zone"`
	From      time.Time  `json:"from"`
	To        *time.Time `json:"to,omitempty"` // absent: no end
	Members   int        `json:"members"`
	Founders  int        `json:"founders"` // who were there before From: the first by number
	Joins     []Join     `json:"joins"`
	Leavers   []Leaver   `json:"leavers"`
	Leaders   []Leader   `json:"leaders"`
	Rings     [][]string `json:"rings"`
	Spikes    []Spike    `json:"spikes"`
	Events    []Event    `json:"events"`   // what detectors should make of spikes and plants, in the order of their start
	Holidays  []DayOff   `json:"holidays"` // for the community's settings
	// Habit is the expected activity by local hour of week (0 = Monday 00:00) against the mean, spikes left out, when
	// everybody is there.
	Habit []float64 `json:"habit"`
}

// Join is a newcomer's first action.
type Join struct {
	Member string    `json:"member"`
	Time   time.Time `json:"time"`
}

// Leaver is a member who does nothing from Time on, but for the leave at Time if Explicit.
type Leaver struct {
	Member   string    `json:"member"`
	Time     time.Time `json:"time"`
	LastDay  string    `json:"last_day"` // local calendar day that holds Time
	Explicit bool      `json:"explicit"`
}

// Leader is a member whose content draws a planned share of the actions that have a target, rings left out. The share
// is a floor: leaders are also found as anybody is.
type Leader struct {
	Member string  `json:"member"`
	Share  float64 `json:"share"`
}

// Truth returns what was planted, strongest leader first, joins and leavers in the order of time. It is known from the
// start and does not change.
func (s *Simulation) Truth() Truth {
	o, p := &s.options, s.people
	t := Truth{
		Community: o.Community, Seed: o.Seed, TimeZone: s.location.String(), From: o.From.UTC(), Members: len(p.members),
		Founders: p.founders, Joins: []Join{}, Leavers: []Leaver{}, Leaders: []Leader{}, Rings: [][]string{},
		Spikes: append([]Spike{}, o.Spikes...), Events: []Event{}, Holidays: []DayOff{}, Habit: make([]float64, hoursOfWeek),
	}
	if !o.To.IsZero() {
		to := o.To.UTC()
		t.To = &to
	}
	for i := p.founders; i < len(p.members) && p.joins[i] < s.end; i++ {
		t.Joins = append(t.Joins, Join{name(i), s.at(p.joins[i])})
	}
	for _, i := range p.leaving {
		at := s.at(p.leaves[i])
		t.Leavers = append(t.Leavers, Leaver{
			Member: name(int(i)), Time: at, LastDay: at.In(s.location).Format(time.DateOnly),
			Explicit: p.members[i].explicit,
		})
	}
	t.Leaders = append(t.Leaders, s.leaders()...)
	for _, ring := range p.rings {
		var names []string
		for _, i := range ring {
			names = append(names, name(int(i)))
		}
		t.Rings = append(t.Rings, names)
	}
	s.events(&t)
	var share [len(rhythms)]float64
	for i := range p.members {
		m := &p.members[i]
		if m.raider() {
			continue
		}
		share[m.rhythm] += float64(m.weight) / p.weightSum
	}
	for hour := range t.Habit {
		for g := range habits {
			t.Habit[hour] += share[g] * habits[g][hour]
		}
	}
	return t
}

func (s *Simulation) events(t *Truth) {
	for i := range s.options.Spikes {
		t.Events = append(t.Events, s.options.Spikes[i].event()...)
	}
	for k := range s.plants {
		var names []string
		for _, i := range s.concerned[k] {
			names = append(names, name(int(i)))
		}
		plant := &s.plants[k]
		t.Events = append(t.Events, plant.events(names)...)
		if plant.Name == Holiday {
			day := plant.From.In(s.location).Format(time.DateOnly)
			t.Holidays = append(t.Holidays, DayOff{HolidayName, day, day})
		}
	}
	slices.SortStableFunc(t.Events, func(a, b Event) int { return a.Start.Compare(b.Start) })
}

// leaders inverts the draw of admired: rank i of n is drawn where i ≤ u²·n < i+1.
func (s *Simulation) leaders() []Leader {
	var out []Leader
	n := float64(len(s.people.leaders))
	for i, member := range s.people.leaders {
		share := leaderShare * (math.Sqrt(float64(i+1)/n) - math.Sqrt(float64(i)/n))
		out = append(out, Leader{name(int(member)), share})
	}
	return out
}

func (s *Simulation) at(ms int64) time.Time { return time.UnixMilli(s.start + ms).UTC() }
