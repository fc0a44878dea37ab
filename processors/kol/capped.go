package kol

import (
	"github.com/rollcall-dev/rollcall/processors/kol/graph"
	"github.com/rollcall-dev/rollcall/processors/kol/influence"
	"github.com/rollcall-dev/rollcall/processors/kol/work"
)

// mostPassed is what a member passes on to any one other at most, of all that is passed on: one fan, or a fake whose only
// purpose is its target, cannot make a leader. What is left over goes where walks restart (ADR 18).
const mostPassed = 0.2

// capped are the weights of one board, and what becomes of those that are more than their share.
type capped struct {
	weight []float64 // by edge
	out    []float64 // by node: the sum of the weights of its edges
	passed []float64 // by node: what of it is left when no edge has more than its share
	wide   *influence.Graph
}

// trim cuts the weights of a row's edges.
func (c *capped) trim(g *graph.Graph, node uint32) int {
	from, to := g.Row(node)
	for e := from; e < to; e++ {
		a := g.From[e]
		c.weight[e] = min(c.weight[e], mostPassed*c.out[a])
		c.passed[a] += c.weight[e]
	}
	return 1 + summing*int(to-from)
}

// widen makes the graph that is walked: one more node takes what is left over. No edge leaves it, so what it takes restarts; the
// others' ranks are as if that happened at once, but for their sum.
func (c *capped) widen(g *graph.Graph) work.Stages {
	const piece = 1 << 12
	var from []uint32
	return work.Stages{
		work.Once(func() { from = make([]uint32, 0, g.Len()+g.Nodes()) }),
		work.Each((g.Len()+piece-1)/piece, func(i uint32) int {
			at := int(i) * piece
			from = append(from, g.From[at:min(at+piece, g.Len())]...)
			return piece
		}),
		work.Each(g.Nodes(), func(node uint32) int {
			if rest := c.out[node] - c.passed[node]; rest > 1e-12*c.out[node] {
				from, c.weight = append(from, node), append(c.weight, rest)
			}
			return 1
		}),
		work.Once(func() {
			rows := append(append(make([]uint32, 0, len(g.Rows)+1), g.Rows...), uint32(len(from)))
			c.wide = &influence.Graph{Rows: rows, From: from, Weight: c.weight}
		})}
}

// members are the ranks without the additional node, which sum to 1 again.
func (c *capped) members(ranks []float64) []float64 {
	ranks = ranks[:len(ranks)-1]
	total := 0.0
	for _, r := range ranks {
		total += r
	}
	if total > 0 {
		for i := range ranks {
			ranks[i] /= total
		}
	}
	return ranks
}
