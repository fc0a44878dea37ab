package churn

import "math"

const (
	dayMS = 86_400_000
	// short is a lateness with which no midnight is published before the fits of earlier ones are made: less than the
	// shortest day, and a good deal.
	short = 20 * dayMS / 24
)

// fact takes a record over a fact and returns its state. last is when the member's fact before was. Told says whether it is
// to be written.
func (p *publishing) fact(r *record, f fact, last int64, told bool) State {
	from := r.state()
	to := from.afterFact(f.leave())
	if !f.leave() {
		r.Add(f.day)
	}
	if to != from {
		r.enter(to, f.time())
	}
	if !told {
		return to
	}
	if to != from && to != StateNew {
		p.transition(f.member, f.time(), from, to, 0)
	} else if to == from && last >= f.time()-p.Lateness {
		// Before the fact at last was heard of, this one may have been published as one that changed the state.
		ghost := StateResurrected
		if f.leave() {
			ghost = StateLeft
		}
		p.transition(f.member, f.time(), StateNone, ghost, 1)
	}
	return to
}

// turn takes a record over midnight d and returns its state. had is its risk by an older fit, by which d may have been
// published before.
func (p *publishing) turn(m uint32, r *record, d midnight, last int64, had float64, told bool) State {
	r.risk, r.alive = unasked, unasked
	if p.fitted == unset {
		r.risk, r.alive = unknown, unknown
	}
	at := math.NaN()
	if p.fitted != unset && r.undecided(d.day, p.rules) {
		at = p.model.Risk(&r.History, d.day)
		r.risk = float32(at)
	}
	settled := p.hasSettled(r, d)
	from := r.state()
	to := r.afterMidnight(d.day, at, settled, p.rules)
	if told {
		ghosts := p.ghosts(r, d, last)
		if !math.IsNaN(had) {
			ghosts |= 1 << r.afterMidnight(d.day, had, settled, p.rules) &^ (1 << from)
		}
		if d.same { // they would take back what the midnight before has said
			ghosts = 0
		}
		for _, s := range [...]State{StateActive, StateAtRisk, StateChurned} {
			if ghosts>>s&1 == 1 && (s != to || to == from) {
				p.transition(m, d.at, StateNone, s, 1)
			}
		}
		if to != from {
			p.transition(m, d.at, from, to, 0)
		}
	}
	if to != from {
		r.enter(to, d.at)
	}
	return to
}

// hasSettled reports whether a new or resurrected member has been so for a week of days at midnight d.
func (p *publishing) hasSettled(r *record, d midnight) bool {
	switch ago := d.at - r.since(); {
	case r.state() == StateNew:
		return d.day-int32(r.First) >= settle
	case r.state() != StateResurrected || ago < (settle-2)*dayMS: // clocks may pass over a day
		return false
	case ago > (settle+2)*dayMS:
		return true
	}
	return d.day-p.Calendar.Day(r.since()) >= settle
}

// ghosts are the states that may have been published for midnight d, besides what it makes of a member: before a fact
// shortly before d was heard of, or before fits of earlier midnights were made. Which follows from the facts alone, so that
// whoever folds them again takes back the same.
func (p *publishing) ghosts(r *record, d midnight, last int64) (set int) {
	if p.Lateness > short && r.Total >= enough && int64(d.day-p.fitted) <= p.Lateness/dayMS+1 {
		set |= 1<<StateActive | 1<<StateAtRisk
	}
	if last < d.at-p.Lateness {
		return set
	}
	set |= 1 << StateActive
	if r.Total >= enough {
		set |= 1 << StateAtRisk
	}
	if !p.knownActive(r, d) {
		set |= 1 << StateChurned
	}
	return set
}

// knownActive reports whether a member had an active day that kept it from being churned at midnight d and of which
// everyone knew by then.
func (p *publishing) knownActive(r *record, d midnight) bool {
	known := p.Calendar.Day(d.at-p.Lateness) - 1 // a day early, for where clocks go back
	for j := max(0, int32(r.Last)-known); j < 64 && int32(r.Last)-j >= d.day-p.rules.after; j++ {
		if r.Days>>j&1 == 1 {
			return true
		}
	}
	return false
}

// project walks a copy of a member's record to now, adds what changes, or takes it back where by is −1, and if told writes
// it.
func (p *publishing) project(m uint32, told bool, by int64) {
	r, last, facts := *p.members.of(m), p.last(m), p.factsOf(m)
	asked := p.day
	for i := range p.overlay.changes {
		if i > 0 && r.state() != StateNone {
			from := r.state()
			if to := p.turn(m, &r, p.pending[i-1], last, math.NaN(), told); to != from {
				p.overlay.changes[i].move(from, to, by)
			}
			asked = p.pending[i-1].day
		}
		for len(facts) > 0 && (facts[0].day <= p.overlay.begins+int32(i) || i == len(p.pending)) {
			f := facts[0]
			r.ask(p.model, asked)
			from := r.state()
			if to := p.fact(&r, f, last, told); to != from {
				p.overlay.changes[i].move(from, to, by)
			}
			last, facts = f.time(), facts[1:]
		}
	}
	if told && r.state() != StateNone {
		r.ask(p.model, asked)
		p.memberRow(m, &r, asked)
	}
}
