package processors

import (
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/internal/simulate"
	"github.com/rollcall-dev/rollcall/schemas"
)

// benchFlush is after how many actions the benchmarks take the outputs away, as the engine does.
const benchFlush = 50_000

// feed is an endless log of simulated actions, encoded a chunk at a time.
type feed struct {
	sim    *simulate.Simulation
	buf    []byte
	values [][]byte
	offset int64
}

func newFeed(b *testing.B) *feed {
	b.Helper()
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	o := simulate.Demo("lab", 1, 5_000, from, time.Time{}) // one of four partitions of 20,000 members
	o.PerDay, o.Rate, o.Founders = 0, 1000, 1
	sim, err := simulate.New(o)
	if err != nil {
		b.Fatal(err)
	}
	return &feed{sim: sim, values: make([][]byte, benchFlush)}
}

// more makes the next chunk. The values before it are gone.
func (f *feed) more() {
	var a schemas.Action
	f.buf = f.buf[:0]
	for i := range f.values {
		f.sim.Next(&a)
		n := len(f.buf)
		f.buf = a.Append(f.buf)
		f.values[i] = f.buf[n:len(f.buf):len(f.buf)]
	}
}

// benchmarkFold runs each on the next action's value, b.N times; deliver runs where the engine would take the outputs.
func benchmarkFold(b *testing.B, warm int, each func(offset int64, value []byte), deliver func()) {
	f := newFeed(b)
	at := benchFlush
	step := func() {
		each(f.offset, f.values[at])
		f.offset++
		at++
	}
	for range warm / benchFlush {
		f.more()
		for at = 0; at < benchFlush; {
			step()
		}
		deliver()
	}
	b.ReportAllocs()
	for b.Loop() {
		if at == benchFlush {
			b.StopTimer()
			if f.offset > 0 {
				deliver()
			}
			f.more()
			at = 0
			b.StartTimer()
		}
		step()
	}
}

// BenchmarkMembersApply is the fold of one action, in a community and a fold that have run for a while.
func BenchmarkMembersApply(b *testing.B) {
	m := NewMembers(0, 4)
	benchmarkFold(b, 1_000_000, m.Apply, func() { m.Flush(); m.Delivered() })
}

// BenchmarkMembersFlush is the same with everything that is done a flush: member rows and signals are counted as well.
func BenchmarkMembersFlush(b *testing.B) {
	m := NewMembers(0, 4)
	n := 0
	benchmarkFold(b, 1_000_000, func(offset int64, value []byte) {
		m.Apply(offset, value)
		if n++; n%benchFlush == 0 {
			m.Flush()
			m.Delivered()
		}
	}, func() {})
}

// BenchmarkCommunities is what one action of the members stage costs the communities stage.
func BenchmarkCommunities(b *testing.B) {
	m, c := NewMembers(0, 1), NewCommunities()
	b.ReportAllocs()
	f := newFeed(b)
	signals, rows := 0, 0
	for b.Loop() {
		b.StopTimer()
		f.more()
		for _, v := range f.values {
			m.Apply(f.offset, v)
			f.offset++
		}
		m.cut()
		out := m.Flush()
		b.StartTimer()
		for _, s := range out.Signals {
			c.Apply(int64(signals), s.Value)
			signals++
		}
		rows += c.Flush().RowCount()
		c.Delivered()
		b.StopTimer()
		m.Delivered()
		b.StartTimer()
	}
	n := float64(b.N) * benchFlush
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/n, "ns/action")
	b.ReportMetric(float64(rows)/n, "rows/action")
}
