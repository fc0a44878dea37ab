package kol

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/kol/influence"
)

// baselines are what anybody could compute.
func (c *Community) baselines(g *influence.Graph) []ranking {
	received := make([]float64, len(c.names))
	for m := range received {
		for _, w := range g.Weight[g.Rows[m]:g.Rows[m+1]] {
			received[m] += w
		}
	}
	return []ranking{c.place("in-degree", received), c.endorsers(g), c.raw(g), c.place("HITS authority", authority(g))}
}

func (c *Community) endorsers(g *influence.Graph) ranking {
	n := make([]float64, len(c.names))
	for m := range n {
		n[m] = float64(g.Rows[m+1] - g.Rows[m])
	}
	return c.place("distinct endorsers", n)
}

// raw is PageRank as it is usually done: sums of weights as they are, restart anywhere.
func (c *Community) raw(g *influence.Graph) ranking {
	restart := make([]float64, len(c.names))
	in, count := known(g), 0.0
	for _, is := range in {
		if is {
			count++
		}
	}
	for m, is := range in {
		if is {
			restart[m] = 1 / count
		}
	}
	run := influence.Start(g, restart, nil, influence.Options{Alpha: 0.85, Tolerance: 1e-10})
	for !run.Step(math.MaxInt) {
	}
	scores := run.Ranks()
	for m := range scores {
		if g.Rows[m] == g.Rows[m+1] {
			scores[m] = 0 // whom nobody endorsed is not ranked, as with us
		}
	}
	return c.place("raw PageRank", scores)
}

// authority is that of HITS (Kleinberg 1999): endorsed by who endorses authorities.
func authority(g *influence.Graph) []float64 {
	n := len(g.Rows) - 1
	hubs, scores := make([]float64, n), make([]float64, n)
	for m := range hubs {
		hubs[m] = 1
	}
	for range 1000 {
		change, norm := 0.0, 0.0
		next := make([]float64, n)
		for m := range next {
			for e := g.Rows[m]; e < g.Rows[m+1]; e++ {
				next[m] += g.Weight[e] * hubs[g.From[e]]
			}
			norm += next[m] * next[m]
		}
		if norm == 0 {
			return next
		}
		clear(hubs)
		for m := range next {
			next[m] /= math.Sqrt(norm)
			change += math.Abs(next[m] - scores[m])
			for e := g.Rows[m]; e < g.Rows[m+1]; e++ {
				hubs[g.From[e]] += g.Weight[e] * next[m]
			}
		}
		if scores = next; change < 1e-10 {
			break
		}
	}
	return scores
}
