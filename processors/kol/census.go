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
		one := p.Member(uint32(m))
		x.since[m], x.days[m] = never, uint16(min(one.ActiveDays, math.MaxUint16))
		if one.Since >= 0 {
			x.since[m] = uint16(min(one.Since, never-1))
		}
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

// of is the census of a graph as of an instant, and the stages that find it.
func (x *poll) of(c *Community, g *graph.Graph, at int64, name func(member uint32) string) (*census, work.Stages) {
	out := &census{born: x.born}
	return out, work.Stages{work.Later(func() work.Stages {
		n := g.Nodes()
		out.since, out.days, out.flags = make([]uint16, n), make([]uint16, n), make([]uint8, n)
		for m, since := range c.said { // in any order
			if node, ok := g.Node(m); ok && since < at {
				out.flags[node] |= bot
			}
		}
		names := c.named(at)
		known := len(names.bots)+len(names.staff) > 0
		return work.Stages{work.Each(n, func(node uint32) int {
			m := g.Members[node]
			out.since[node] = never
			if int(m) < len(x.since) {
				out.since[node], out.days[node] = x.since[m], x.days[m]
			}
			if !known {
				return 2
			}
			name := name(m)
			if names.bots[name] {
				out.flags[node] |= bot
			}
			if names.staff[name] {
				out.flags[node] |= staff
			}
			return 20
		})}
	})}
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
