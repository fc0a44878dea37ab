package leiden

import (
	"testing"
	"time"
)

// planted is a graph of 100,000 nodes in 500 clusters of unequal size; 7 of 10 edges lie within one. Weights are those
// of one to nine ties, by their root.
func planted(edges int) *Graph {
	const nodes, clusters = 100_000, 500
	r := random(1)
	below := func(n int) uint32 { return uint32(r.next() % uint64(n)) }
	members := make([][]uint32, clusters)
	of := make([]uint32, nodes)
	for v := range of {
		of[v] = min(below(clusters), below(clusters))
		members[of[v]] = append(members[of[v]], uint32(v))
	}
	list := make([]edge, 0, edges)
	roots := []float64{1, 1, 1, 1, 1.4142135623730951, 1.4142135623730951, 1.7320508075688772, 2, 3}
	for len(list) < edges {
		a := below(nodes)
		b := below(nodes)
		if below(10) < 7 {
			of := members[of[a]]
			b = of[below(len(of))]
		}
		if a != b {
			list = append(list, edge{a, b, roots[below(len(roots))]})
		}
	}
	return graphOf(nodes, list)
}

func benchmarkClusters(b *testing.B, edges int) {
	g := planted(edges)
	for b.Loop() {
		var longest time.Duration
		slices := 0
		begun := time.Now()
		r := Start(g, nil, 1)
		longest = time.Since(begun)
		for done := false; !done; slices++ {
			begun := time.Now()
			done = r.Step(2_000_000)
			longest = max(longest, time.Since(begun))
		}
		b.ReportMetric(float64(longest.Microseconds())/1000, "ms/longest-slice")
		b.ReportMetric(float64(slices), "slices")
		b.ReportMetric(r.Modularity(), "modularity")
	}
}

func BenchmarkClusters1M(b *testing.B)  { benchmarkClusters(b, 1_000_000) }
func BenchmarkClusters10M(b *testing.B) { benchmarkClusters(b, 10_000_000) }
