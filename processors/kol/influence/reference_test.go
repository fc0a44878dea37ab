package influence

import (
	"math"
	"math/rand/v2"
	"testing"
)

type edge struct {
	from, to int
	weight   float64
}

// build makes rows of edges, in the order in which they come.
func build(n int, edges []edge) *Graph {
	g := &Graph{Rows: make([]uint32, n+1), From: make([]uint32, len(edges)), Weight: make([]float64, len(edges))}
	for _, e := range edges {
		g.Rows[e.to+1]++
	}
	for i := range n {
		g.Rows[i+1] += g.Rows[i]
	}
	next := append([]uint32(nil), g.Rows...)
	for _, e := range edges {
		g.From[next[e.to]], g.Weight[next[e.to]] = uint32(e.from), e.weight
		next[e.to]++
	}
	return g
}

// finish runs to the end in one go.
func finish(r *Run) []float64 {
	for !r.Step(math.MaxInt) {
		continue
	}
	return r.Ranks()
}

func distance(a, b []float64) float64 {
	d := 0.0
	for i := range a {
		d += math.Abs(a[i] - b[i])
	}
	return d
}

// dense is power iteration on a full matrix, the slow and plain way.
func dense(n int, edges []edge, restart []float64, alpha float64, rounds int) []float64 {
	p := make([][]float64, n) // p[i][j]: the chance of going from i to j
	for i := range p {
		p[i] = make([]float64, n)
		for _, e := range edges {
			if e.from == i {
				p[i][e.to] += e.weight
			}
		}
		sum := 0.0
		for _, w := range p[i] {
			sum += w
		}
		for j := range p[i] {
			if sum > 0 {
				p[i][j] /= sum
			} else {
				p[i][j] = restart[j]
			}
		}
	}
	x := append([]float64(nil), restart...)
	for range rounds {
		y := make([]float64, n)
		for j := range y {
			for i := range x {
				y[j] += alpha * x[i] * p[i][j]
			}
			y[j] += (1 - alpha) * restart[j]
		}
		x = y
	}
	return x
}

func TestSmoke(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		n := 1 + r.IntN(20)
		var edges []edge
		for range r.IntN(60) {
			edges = append(edges, edge{r.IntN(n), r.IntN(n), float64(r.IntN(5))})
		}
		restart := make([]float64, n)
		for i := range restart {
			restart[i] = 1 / float64(n)
		}
		got := finish(Start(build(n, edges), nil, nil, Options{Alpha: .85, Tolerance: 1e-12}))
		if d := distance(got, dense(n, edges, restart, .85, 300)); d > 1e-10 {
			t.Fatalf("n %d: off by %g", n, d)
		}
	}
}
