package hours

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/state"
)

type spot struct {
	member int // -1 is the community
	hour   int
}

// What was handed out last of each cell is its count, over partitions, cuts and restarts.
func TestCellsAreCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, got := map[spot]uint64{}, map[spot]uint64{}
		parts, totals := []*Counts{NewCounts(), NewCounts()}, new(Totals)
		publish := func() {
			for p, c := range parts {
				c.Changed(func(m uint32, hour int, n uint64) { got[spot{int(m)*2 + p, hour}] = n })
				totals.Apply(c.Cut())
			}
			totals.Changed(func(hour int, n uint64) { got[spot{-1, hour}] = n })
		}
		spread := rapid.SampledFrom([]int{2, 5, 40, hoursOfWeek}).Draw(t, "spread")
		for range rapid.IntRange(1, 600).Draw(t, "n") {
			m, hour := rapid.IntRange(0, 5).Draw(t, "member"), rapid.IntRange(0, spread-1).Draw(t, "hour")*167/(spread-1)
			want[spot{m, hour}]++
			want[spot{-1, hour}]++
			parts[m%2].Add(uint32(m/2), hour)
			switch rapid.IntRange(0, 50).Draw(t, "then") {
			case 0:
				publish()
			case 1:
				publish()
				for p, c := range parts {
					parts[p] = LoadCounts(reload(c.Save))
				}
				totals = LoadTotals(reload(totals.Save))
			}
		}
		publish()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	})
}

func reload(save func(*state.Writer)) *state.Reader {
	var w state.Writer
	save(&w)
	return state.NewReader(w.Bytes())
}

// Equal histories leave equal bytes, wherever rows were handed out and restarts fell.
func TestSnapshotIsOfTheHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := NewCounts(), NewCounts()
		nothing := func(uint32, int, uint64) {}
		for i := range rapid.IntRange(1, 900).Draw(t, "n") {
			m, hour := rapid.Uint32Range(0, 4).Draw(t, "member"), rapid.IntRange(0, 167).Draw(t, "hour")
			a.Add(m, hour)
			b.Add(m, hour)
			if i%97 == 5 {
				b.Changed(nothing)
				b = LoadCounts(reload(b.Save))
			}
		}
		a.Changed(nothing)
		b.Changed(nothing)
		var x, y state.Writer
		a.Save(&x)
		b.Save(&y)
		if !bytes.Equal(x.Bytes(), y.Bytes()) {
			t.Fatal("a restart changed the snapshot")
		}
	})
}

// Where a cell's count no longer fits, it is moved and goes on, with whether it waits.
func TestCountsGrowBeyondACell(t *testing.T) {
	for _, hours := range []int{1, 4, 5, 60, 120} {
		c := NewCounts()
		for h := range hours {
			c.Add(0, h)
		}
		c.Changed(func(uint32, int, uint64) {})
		m := c.members.At(0)
		if at, refers := m.block(); refers && at.class == full {
			c.full.At(at.block)[2] += 2 * maxActions
		} else {
			*find(m.inline(), 0) += maxActions - 1
			c.Add(0, hours-1)
		}
		want := map[int]uint64{0: maxActions + 2, hours - 1: 2}
		if hours == 1 {
			want[0] = maxActions + 3
		}
		if hours == 120 {
			want = map[int]uint64{0: 3, 2: 2*maxActions + 2}
			c.Add(0, 2)
		}
		c.Add(0, 0)
		c.Add(0, 0)
		got := map[int]uint64{}
		c.Changed(func(_ uint32, h int, n uint64) { got[h] = n })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d hours, -want +got:\n%s", hours, diff)
		}
	}
}

// A block that one member leaves is the next one's.
func TestBlocksAreUsedAgain(t *testing.T) {
	c := NewCounts()
	for m := range uint32(50) {
		for h := range 168 {
			c.Add(m, h)
		}
	}
	for i := range c.lists {
		if n := c.lists[i].Len(); n != 1 {
			t.Errorf("class %d has %d blocks, want 1", i, n)
		}
	}
}

func FuzzLoad(f *testing.F) {
	c := NewCounts()
	for m := range uint32(7) {
		for h := range 1 << m {
			c.Add(m, h)
		}
	}
	c.Changed(func(uint32, int, uint64) {})
	var w state.Writer
	c.Save(&w)
	f.Add(w.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		r := state.NewReader(b)
		c := LoadCounts(r)
		if r.Done() != nil {
			return
		}
		for m := range uint32(8) {
			for h := range 80 {
				c.Touch(m)
				c.Add(m, h*2)
			}
		}
		c.Changed(func(uint32, int, uint64) {})
	})
}

// BenchmarkAdd counts random members' actions, each in one of three hours.
func BenchmarkAdd(b *testing.B) {
	for _, members := range []uint32{10_000, 2_500_000} {
		b.Run(fmt.Sprint(members), func(b *testing.B) {
			c := NewCounts()
			next := func(m uint32) { c.Add(m, int(m+rand.Uint32N(3)*50)%168) }
			for m := range members {
				for i := range uint32(3) {
					c.Add(m, int(m+i*50)%168)
				}
			}
			drop := func(uint32, int, uint64) {}
			c.Changed(drop)
			b.ReportAllocs()
			for b.Loop() {
				if next(rand.Uint32N(members)); len(c.dirty) > 50_000 {
					c.Changed(drop)
				}
			}
			c.Changed(drop)
			var w state.Writer
			c.Save(&w)
			b.ReportMetric(float64(len(w.Bytes()))/float64(members), "B/member")
		})
	}
}
