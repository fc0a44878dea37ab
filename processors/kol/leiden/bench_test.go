package leiden

import (
	"testing"
	"time"
)

func benchmarkClusters(b *testing.B, nodes, edges int) {
	g := planted(nodes, nodes/200, edges)
	for b.Loop() {
		var longest time.Duration
		slices := 0
		begun := time.Now()
		r := Start(g, nil, 1)
		longest = time.Since(begun)
		for done := false; !done; slices++ {
			begun := time.Now()
			done = r.Step(200_000)
			longest = max(longest, time.Since(begun))
		}
		b.ReportMetric(float64(longest.Microseconds())/1000, "ms/longest-slice")
		b.ReportMetric(float64(slices), "slices")
		b.ReportMetric(r.Modularity(), "modularity")
	}
}

func BenchmarkClusters1M(b *testing.B)   { benchmarkClusters(b, 100_000, 1_000_000) }
func BenchmarkClusters10M(b *testing.B)  { benchmarkClusters(b, 100_000, 10_000_000) }
func BenchmarkClustersWide(b *testing.B) { benchmarkClusters(b, 1_000_000, 10_000_000) }

func BenchmarkKeep(b *testing.B) {
	r := random(1)
	old, now := make([]uint32, 1_000_000), make([]uint32, 1_000_000)
	for v := range old {
		old[v] = uint32(r.next() % 5_000)
		now[v] = old[v]
		if r.next()%10 == 0 {
			now[v] = uint32(r.next() % 5_000)
		}
	}
	for b.Loop() {
		keep(old, now, 5_000)
	}
}
