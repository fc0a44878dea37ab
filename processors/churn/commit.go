package churn

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/churn/risk"
)

// commit applies the facts and midnights that nothing can come before any more, in their order.
func (p *publishing) commit() {
	if p.day == unset {
		if p.settled(p.first) > p.until {
			return
		}
		p.day = p.first
	}
	done := 0
	for {
		if done < len(p.waiting) && p.waiting[done].day <= p.day {
			if p.waiting[done].time() >= p.until {
				break
			}
			p.commitFact(p.waiting[done])
			done++
			continue
		}
		if p.settled(p.day+1) > p.until {
			break
		}
		p.commitMidnight(p.midnight(p.day + 1))
	}
	p.waiting = append(p.waiting[:0], p.waiting[done:]...)
	p.fresh = len(p.waiting)
	p.forget(p.until - p.Lateness)
}

// settled is the instant from which on no local day is before a day. Where clocks go back over midnight, from minutes past
// it, that is up to an hour after its midnight.
func (p *publishing) settled(day int32) int64 {
	const minute, most = 60_000, 180
	at := p.Calendar.Midnight(day)
	if at > p.until { // which is all that is asked
		return at
	}
	for i := int64(most); i > 0; i-- {
		if p.Calendar.Day(at+(i-1)*minute) < day {
			return at + i*minute
		}
	}
	return at
}

// forget lets go of when members had their last facts, where those lie before t.
func (p *publishing) forget(t int64) {
	p.quiet = p.Calendar.Day(t) - 1 // a day early, for where clocks go back
	for m, at := range p.recent {   // in any order
		if at < t {
			delete(p.recent, m)
		}
	}
}

func (p *publishing) commitFact(f fact) {
	r := p.members.of(f.member)
	r.ask(p.model, p.day)
	if !f.leave() {
		if r.Total > 0 && f.day > int32(r.Last) {
			p.model.Gap(r.Total, f.day-int32(r.Last))
		}
		if !r.seen() {
			r.mark |= seenBit
			p.seen = append(p.seen, f.member)
		}
	}
	from := r.state()
	if to := p.fact(r, f, p.last(f.member), true); to != from {
		p.tally.move(from, to, 1)
		delete(p.kept, f.member)
	}
	p.recent[f.member] = f.time()
}

// last is when the last committed fact of a member was, as far as that matters.
func (p *publishing) last(m uint32) int64 {
	if r := p.members.of(m); int32(r.Last) < p.quiet && r.state() != StateLeft {
		return math.MinInt64 // as for nearly all: no fact of theirs is remembered
	}
	if at, ok := p.recent[m]; ok {
		return at
	}
	return math.MinInt64
}

// commitMidnight ends a day and begins the next.
func (p *publishing) commitMidnight(d midnight) {
	if p.BeforeMidnight != nil {
		p.BeforeMidnight(d.day)
	}
	p.dayRow(p.day, &p.tally)
	p.forget(d.at - p.Lateness)
	fit := risk.Refits(d.day) || p.fitted == unset
	p.recount = 1
	if fit {
		p.fit(d)
	}
	p.day = d.day
	p.why.Commit(d.day, p.Name)
	p.tally.open()
	p.entered = p.entered[:0]
	transitions := p.rows.Transitions.Len()
	stay := p.seen[:0]
	for i, m := range p.seen {
		r := p.members.of(m)
		had := math.NaN()
		if fit {
			had = p.risks[i]
		}
		from := r.state()
		if to := p.turn(m, r, d, p.last(m), had, true); to != from {
			p.tally.move(from, to, 1)
			p.entered = append(p.entered, Entry{Member: m, To: to, Refit: fit && to == StateAtRisk && !(had >= p.rules.atRisk)})
		}
		if d.day-int32(r.Last) > max(p.rules.after, risk.Reach) {
			r.ask(p.model, d.day)
			r.mark &^= seenBit
			p.touched = append(p.touched, m)
		} else {
			stay = append(stay, m)
		}
	}
	p.seen = stay
	p.explain(d, transitions)
	if p.OnMidnight != nil {
		p.OnMidnight(d.day, p.entered)
	}
}

// alike is for how many members a fit is believed to say the same as the one before.
const alike = 5

// slipping is how many members became at risk in the week up to midnight d by the model as it is, of those who were silent
// for all of it.
func (p *publishing) slipping(d midnight) (n float64) {
	const week = 7
	for _, m := range p.seen {
		if r := p.members.of(m); int32(r.Last) < d.day-week && r.undecided(d.day, p.rules) &&
			p.model.Risk(&r.History, d.day) >= p.rules.atRisk && p.model.Risk(&r.History, d.day-week) < p.rules.atRisk {
			n++
		}
	}
	return n
}

// fit makes the fit of midnight d, and keeps what the one before it would say at d.
func (p *publishing) fit(d midnight) {
	p.risks = p.risks[:0]
	for _, m := range p.seen {
		had := math.NaN()
		if r := p.members.of(m); p.fitted != unset && r.undecided(d.day, p.rules) {
			had = p.model.Risk(&r.History, d.day)
		}
		p.risks = append(p.risks, had)
	}
	before := p.slipping(d)
	p.model.Fit(d.day, &p.members)
	if after := p.slipping(d); p.fitted != unset {
		p.recount = (after + alike) / (before + alike)
	}
	p.fitted, p.refitted = d.day, true
	p.modelRow(d)
}
