package dedupe

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/zeebo/xxh3"
)

// BenchmarkSet asks for and adds a new id, in a set that holds so many of them and forgets as many as it takes.
func BenchmarkSet(b *testing.B) {
	for _, held := range []int64{10_000, 2_500_000} {
		b.Run(fmt.Sprint(held), func(b *testing.B) {
			const step = 86
			s := New(held * step)
			var name [16]byte
			n := int64(0)
			next := func() {
				n++
				binary.BigEndian.PutUint64(name[:], uint64(n))
				k := Key(name[:], xxh3.Uint128{})
				if s.Seen(k, n*step) {
					b.Fatal("a new id was seen before")
				}
				s.Add(k, n*step, n*step)
			}
			for range held * 3 {
				next()
			}
			b.ReportAllocs()
			for b.Loop() {
				next()
			}
			b.ReportMetric(float64(24*len(s.slots))/float64(held), "B/id")
		})
	}
}
