package churn

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/churn/reasons"
	"github.com/rollcall-dev/rollcall/processors/churn/risk"
)

// explain finds why members entered at_risk at a midnight that is being committed, once everybody's state as of it is
// known. from is the first of its rows of transitions. A midnight that is only published, not committed, gives no reasons:
// they would depend on when it was published.
func (p *publishing) explain(d midnight, from int) {
	why := map[string]string{} // by name, as the rows have it
	for _, e := range p.entered {
		if e.To != StateAtRisk {
			delete(p.kept, e.Member)
			continue
		}
		w := p.why.Why(p.question(e.Member, d))
		p.kept[e.Member] = w
		p.touched = append(p.touched, e.Member)
		why[p.Name(e.Member)] = p.why.Text(w, p.Name)
	}
	r := &p.rows.Transitions
	for i := from; i < r.Len() && len(why) > 0; i++ {
		if text, ok := why[r.Member[i]]; ok && r.Deleted[i] == 0 && r.To[i] == StateAtRisk.String() {
			r.Reasons[i] = text
		}
	}
}

func (p *publishing) question(m uint32, d midnight) reasons.Question {
	h := &p.members.of(m).History
	return reasons.Question{
		Member: m, Day: d.day, First: int32(h.First), Last: int32(h.Last), Total: uint32(h.Total), Days: h.Days,
		Terms: p.model.Terms(h, d.day),
		Gone: func(m uint32) (gone bool, last int32, known bool) {
			if int(m) >= p.members.Len() || p.members.of(m).Total == 0 {
				return false, 0, false
			}
			r := p.members.of(m)
			return r.state() == StateLeft || r.state() == StateChurned, int32(r.Last), true
		},
	}
}

// Ahead is what is known of a member's active days beyond those that are committed.
type Ahead struct {
	First, last int32 // of these days
	Days        uint32
}

// Ahead returns it as of a midnight to come, of the members of whom there is something. It holds until the next call of
// Publish, and before the first there is none.
func (c *Community) Ahead(midnight int32) map[uint32]Ahead {
	out := map[uint32]Ahead{}
	for _, f := range c.waiting[:c.fresh] { // by day
		if f.leave() || f.day >= midnight {
			continue
		}
		a, known := out[f.member]
		if !known {
			a = Ahead{First: f.day, last: -1}
			if h := c.History(f.member); h != nil && h.Total > 0 {
				a.last = int32(h.Last)
			}
		}
		if f.day > a.last {
			a.last = f.day
			a.Days++
			out[f.member] = a
		}
	}
	return out
}

// ActiveDays counts a member's active days in the 28 before midnight day, at most 35 days after which it was last active.
// Facts from that day on change nothing.
func (c *Community) ActiveDays(member uint32, day int32) int {
	h := c.History(member)
	if h == nil {
		return 0
	}
	n := 0
	for j := range int32(64) {
		if d := int32(h.Last) - j; d < day && d >= day-risk.Recent && h.Days>>j&1 == 1 {
			n++
		}
	}
	return n
}

// Recent calls each for the members whom a midnight can still change, and some more, in no order that means anything.
func (c *Community) Recent(each func(member uint32)) {
	for _, m := range c.seen {
		each(m)
	}
}

// FirstReason is the strongest reason found when a member became at risk, in English and Chinese; empty without one.
func (c *Community) FirstReason(member uint32, name func(uint32) string) (en, zh string) {
	if w, ok := c.kept[member]; ok {
		return c.why.First(w, name)
	}
	return "", ""
}

// Reach is one more than the greatest number of a member that is kept.
func (c *Community) Reach() int { return max(c.members.Len(), c.why.Reach()) }

// First is the day of the community's first action, as far as was heard; false if there was none.
func (c *Community) First() (int32, bool) { return c.first, c.first != math.MaxInt32 }

// Day is the last day whose midnight is committed.
func (c *Community) Day() int32 { return c.day }
