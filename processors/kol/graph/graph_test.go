package graph

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/state"
)

const dayMS = 86_400_000

// said is a tie by names.
type said struct {
	Time          int64
	Actor, Target int
	Object        uint64
	Weight        uint32
}

func drawTies(t *rapid.T) []said {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) said {
		a := rapid.IntRange(0, 9).Draw(t, "actor")
		b := (a + rapid.IntRange(1, 9).Draw(t, "ahead")) % 10
		return said{rapid.Int64Range(0, 3000*dayMS).Draw(t, "time"), a, b, rapid.Uint64Range(0, 4).Draw(t, "object") << 7,
			rapid.SampledFrom([]uint32{1, 1000, 1500, 3000, math.MaxUint32}).Draw(t, "weight")}
	}), 0, 60).Draw(t, "ties")
}

// run merges ties at instants, those of each instant in an order of their own; numbers are those in the roster.
func run(t *rapid.T, ties []said, instants []int64, numbers []int, label string) *Graph {
	names := make([]string, len(numbers))
	for name, n := range numbers {
		names[n] = fmt.Sprint("m", name)
	}
	cal, _ := calendar.New("America/New_York")
	g, before := New(), int64(math.MinInt64)
	for _, at := range instants {
		var due []Tie
		for _, s := range rapid.Permutation(ties).Draw(t, label) {
			if s.Time >= before && s.Time < at {
				due = append(due, Tie{Time: s.Time, Actor: uint32(numbers[s.Actor]), Target: uint32(numbers[s.Target]), Object: s.Object, Weight: s.Weight})
			}
		}
		g = g.Merged(due, at, cal, func(m uint32) string { return names[m] })
		before = at
		if rapid.Bool().Draw(t, label+" restart") {
			w := state.NewWriter(0)
			g.Save(w)
			r := state.NewReader(w.Bytes())
			if g = Load(r); r.Done() != nil {
				t.Fatal("a saved graph is refused")
			}
		}
	}
	return g
}

type pair struct{ Actor, Target int }

type sums struct {
	Sum, Current uint64
	First        int32
}

// model is the definition: a map.
func model(ties []said, until, ref int64) map[pair]sums {
	cal, _ := calendar.New("America/New_York")
	all := map[pair]sums{}
	for _, s := range ties {
		if s.Time >= until {
			continue
		}
		x, ok := all[pair{s.Actor, s.Target}]
		if day := cal.Day(s.Time); !ok || day < x.First {
			x.First = day
		}
		x.Sum = min(math.MaxUint32, x.Sum+uint64(s.Weight))
		x.Current += uint64(math.Round(float64(s.Weight) / 1000 * one * math.Exp2(float64(s.Time-ref)/HalfLife)))
		all[pair{s.Actor, s.Target}] = x
	}
	return all
}

func edges(g *Graph, numbers []int) map[pair]sums {
	all := map[pair]sums{}
	for node, m := range g.Members {
		from, to := g.Row(uint32(node))
		for e := from; e < to; e++ {
			a := slices.Index(numbers, int(g.Members[g.From[e]]))
			all[pair{a, slices.Index(numbers, int(m))}] = sums{uint64(g.Sum[e]), g.Current[e], int32(g.First[e])}
		}
	}
	return all
}

func plainHIndex(ties []said, target int, until int64, out int) uint32 {
	by := map[uint64]map[int]bool{}
	for _, s := range ties {
		if s.Target == target && s.Object != 0 && s.Time < until && s.Actor != out {
			if by[s.Object] == nil {
				by[s.Object] = map[int]bool{}
			}
			by[s.Object][s.Actor] = true
		}
	}
	h := uint32(0)
	for n := uint32(1); n < 20; n++ {
		with := uint32(0)
		for _, of := range by {
			if uint32(len(of)) >= n {
				with++
			}
		}
		if with >= n {
			h = n
		}
	}
	return h
}

