package kol

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/kol/graph"
	"github.com/rollcall-dev/rollcall/processors/kol/work"
)

// never is the day on which a member was first active who was not.
const never = math.MaxUint16

const (
	bot uint8 = 1 << iota
	staff
)

// poll is what a ranking takes of members as of a midnight, by their numbers: in this order, asking is quick, and who is in the
// graph shows later. Of members beyond nothing is known.
type poll struct {
	born  int32    // the community's first active day, where that is not the first of these; 0: it is
	since []uint16 // local day of the first active day, or never
	days  []uint16 // active days
}

// ask asks for all members who are spoken of.
func (c *Community) ask(p *Place) *poll {
	x := &poll{born: p.Born, since: make([]uint16, c.reach), days: make([]uint16, c.reach)}
	for m := range x.since {
		x.since[m], x.days[m] = known(p.Member(uint32(m)))
	}
	return x
}

// census is the same by node, and who is a bot and who is staff.
type census struct {
	born  int32
	since []uint16
	days  []uint16
	flags []uint8
}

// take asks for the members of a small graph at once.
func (c *Community) take(g *graph.Graph, at int64, p *Place) (*census, work.Stages) {
	out := newCensus(g, p.Born)
	return out, work.Stages{work.Each(g.Nodes(), func(node uint32) int {
		out.since[node], out.days[node] = known(p.Member(g.Members[node]))
		return 10
	}), out.flag(c, g, at, p.Name)}
}

// of is the census of a graph as of an instant, and the stages that find it.
func (x *poll) of(c *Community, g *graph.Graph, at int64, name func(member uint32) string) (*census, work.Stages) {
	out := newCensus(g, x.born)
	return out, work.Stages{work.Each(g.Nodes(), func(node uint32) int {
		if m := g.Members[node]; int(m) < len(x.since) {
			out.since[node], out.days[node] = x.since[m], x.days[m]
		}
		return 2
	}), out.flag(c, g, at, name)}
}

func newCensus(g *graph.Graph, born int32) *census {
	out := &census{born: born, since: make([]uint16, g.Nodes()), days: make([]uint16, g.Nodes()), flags: make([]uint8, g.Nodes())}
	for node := range out.since {
		out.since[node] = never
	}
	return out
}

func known(m Member) (since, days uint16) {
	since, days = never, uint16(min(m.ActiveDays, math.MaxUint16))
	if m.Since >= 0 {
		since = uint16(min(m.Since, never-1))
	}
	return since, days
}

// flag finds who is a bot and who is staff.
func (x *census) flag(c *Community, g *graph.Graph, at int64, name func(member uint32) string) work.Stage {
	return work.Later(func() work.Stages {
		for m, since := range c.said { // in any order
			if node, ok := g.Node(m); ok && since < at {
				x.flags[node] |= bot
			}
		}
		names := c.named(at)
		if len(names.bots)+len(names.staff) == 0 {
			return nil
		}
		return work.Stages{work.Each(g.Nodes(), func(node uint32) int {
			name := name(g.Members[node])
			if names.bots[name] {
				x.flags[node] |= bot
			}
			if names.staff[name] {
				x.flags[node] |= staff
			}
			return 20
		})}
	})
}

func (x *census) isBot(node uint32) bool { return x.flags[node]&bot != 0 }

func (x *census) isStaff(node uint32) bool { return x.flags[node]&(staff|bot) == staff }

// factor is what a member's own activity makes of the rank: 1 + ln of the active days.
func (x *census) factor(node uint32) float64 {
	if x.days[node] > 1 {
		return 1 + math.Log(float64(x.days[node]))
	}
	return 1
}
