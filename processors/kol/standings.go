package kol

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/kol/work"
)

// Standings are the ranking of a graph at once.
type Standings struct {
	Boards  [2][]Standing // from the first place on
	Restart string        // where walks restart: vouched, staff, uniform
	Masses  []Mass        // by the members' numbers, all of the graph
	Edges   int
}

// Standing is one place.
type Standing struct {
	Member     uint32
	Score      float64 // influence, to 32 binary places
	Influence  float64 // PageRank
	Endorsers  uint32
	HIndex     uint32
	Reach      uint64 // of the first hundred, as the next
	Dependents uint32
}

// Mass is what a member has of vouching.
type Mass struct {
	Member  uint32
	Vouched bool
	Won     uint32  // distinct vouched endorsers of long enough ago
	Restart float64 // share of restarts; all sum to 1, or to 0 where there is nobody
	Bot     bool
}

// Standings ranks all ties before an instant, as of the local day that holds it or begins with it. It changes nothing, and
// begins from scratch: no rank of a refresh before shows. Ties may wait or be merged. Nil: it was over before.
func (c *Community) Standings(at int64, p *Place) *Standings {
	k, all := c.standings(at, p)
	g, who := k.g, k.who
	portraits, more := portray(k, p.Name)
	all = append(all, more...)
	if !all.FinishUnless(p.Over) {
		return nil
	}
	out := &Standings{Restart: k.trust.how, Edges: g.Len()}
	for b := range boards {
		s := &k.boards[b]
		for i, node := range s.order {
			x := Standing{Member: g.Members[node], Score: s.scores[i], Influence: s.influence[node], Endorsers: s.endorsers[node],
				HIndex: g.HIndex(node, who.isBot), Dependents: portraits.count[node]}
			if i < len(portraits.of[b]) {
				x.Reach = portraits.of[b][i].reach
			}
			out.Boards[b] = append(out.Boards[b], x)
		}
	}
	for node, m := range g.Members {
		out.Masses = append(out.Masses, Mass{m, k.trust.vouched[node], k.trust.won[node], k.trust.restart[node], who.isBot(uint32(node))})
	}
	slices.SortFunc(out.Masses, func(a, b Mass) int { return int(a.Member) - int(b.Member) })
	return out
}

// standings are a ranking, and the stages that find it.
func (c *Community) standings(at int64, p *Place) (*ranking, work.Stages) {
	g, against := c.merged(c.due(at), at, p)
	who, all := c.ask(p).of(c, g, at, p.Name)
	k, more := rank(g, c.doubts(against, at, p.Name), who, at, p.Calendar.Day(at), newDone(), p.Name)
	return k, append(all, more...)
}
