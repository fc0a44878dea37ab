package kol

import (
	"math"

	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/kol"
	"github.com/rollcall-dev/rollcall/processors/kol/influence"
)

// ranking is one contender's.
type ranking struct {
	name    string
	scores  []float64 // by member; 0 is not ranked
	order   []uint32  // from the first place on
	restart []float64 // by member; nil where a contender has none
	how     string
}

// ours are the product's two boards as of the midnight after the last action.
func (c *Community) ours() [2]ranking {
	graph := kol.New()
	var bots []string
	for m := range c.bots { // a set, in any order
		bots = append(bots, c.names[m])
	}
	graph.Use(math.MinInt64, bots, c.staff)
	for i := range c.actions {
		a := &c.actions[i]
		if a.Target == Nobody {
			continue
		}
		t := kol.Tie{Time: a.Time, Actor: a.Member, Target: a.Target}
		if w, ok := kol.Weight(a.Kind, a.Value); ok {
			t.Weight = w
		} else if w, ok := kol.Doubt(a.Kind, a.Value); ok {
			t.Weight, t.Against = w, true
		}
		graph.Tie(t) // without weight it is passed over
	}
	l := c.life()
	s := graph.Standings(l.end, &kol.Place{Now: l.end, Calendar: c.calendar,
		Name:    func(m uint32) string { return c.names[m] },
		Member:  func(m uint32) kol.Member { return kol.Member{Since: l.since[m], ActiveDays: l.days[m]} },
		Channel: func(uint32) string { return "" }})
	restart := make([]float64, len(c.names))
	for _, m := range s.Masses {
		restart[m.Member] = m.Restart
	}
	var out [2]ranking
	for b, places := range s.Boards {
		r := ranking{name: kol.Board(b).String(), scores: make([]float64, len(c.names)), restart: restart, how: s.Restart}
		for _, p := range places {
			r.scores[p.Member] = p.Score
			r.order = append(r.order, p.Member)
		}
		out[b] = r
	}
	return out
}

// pairs is the graph that baselines work on: an edge from each endorser to whom they endorsed, weighing the sum.
func (c *Community) pairs() *influence.Graph {
	type tie struct {
		pair   uint64 // target, then actor
		weight uint32
	}
	var ties []tie
	for i := range c.actions {
		a := &c.actions[i]
		if w, ok := c.endorsement(a); ok {
			ties = append(ties, tie{uint64(a.Target)<<32 | uint64(a.Member), w})
		}
	}
	slices.SortFunc(ties, func(a, b tie) int { return cmp.Compare(a.pair, b.pair) })
	g := &influence.Graph{Rows: make([]uint32, len(c.names)+1)}
	for i, t := range ties {
		if i == 0 || t.pair != ties[i-1].pair {
			g.Rows[t.pair>>32+1]++
			g.From, g.Weight = append(g.From, uint32(t.pair)), append(g.Weight, 0)
		}
		g.Weight[len(g.Weight)-1] += float64(t.weight) / 1000
	}
	for i := range c.names {
		g.Rows[i+1] += g.Rows[i]
	}
	return g
}

// known are the members who endorsed or were endorsed.
func known(g *influence.Graph) []bool {
	in := make([]bool, len(g.Rows)-1)
	for i := range in {
		in[i] = in[i] || g.Rows[i] < g.Rows[i+1]
		for _, from := range g.From[g.Rows[i]:g.Rows[i+1]] {
			in[from] = true
		}
	}
	return in
}

// place orders who has a score: the greatest first, equal ones by name.
func (c *Community) place(name string, scores []float64) ranking {
	r := ranking{name: name, scores: scores}
	for m, s := range scores {
		if s > 0 {
			r.order = append(r.order, uint32(m))
		}
	}
	slices.SortFunc(r.order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(c.names[a], c.names[b]))
	})
	return r
}
