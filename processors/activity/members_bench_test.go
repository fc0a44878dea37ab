package activity

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
)

// BenchmarkAction is one action of a member, uniformly chosen, in four segments: the community, one of 8 kinds, of 20
// channels and of 4 platforms. A second of event time has 1000. The smaller community is one whose records stay in the
// caches; the larger one is a partition of four of 10 million members.
func BenchmarkAction(b *testing.B) {
	for _, size := range []struct {
		name          string
		members, warm int
	}{{"10k", 10_000, 500_000}, {"2.5M", 2_500_000, 5_000_000}} {
		b.Run(size.name, func(b *testing.B) {
			before := heap()
			t := NewTracker(hourMS)
			var segments [3][]Segment
			var in [3]Segment
			for d, n := range []int{20, 4, 8} {
				for i := range n {
					segments[d] = append(segments[d], t.Segment(Channel+Dimension(d), fmt.Append(nil, i)))
				}
			}
			rng, n := rand.New(rand.NewPCG(1, 2)), int64(0)
			one := func() {
				ms := 1_700_000_000_000 + n
				at := PanesOf(ms, int32(ms/dayMS))
				if n++; n%benchCut == 0 {
					t.Cut()
				}
				x := rng.Uint64()
				member := uint32(x >> 32 * uint64(size.members) >> 32)
				contributing := x&1 == 0
				in[0], in[1], in[2] = segments[2][x>>1&7], segments[0][(x>>4&0xff)%20], segments[1][x>>12&3]
				t.Observe(member, in[:], at, true, contributing)
			}
			for range size.warm {
				one()
			}
			used := heap() - before
			b.ReportAllocs()
			for b.Loop() {
				one()
			}
			b.ReportMetric(float64(used)/float64(size.members), "B/member")
		})
	}
}

// heap is how many bytes are in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
