package dedupe

import (
	"encoding/binary"
	"testing"
)

// BenchmarkSet asks for and adds a new id, in a set that holds a million of them and forgets as many as it takes.
func BenchmarkSet(b *testing.B) {
	const held, step = 1_000_000, 86 // a day
	s := New(held * step)
	var name [16]byte
	n := int64(0)
	next := func() {
		n++
		binary.BigEndian.PutUint64(name[:], uint64(n))
		if s.Seen(name[:], nil, n*step) {
			b.Fatal("a new id was seen before")
		}
		s.Add(name[:], nil, n*step, n*step)
	}
	for range held * 5 / 4 {
		next()
	}
	b.ReportAllocs()
	for b.Loop() {
		next()
	}
	b.ReportMetric(float64(s.Len()), "ids")
}