// Whatever the order of ties, restarts and the members' numbers: the same bits, and those of a plain map.
func TestGraphIsTheDefinition(t *testing.T) {
	plain := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	rapid.Check(t, func(t *rapid.T) {
		ties := drawTies(t)
		instants := rapid.SliceOfN(rapid.Int64Range(0, 3000*dayMS), 1, 5).Draw(t, "instants")
		slices.Sort(instants)
		until := instants[len(instants)-1]
		g := run(t, ties, instants, plain, "one order")
		numbers := rapid.Permutation(plain).Draw(t, "numbers")
		other := run(t, ties, instants, numbers, "another")
		for _, x := range []struct{ a, b any }{{g.Rows, other.Rows}, {g.From, other.From}, {g.Sum, other.Sum}, {g.Current, other.Current},
			{g.First, other.First}, {g.objects, other.objects}, {g.endorsers, other.endorsers}, {g.ref, other.ref}} {
			if diff := cmp.Diff(x.a, x.b, cmpopts.EquateEmpty()); diff != "" {
				t.Fatal("the order shows:", diff)
			}
		}
		if g.ref == instants[0] { // or else what was there before lost its last bits
			if diff := cmp.Diff(model(ties, until, g.ref), edges(other, numbers)); diff != "" {
				t.Fatal("not as in a map:", diff)
			}
		}
		for node := range g.Members {
			who := int(g.Members[node])
			out := rapid.IntRange(0, 9).Draw(t, "out")
			got := g.HIndex(uint32(node), func(n uint32) bool { return int(g.Members[n]) == out })
			if want := plainHIndex(ties, who, until, out); got != want {
				t.Fatalf("h-index of %d without %d: %d, want %d", who, out, got, want)
			}
		}
	})
}

// Decay: one tie is worth a half after a half-life, wherever the instant lies at which sums are counted.
func TestHalfLife(t *testing.T) {
	cal, _ := calendar.New("")
	for _, ago := range []int64{0, 1, 15, 16, 17, 40, 200} { // half-lives since the first merge
		g := New()
		g = g.Merged(nil, 0, cal, nil)
		at := ago*HalfLife + 1000*dayMS
		tie := func(days int64, target uint32) Tie {
			return Tie{Time: at - days*dayMS, Actor: 0, Target: target, Weight: 1000}
		}
		g = g.Merged([]Tie{tie(89, 1), tie(91, 2), tie(179, 3), tie(179, 3), tie(181, 4), tie(181, 4)}, at, cal, func(m uint32) string { return fmt.Sprint(m) })
		var got []bool
		for node := range uint32(5) {
			from, to := g.Row(node)
			for e := from; e < to; e++ {
				got = append(got, g.Current[e] >= g.Half(at))
			}
		}
		if want := []bool{true, false, true, false}; !slices.Equal(got, want) {
			t.Errorf("%d half-lives on: half or more is %v, want %v", ago, got, want)
		}
	}
}

func forget(g *Graph, limit int, at int64) {
	all := g.Forget(limit, at)
	all.Finish()
}

func TestForget(t *testing.T) {
	cal, _ := calendar.New("")
	g := New()
	var ties []Tie
	at := int64(1000 * dayMS)
	for i := range uint32(100) { // of ages from 0 to 990 days
		ties = append(ties, Tie{Time: at - int64(i)*10*dayMS - 1, Actor: i + 1, Target: 0, Object: 9, Weight: 1000})
	}
	g = g.Merged(ties, at, cal, func(m uint32) string { return fmt.Sprintf("%03d", m) })
	all := g.Merged(nil, at, cal, nil)
	forget(all, 1, at)
	if all.Len() != 10 || all.Forgotten != 90 || len(all.endorsers) != 10 {
		t.Errorf("%d edges stay, %d are forgotten: none with half a tie left may go", all.Len(), all.Forgotten)
	}
	forget(g, 60, at)
	if g.Len() > 60 || g.Len() < 45 || g.Len()+int(g.Forgotten) != 100 || len(g.endorsers) != g.Len() {
		t.Errorf("%d edges stay, %d are forgotten", g.Len(), g.Forgotten)
	}
	for _, e := range g.From {
		if int(e) > g.Len() {
			t.Errorf("edge %d stays, but it is not of the strongest", e)
		}
	}
	if !g.sound() {
		t.Error("the graph is not sound")
	}
}

// Damaged state fails or is safe to go on with.
func FuzzLoad(f *testing.F) {
	cal, _ := calendar.New("")
	name := func(m uint32) string { return fmt.Sprint(m) }
	ties := []Tie{{Time: 5, Actor: 1, Target: 2, Object: 3, Weight: 1000}, {Time: 6, Actor: 2, Target: 1, Weight: 1000}, {Time: 7, Actor: 0, Target: 1, Object: 3, Weight: 1000}}
	g := New()
	g = g.Merged(ties, 10, cal, name)
	w := state.NewWriter(0)
	g.Save(w)
	f.Add(w.Bytes())
	f.Fuzz(func(_ *testing.T, b []byte) {
		r := state.NewReader(b)
		g := Load(r)
		if r.Done() != nil {
			g = New()
		}
		at := max(10, g.ref)
		g = g.Merged(slices.Clone(ties), at, cal, name)
		g.Forget(1, at)
		for node := range g.Members {
			g.HIndex(uint32(node), func(uint32) bool { return false })
		}
		g.Save(state.NewWriter(0))
	})
}
