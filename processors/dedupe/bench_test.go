package dedupe

import (
	"encoding/binary"
	"testing"
)

// BenchmarkSet asks for and adds a new id, in a set that holds a million of them and forgets as many as it takes.
func BenchmarkSet(b *testing.B) {
	const held = 1_000_000
	s := New(held)
	var name [16]byte
	now := int64(0)
	next := func() {
		binary.BigEndian.PutUint64(name[:], uint64(now))
		if s.Seen(name[:], now) {
			b.Fatal("a new id was seen before")
		}
		s.Add(name[:], now, now)
		now++
	}
	for range held {
		next()
	}
	b.ReportAllocs()
	for b.Loop() {
		next()
	}
	b.ReportMetric(float64(s.Len()), "ids")
}
