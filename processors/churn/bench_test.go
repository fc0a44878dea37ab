package churn

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/rollcall-dev/rollcall/processors/calendar"
)

// BenchmarkDays is a day of a community that has run for half a year: its facts, published every five minutes, and its
// midnight. One member in five was seen in the last 90 days.
func BenchmarkDays(b *testing.B) {
	for _, members := range []int{10_000, 200_000} {
		b.Run(fmt.Sprint("members=", members), func(b *testing.B) {
			cal, _ := calendar.New("Asia/Shanghai")
			random := rand.New(rand.NewPCG(1, 2))
			const from = 20_000 * dayMS
			c, rows, facts, written := New(), new(Rows), 0, 0
			names := make([]string, members)
			for i := range names {
				names[i] = fmt.Sprint("member-", i)
			}
			place := Place{Label: "lab", Lateness: hour, Calendar: cal, Name: func(m uint32) string { return names[m] }}
			publish := func(now int64) {
				place.Now, place.Version = now, place.Version+1
				c.Publish(place, rows)
				written += rows.Members.Len()
				rows.Members.Reset()
				rows.Transitions.Reset()
				rows.Days.Reset()
				rows.Models.Reset()
			}
			for m := range members {
				c.Active(uint32(m), from+random.Int64N(60*dayMS))
			}
			publish(from + 60*dayMS)
			day := int64(60)
			next := func(every int64) {
				for at := int64(0); at < dayMS; at += every {
					for range members * int(every) / dayMS / 20 {
						m := random.IntN(members/5) * random.IntN(100) / 100
						c.Active(uint32(m), from+day*dayMS+at+random.Int64N(every))
						facts++
					}
					publish(from + day*dayMS + at + every)
				}
				day++
			}
			for day < 180 {
				next(dayMS)
			}
			facts, written = 0, 0
			b.ReportAllocs()
			for b.Loop() {
				next(5 * 60_000)
			}
			b.ReportMetric(float64(len(c.seen)), "seen")
			b.ReportMetric(float64(facts)/float64(b.N), "facts/op")
			b.ReportMetric(float64(written)/float64(b.N), "rows/op")
			runtime.KeepAlive(c)
		})
	}
}
