package processors

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
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

// BenchmarkMembers is what the engine does with an action of the members stage, flushes included, for one partition's
// number of members, each as likely as the others: with millions of them, nothing that a member needs is in a cache.
func BenchmarkMembers(b *testing.B) {
	for _, members := range []int{2_500, 250_000, 2_500_000} {
		b.Run(fmt.Sprint("members=", members), func(b *testing.B) {
			m, f := NewMembers(0, 1), newUniform(members)
			round := func() {
				for some := range slices.Chunk(f.records, 64) {
					m.Prefetch(some)
					for _, r := range some {
						m.Apply(r.Offset, r.Value)
					}
				}
				m.Flush()
				m.Delivered()
			}
			for range 2 * members / benchFlush {
				f.more()
				round()
			}
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				f.more()
				b.StartTimer()
				round()
			}
			n := float64(b.N) * benchFlush
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/n, "ns/action")
			runtime.GC()
			var mem runtime.MemStats
			runtime.ReadMemStats(&mem)
			b.ReportMetric(float64(mem.HeapAlloc)/float64(members), "B/member")
			runtime.KeepAlive(m)
		})
	}
}

// uniform is an endless log of members who all act alike, a thousand actions a second: each in a channel of their own and
// now and then in another.
type uniform struct {
	members int
	tie     func(a *schemas.Action)
	random  *rand.Rand
	time    int64
	buf     []byte
	records []schemas.Logged
}

func newUniform(members int) *uniform {
	return &uniform{members: members, random: rand.New(rand.NewPCG(1, 2)), time: 1_780_000_000_000, records: make([]schemas.Logged, benchFlush)}
}

func (u *uniform) more() {
	kinds := []schemas.Kind{schemas.KindMessage, schemas.KindMessage, schemas.KindView, schemas.KindReact, schemas.KindPost}
	u.buf = make([]byte, 0, 256*len(u.records))
	for i := range u.records {
		u.time++
		n := u.random.IntN(u.members)
		channel := n % 40
		if u.random.IntN(4) == 0 {
			channel = u.random.IntN(40)
		}
		a := schemas.Action{Version: 1, Kind: kinds[u.random.IntN(len(kinds))], Community: []byte("lab"), Member: fmt.Appendf(nil, "member-%07d", n),
			ID: fmt.Appendf(nil, "01890a5d-ac96-774b-bcce-%012x", u.random.Uint64()>>16), Time: u.time, Received: u.time,
			Channel: fmt.Appendf(nil, "channel-%02d", channel), Platform: []byte([]string{"web", "ios"}[n%2]), Target: []byte("member-0000001")}
		if u.tie != nil {
			u.tie(&a)
		}
		at := len(u.buf)
		u.buf = a.Append(u.buf)
		u.records[i] = schemas.Logged{Offset: u.records[len(u.records)-1].Offset + int64(i) + 1, Value: u.buf[at:len(u.buf):len(u.buf)]}
	}
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

// cpu is the processor time that this thread has used: on a busy machine the clock says little.
func cpu() time.Duration {
	var r syscall.Rusage
	const thread = 1 // as Linux has it
	_ = syscall.Getrusage(thread, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// BenchmarkTies is what actions of a million members cost both stages, of which three in five tie two of them; and without
// ties: what differs is what ties cost until the midnight at which they are merged (processors/kol, BenchmarkTie).
func BenchmarkTies(b *testing.B) {
	const members = 1_000_000
	for _, ties := range []bool{false, true} {
		b.Run(fmt.Sprint("ties=", ties), func(b *testing.B) {
			m, c, f := NewMembers(0, 1), NewCommunities(), newUniform(members)
			f.tie = func(a *schemas.Action) {
				a.Target = nil
				if t := int(members * math.Pow(f.random.Float64(), 3)); ties { // few win many
					a.Target, a.Object = fmt.Appendf(nil, "member-%07d", t), fmt.Appendf(nil, "object-%d-%d", t, f.random.IntN(64))
				}
			}
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			signals := int64(0)
			var first, second time.Duration
			round := func() {
				begun := cpu()
				for _, r := range f.records {
					m.Apply(r.Offset, r.Value)
				}
				m.cut()
				out := m.Flush()
				between := cpu()
				for _, s := range out.Signals {
					c.Apply(signals, s.Value)
					signals++
				}
				c.Flush()
				c.Delivered()
				first, second = first+between-begun, second+cpu()-between
				m.Delivered()
			}
			for range 2 * members / benchFlush {
				f.more()
				round()
			}
			first, second = 0, 0
			for b.Loop() {
				b.StopTimer()
				f.more()
				b.StartTimer()
				round()
			}
			n := float64(b.N) * benchFlush
			b.ReportMetric(float64(first.Nanoseconds())/n, "members-cpu-ns/action")
			b.ReportMetric(float64(second.Nanoseconds())/n, "communities-cpu-ns/action")
			runtime.GC()
			var mem runtime.MemStats
			runtime.ReadMemStats(&mem)
			b.ReportMetric(float64(mem.HeapAlloc)/float64(members), "B/member")
			runtime.KeepAlive(m)
			runtime.KeepAlive(c)
		})
	}
}
