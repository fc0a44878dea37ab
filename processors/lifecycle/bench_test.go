package lifecycle

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// BenchmarkLives counts random members' actions, each on a new day of its member, and cuts now and then.
func BenchmarkLives(b *testing.B) {
	for _, members := range []uint32{10_000, 2_500_000} {
		b.Run(fmt.Sprint(members), func(b *testing.B) {
			l, n := NewLives(), uint32(0)
			days := make([]int32, members)
			add := func(m uint32) {
				days[m] = max(days[m]+1, 20_000+int32(n>>20))
				l.Count(days[m], 1, 0)
				l.Add(m, days[m])
				if n++; n%50_000 == 0 {
					l.Cut(20_000, func(*actionpb.Series) {}, func(*actionpb.Cohorts) {}, func(*actionpb.Days) {})
				}
			}
			for m := range members {
				add(m)
			}
			b.ReportAllocs()
			for b.Loop() {
				add(rand.Uint32N(members))
			}
			var w state.Writer
			l.Save(&w)
			b.ReportMetric(float64(len(w.Bytes()))/float64(members), "B/member")
		})
	}
}

func BenchmarkCount(b *testing.B) {
	l := NewLives()
	for b.Loop() {
		l.Count(20_000, 1, 0)
	}
}
