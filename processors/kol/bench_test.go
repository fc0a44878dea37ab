package kol

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/processors/calendar"
)

// crowd is a community of a million members with as many ties as wanted, a few of whom win most.
type crowd struct {
	r       *rand.Rand
	members int
	names   []string
	place   Place
}

func newCrowd(members int) *crowd {
	cal, _ := calendar.New("")
	x := &crowd{r: rand.New(rand.NewPCG(1, 1)), members: members}
	for i := range members {
		x.names = append(x.names, fmt.Sprintf("member-%d", i))
	}
	x.place = Place{Label: "c", Calendar: cal, Name: func(m uint32) string { return x.names[m] },
		Member:  func(m uint32) Member { return Member{Since: begins + int32(m%97), ActiveDays: m % 50} },
		Channel: func(m uint32) string { return []string{"a", "b", "c", "d"}[m%4] }}
	return x
}

func (x *crowd) tie(at int64) Tie {
	target := uint32(float64(x.members) * math.Pow(x.r.Float64(), 3))
	return Tie{Time: at, Actor: x.r.Uint32N(uint32(x.members)), Target: target, Object: uint64(target)<<10 | x.r.Uint64N(64) + 1, Weight: 1000}
}

// fill merges ties a million at a time, before a day.
func (x *crowd) fill(c *Community, ties int, day int32) {
	for n := 0; n < ties; n += 1_000_000 {
		for range min(1_000_000, ties-n) {
			c.Tie(x.tie(int64(day-100)*dayMS + x.r.Int64N(100*dayMS)))
		}
		x.merge(c, day)
	}
}

// merge merges ties before a day at once.
func (x *crowd) merge(c *Community, day int32) {
	c.merging = len(c.due(int64(day) * dayMS))
	all := c.merge(int64(day)*dayMS, &x.place, x.place.Name)
	all.Finish()
}

// cpu is the processor time that this thread has used: on a busy machine the clock says little.
func cpu() time.Duration {
	var r syscall.Rusage
	const thread = 1 // as Linux has it
	_ = syscall.Getrusage(thread, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// What a tie costs at a million members with 5 M edges: on its way, when it is noted, and in slices of a refresh, its share of
// a merge, which comes when there is one for every 32 edges.
func BenchmarkTie(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	x := newCrowd(1_000_000)
	c := New()
	const day = begins + 100
	x.fill(c, 5_000_000, day)
	ties := make([]Tie, 160_000)
	var noted, merged time.Duration
	for b.Loop() {
		for i := range ties {
			ties[i] = x.tie(day*dayMS + x.r.Int64N(dayMS))
		}
		begun := cpu()
		for _, t := range ties {
			c.Tie(t)
		}
		noted += cpu() - begun
		begun = cpu()
		x.merge(c, day+1)
		merged += cpu() - begun
	}
	n := float64(b.N * len(ties))
	b.ReportMetric(float64(noted.Nanoseconds())/n, "cpu-ns/noted")
	b.ReportMetric(float64(merged.Nanoseconds())/n, "cpu-ns/merged")
	b.ReportMetric(float64(c.graph.Bytes())/float64(c.graph.Len()), "B/edge")
}

// A refresh of 10 M edges with the million ties of a day, in slices; on Mondays with a search for clusters, the first that there
// is.
func BenchmarkRefresh(b *testing.B) {
	b.Run("day", func(b *testing.B) { refreshes(b, false) })
	b.Run("Monday", func(b *testing.B) { refreshes(b, true) })
}

func refreshes(b *testing.B, clusters bool) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	x := newCrowd(1_000_000)
	c := New()
	day := int32(begins + 102)
	x.fill(c, 10_000_000, day)
	for b.Loop() {
		for day++; day%7 == monday; day++ {
		}
		if c.marks = (marks{next: 1}); clusters {
			c.marks.next = 0
		}
		for range 1_000_000 {
			c.Tie(x.tie(int64(day-1)*dayMS + x.r.Int64N(dayMS)))
		}
		var rows Rows
		begun := cpu()
		c.Midnight(day, &x.place, &rows)
		longest := cpu() - begun
		total, slices := longest, 1
		b.ReportMetric(float64(longest.Milliseconds()), "cpu-ms/midnight")
		for ; c.Busy(); slices++ {
			begun := cpu()
			c.Publish(&x.place, &rows)
			took := cpu() - begun
			longest, total = max(longest, took), total+took
			if took > 40*time.Millisecond {
				b.Logf("slice %d took %v", slices, took)
			}
		}
		b.ReportMetric(float64(c.graph.Len()), "edges")
		b.ReportMetric(float64(longest.Milliseconds()), "cpu-ms/longest")
		b.ReportMetric(float64(total.Milliseconds()), "cpu-ms/all")
		b.ReportMetric(float64(slices), "slices")
	}
}
