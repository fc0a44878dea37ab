package influence

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// crowd says what the graph of a benchmark is like. Who acts and who is endorsed follow power laws with these exponents (0:
// all alike); of the edges, those within a community of its size, the rest anywhere; and how often an edge is returned.
type crowd struct {
	name            string
	actors, targets float64
	local, returned float64
	size            int
}

var crowds = []crowd{
	{name: "uniform"},
	{name: "zipf", actors: .7, targets: .9},
	{name: "communities", actors: .7, targets: .9, local: .8, returned: .3, size: 5000},
}

// draw takes a number below n, the lower the more often.
func draw(r *rand.Rand, n int, power float64) int {
	p := 1 - power
	return min(n, int(math.Pow(1+r.Float64()*(math.Pow(float64(n+1), p)-1), 1/p))) - 1
}

// ties draws that many edges, target in the upper half and actor in the lower. Numbers are shuffled, as names are.
func (c crowd) ties(nodes, edges int) []uint64 {
	r := rand.New(rand.NewPCG(7, 7))
	number := r.Perm(nodes)
	out := make([]uint64, 0, edges+1)
	for len(out) < edges {
		from := draw(r, nodes, c.actors)
		to := draw(r, nodes, c.targets)
		if r.Float64() < c.local {
			home := from / c.size * c.size
			to = home + draw(r, min(c.size, nodes-home), c.targets)
		}
		a, b := uint64(number[from]), uint64(number[to])
		out = append(out, b<<32|a)
		if r.Float64() < c.returned {
			out = append(out, a<<32|b)
		}
	}
	return out[:edges]
}

// weave makes a graph of ties: the weight of a pair is the root of how many it has.
func weave(nodes int, ties []uint64) *Graph {
	ties = slices.Clone(ties)
	slices.Sort(ties)
	g := &Graph{Rows: make([]uint32, nodes+1)}
	for i := 0; i < len(ties); {
		k := i
		for k < len(ties) && ties[k] == ties[i] {
			k++
		}
		g.From, g.Weight = append(g.From, uint32(ties[i])), append(g.Weight, math.Sqrt(float64(k-i)))
		g.Rows[ties[i]>>32+1] = uint32(len(g.From))
		i = k
	}
	for i := range nodes {
		g.Rows[i+1] = max(g.Rows[i+1], g.Rows[i])
	}
	return g
}

// elders is a restart vector as vouching gives it: a twentieth of the nodes hold it, unevenly.
func elders(nodes int) []float64 {
	out := make([]float64, nodes)
	for i := 0; i < nodes; i += 20 {
		out[i] = float64(1 + i%7)
	}
	return out
}

// What a refresh costs with a million nodes and ten million ties, of which one in a hundred is new: plain power iteration
// from the restart vector, the same from nothing as Start does it, and from the ranks before the new ties.
func BenchmarkRefresh(b *testing.B) {
	const nodes, edges = 1_000_000, 10_000_000
	for _, c := range crowds {
		b.Run(c.name, func(b *testing.B) {
			ties, restart := c.ties(nodes, edges), elders(nodes)
			before, g := weave(nodes, ties[:edges/100*99]), weave(nodes, ties)
			warm := finish(Start(before, restart, nil, Options{Alpha: .85, Tolerance: 1e-10}))
			for _, way := range []struct {
				name string
				warm []float64
				o    Options
			}{
				{"plain", nil, Options{Alpha: .85, Tolerance: 1e-10, Plain: true}},
				{"cold", nil, Options{Alpha: .85, Tolerance: 1e-10}},
				{"warm", warm, Options{Alpha: .85, Tolerance: 1e-10}},
			} {
				b.Run(way.name, func(b *testing.B) {
					rounds := 0
					for b.Loop() {
						r := Start(g, restart, way.warm, way.o)
						finish(r)
						rounds = r.Rounds()
					}
					b.ReportMetric(float64(rounds), "rounds")
					b.ReportMetric(float64(rounds*len(g.From)*b.N)/b.Elapsed().Seconds()/1e6, "Medges/s")
				})
			}
		})
	}
}
