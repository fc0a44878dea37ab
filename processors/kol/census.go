package kol

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/kol/graph"
)

// never is the day on which a member was first active who was not.
const never = math.MaxUint16

const (
	bot uint8 = 1 << iota
	staff
)

// census is what a ranking takes of members, by node. A graph may have more nodes: nothing is known of those.
type census struct {
	born  int32    // the community's first active day, where that is not the first of these; 0: it is
	since []uint16 // local day of the first active day, or never
	days  []uint16 // active days
	flags []uint8
}

// take asks for the members of a graph as of an instant.
func (c *Community) take(g *graph.Graph, at int64, p *Place) *census {
	n := g.Nodes()
	out := &census{born: p.Born, since: make([]uint16, n), days: make([]uint16, n)}
	for node, m := range g.Members {
		x := p.Member(m)
		out.since[node], out.days[node] = never, uint16(min(x.ActiveDays, math.MaxUint16))
		if x.Since >= 0 {
			out.since[node] = uint16(min(x.Since, never-1))
		}
	}
	out.flag(c, g, at, p)
	return out
}

// flag finds who is a bot and who is staff, also of nodes that nothing else is known of.
func (x *census) flag(c *Community, g *graph.Graph, at int64, p *Place) {
	x.flags = make([]uint8, g.Nodes())
	for m, since := range c.said { // in any order
		if node, ok := g.Node(m); ok && since < at {
			x.flags[node] |= bot
		}
	}
	names := c.named(at)
	if len(names.bots)+len(names.staff) == 0 {
		return
	}
	for node, m := range g.Members {
		name := p.Name(m)
		if names.bots[name] {
			x.flags[node] |= bot
		}
		if names.staff[name] {
			x.flags[node] |= staff
		}
	}
}

func (x *census) isBot(node uint32) bool { return x.flags[node]&bot != 0 }

func (x *census) isStaff(node uint32) bool { return x.flags[node]&(staff|bot) == staff }

func (x *census) sinceOf(node uint32) uint16 {
	if int(node) < len(x.since) {
		return x.since[node]
	}
	return never
}

// factor is what a member's own activity makes of the rank: 1 + ln of the active days.
func (x *census) factor(node uint32) float64 {
	if int(node) < len(x.days) && x.days[node] > 1 {
		return 1 + math.Log(float64(x.days[node]))
	}
	return 1
}
