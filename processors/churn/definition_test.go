package churn

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/churn/risk"
)

const hour = 3_600_000

// told is a fact as the test knows it.
type told struct {
	member uint32
	time   int64
	leave  bool
}

// slow is the definition: all facts in their order, midnight by midnight, every member at every midnight.
type slow struct {
	cal      *calendar.Calendar
	now      int64
	lateness int64
	after    int32
	atRisk   float64
	members  map[uint32]*slowMember
	model    *risk.Model
	fitted   bool
	day      int32
	start    int
	entered  map[State]int
	out      map[string]string
	at       map[midnightEntry]bool // who became at risk, and whether only a new fit says so
}

type midnightEntry struct {
	day    int32
	member uint32
}

type slowMember struct {
	h           risk.History
	state       State
	since       int64
	risk, alive float64
}

func (s *slow) Len() int { return 8 }

func (s *slow) At(i int) *risk.History {
	if m := s.members[uint32(i)]; m != nil && m.h.Total > 0 {
		return &m.h
	}
	return nil
}

func name(m uint32) string { return fmt.Sprint("m", m) }

func (s *slow) move(id uint32, at int64, to State) {
	m := s.members[id]
	if m.state == to {
		return
	}
	if to != StateNew {
		s.out[fmt.Sprint("t|", name(id), "|", at, "|", to)] = fmt.Sprint("from ", m.state)
	}
	s.entered[to]++
	m.state, m.since = to, at
}

func (s *slow) closeDay() {
	in := map[State]int{}
	for _, m := range s.members {
		in[m.state]++
	}
	rate := "NULL"
	if s.start > 0 {
		rate = fmt.Sprint(float64(s.entered[StateChurned]+s.entered[StateLeft]) / float64(s.start))
	}
	s.out[fmt.Sprint("d|", s.day)] = fmt.Sprint(in[StateNew], in[StateActive], in[StateAtRisk], in[StateChurned], in[StateResurrected], in[StateLeft],
		s.entered[StateAtRisk], s.entered[StateChurned], s.entered[StateLeft], " ", rate)
	s.start, s.entered = in[StateNew]+in[StateActive]+in[StateAtRisk]+in[StateResurrected], map[State]int{}
}

func (s *slow) midnight(d int32) {
	at := s.cal.Midnight(d)
	s.closeDay()
	s.day = d
	had := map[uint32]float64{} // what the fit before says
	if s.fitted {
		for id, m := range s.members {
			had[id] = s.model.Risk(&m.h, d)
		}
	}
	refit := false
	if at <= s.now-s.lateness && (d%7 == 4 || !s.fitted) { // 1970-01-05 was a Monday
		s.model.Fit(d, s)
		s.fitted, refit = true, true
		f, _ := s.model.Fitted()
		s.out[fmt.Sprint("f|", at)] = fmt.Sprint(f.Rows, f.Coefficients)
	}
	for id, m := range s.members {
		if m.state == StateNone {
			continue
		}
		m.risk, m.alive = math.NaN(), math.NaN()
		if s.fitted {
			m.risk, m.alive = s.model.Risk(&m.h, d), s.model.Alive(&m.h, d)
		}
		silent := d - int32(m.h.Last)
		switch {
		case m.state == StateLeft:
		case silent > s.after:
			s.move(id, at, StateChurned)
		case m.h.Total >= 3 && m.risk >= s.atRisk:
			if before, known := had[id]; m.state != StateAtRisk {
				s.at[midnightEntry{d, id}] = refit && !(known && before >= s.atRisk)
			}
			s.move(id, at, StateAtRisk)
		case m.state == StateAtRisk,
			m.state == StateNew && d-int32(m.h.First) >= 7,
			m.state == StateResurrected && d-s.cal.Day(m.since) >= 7:
			s.move(id, at, StateActive)
		}
	}
}

// want is what the tables must hold as of now.
func want(cal *calendar.Calendar, set Settings, facts []told, now, lateness int64) map[string]string {
	return defined(cal, set, facts, now, lateness).out
}

func defined(cal *calendar.Calendar, set Settings, facts []told, now, lateness int64) *slow {
	s := &slow{cal: cal, now: now, lateness: lateness, after: set.After, atRisk: set.AtRisk, members: map[uint32]*slowMember{},
		model: risk.NewModel(), entered: map[State]int{}, out: map[string]string{}, at: map[midnightEntry]bool{}}
	first := cal.Day(facts[0].time)
	for _, f := range facts {
		first = min(first, cal.Day(f.time))
	}
	if cal.Midnight(first) > now {
		return s
	}
	facts = slices.DeleteFunc(slices.Clone(facts), func(f told) bool { return cal.Day(f.time) > cal.Day(now) })
	slices.SortFunc(facts, func(a, b told) int {
		leave := func(f told) int {
			if f.leave {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(cal.Day(a.time), cal.Day(b.time)), cmp.Compare(a.time, b.time), cmp.Compare(leave(a), leave(b)))
	})
	s.day = first
	for {
		for len(facts) > 0 && cal.Day(facts[0].time) <= s.day {
			f := facts[0]
			facts = facts[1:]
			m := s.members[f.member]
			if m == nil {
				m = &slowMember{risk: math.NaN(), alive: math.NaN()}
				s.members[f.member] = m
			}
			if f.leave {
				s.move(f.member, f.time, StateLeft)
				continue
			}
			day := cal.Day(f.time)
			if m.h.Total > 0 && day > int32(m.h.Last) {
				s.model.Gap(m.h.Total, day-int32(m.h.Last))
			}
			m.h.Add(day)
			switch m.state {
			case StateNone:
				s.move(f.member, f.time, StateNew)
			case StateChurned, StateLeft:
				s.move(f.member, f.time, StateResurrected)
			}
		}
		if cal.Midnight(s.day+1) > now {
			break
		}
		s.midnight(s.day + 1)
	}
	s.closeDay()
	for id, m := range s.members {
		s.out["m|"+name(id)] = fmt.Sprint(m.state, " ", m.since, " ", short6(m.risk), " ", short6(m.alive))
	}
	return s
}

// short6 is a probability, or NULL, as precise as a record is.
func short6(v float64) string {
	if math.IsNaN(v) {
		return "NULL"
	}
	return fmt.Sprint(float32(v))
}
