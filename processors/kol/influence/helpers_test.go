package influence

import (
	"math"

	"pgregory.net/rapid"
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
	d := math.Abs(float64(len(a) - len(b)))
	for i := range min(len(a), len(b)) {
		d += math.Abs(a[i] - b[i])
	}
	return d
}

// near fails where a and b are further apart than that, summed over the nodes, or not ranks at all.
func near(t rapid.TB, got, want []float64, within float64) {
	t.Helper()
	if d := distance(got, want); !(d <= within) {
		t.Fatalf("off by %g, more than %g:\n got %v\nwant %v", d, within, head(got), head(want))
	}
	for i, v := range got {
		if !(v >= 0) {
			t.Fatalf("node %d has rank %g", i, v)
		}
	}
	if total := sum(got); len(got) > 0 && math.Abs(total-1) > 1e-9 {
		t.Fatalf("ranks sum to %g", total)
	}
}

func head(v []float64) []float64 { return v[:min(len(v), 20)] }

func even(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1 / float64(n)
	}
	return out
}

// dense is power iteration on a full matrix, the slow and plain way. restart sums to 1.
func dense(n int, edges []edge, restart, start []float64, alpha float64, rounds int) []float64 {
	p := make([][]float64, n) // p[i][j]: the chance of going from i to j
	for i := range p {
		p[i] = make([]float64, n)
		for _, e := range edges {
			if e.from == i {
				p[i][e.to] += e.weight
			}
		}
		out := sum(p[i])
		for j := range p[i] {
			if out > 0 {
				p[i][j] /= out
			} else {
				p[i][j] = restart[j]
			}
		}
	}
	x := append([]float64(nil), start...)
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
