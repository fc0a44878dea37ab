package members

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// BenchmarkCount names and counts random members' actions, in one channel each.
func BenchmarkCount(b *testing.B) {
	for _, members := range []int{10_000, 2_500_000} {
		b.Run(fmt.Sprint(members), func(b *testing.B) {
			c, t, buf := NewCounts(3_600_000), int64(1_700_000_000_000), make([]byte, 0, 20)
			channels := make([][]byte, 8)
			for i := range channels {
				channels[i] = fmt.Appendf(nil, "channel-%d", i)
			}
			act := func(i int) {
				name := buf[:14]
				copy(name, "member-0000000")
				for d, x := 13, i; x > 0; d, x = d-1, x/10 {
					name[d] = '0' + byte(x%10)
				}
				t += 10
				n := c.Member(name)
				c.In(n, channels[i%8])
				c.Count(n, t, int32(t/dayMS), true, false, noDay)
				if len(c.dirty) >= 50_000 {
					b.StopTimer()
					c.Changed(nobody, noDay)
					b.StartTimer()
				}
			}
			b.StopTimer()
			for i := range members {
				act(i)
			}
			b.StartTimer()
			b.ReportAllocs()
			for b.Loop() {
				act(rand.IntN(members))
			}
			c.Changed(nobody, noDay)
			var w state.Writer
			c.Save(&w)
			b.ReportMetric(float64(len(w.Bytes()))/float64(members), "B/member")
		})
	}
}
