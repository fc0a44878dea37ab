package engagement

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

type act struct {
	member uint32
	time   int64
	kind   schemas.Kind
}

// The score is the definition's sum, to the last bit whatever the order within the lateness and wherever restarts fall.
func TestScoreIsTheSumInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lateness := rapid.SampledFrom([]int64{0, 3_600_000, 30 * 86_400_000}).Draw(t, "lateness")
		weights := WeightsOf([]*actionpb.Weight{{Kind: actionpb.Kind_KIND_VIEW, Weight: 0.25}, {Kind: actionpb.Kind_KIND_POST, Weight: -1}})
		scale := rapid.SampledFrom([]int64{60_000, HalfLifeMS / 3, 20 * HalfLifeMS}).Draw(t, "scale")
		now, acts, newest := int64(1_700_000_000_000), []act{}, map[uint32]int64{}
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			now += rapid.Int64Range(0, scale).Draw(t, "step")
			a := act{rapid.Uint32Range(0, 2).Draw(t, "member"), now - rapid.Int64Range(0, lateness).Draw(t, "behind"),
				rapid.SampledFrom([]schemas.Kind{schemas.KindView, schemas.KindPost, schemas.KindLeave, schemas.KindPurchase}).Draw(t, "kind")}
			acts = append(acts, a)
			newest[a.member] = max(newest[a.member], a.time)
		}
		s := NewScores(weights, lateness)
		for i, a := range acts {
			s.Add(a.member, a.time, a.kind)
			if i%7 == 3 {
				s = LoadScores(weights, reload(s))
			}
		}
		other := NewScores(weights, lateness)
		for i := range acts { // neighbours within the lateness change places
			for j := i + 1; j < len(acts) && acts[j].time >= acts[i].time-lateness && acts[i].time >= acts[j].time-lateness && rand.IntN(2) == 0; j++ {
				acts[i], acts[j] = acts[j], acts[i]
			}
		}
		ahead := int64(0)
		for _, a := range acts {
			if ahead = max(ahead, a.time); a.time < ahead-lateness {
				t.Skip("the shuffle made one late")
			}
			other.Add(a.member, a.time, a.kind)
		}
		for m, last := range newest {
			var want float64
			for _, a := range acts {
				if a.member == m {
					want += weights[a.kind] * math.Exp2(-float64(last-a.time)/HalfLifeMS)
				}
			}
			got := s.At(m, last)
			if math.Abs(got-want) > 1e-7*max(want, 0.01) {
				t.Fatalf("member %d has %v, want %v", m, got, want)
			}
			if again := other.At(m, last); again != got {
				t.Fatalf("member %d has %v in this order and %v in another", m, got, again)
			}
		}
	})
}

func reload(s *Scores) *state.Reader {
	var w state.Writer
	s.Save(&w)
	return state.NewReader(w.Bytes())
}

// naive is the sum as the formula of metrics.md was first computed: every member's half-lives in the open, a logarithm for
// the digits. Published scores must stay these, to the last bit.
type naive struct {
	size    int
	newest  int32
	settled float64
	open    []uint64
}

func (m *naive) add(q int32, term uint64) {
	if m.newest < 0 {
		m.newest = q
	}
	for ; m.newest < q; m.newest++ {
		at := int(m.newest+1) % m.size
		m.settled = m.settled/2 + float64(m.open[at])
		m.open[at] = 0
	}
	m.open[int(q)%m.size] += term
}

func (m *naive) at(t int64) float64 {
	v := m.settled
	for q := m.newest - int32(m.size) + 1; q <= m.newest; q++ {
		v /= 2
		if q >= 0 {
			v += float64(m.open[int(q)%m.size])
		}
	}
	v = v / unit * math.Exp2(-float64(t-int64(m.newest)*HalfLifeMS)/HalfLifeMS)
	if v < math.SmallestNonzeroFloat32 {
		return 0
	}
	digits := math.Pow10(8 - int(math.Floor(math.Log10(v))))
	return math.Round(v*digits) / digits
}

// Whatever a member's record looks like, the score is to the last bit that of the sums in the open; blocks are given back;
// and restarts leave the same bytes.
func TestScoresAreThoseOfOpenSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lateness := rapid.SampledFrom([]int64{0, 3_600_000, HalfLifeMS, 30 * 86_400_000}).Draw(t, "lateness")
		weights := WeightsOf([]*actionpb.Weight{{Kind: actionpb.Kind_KIND_POST, Weight: 1000}})
		scale := rapid.SampledFrom([]int64{60_000, HalfLifeMS / 3, 3 * HalfLifeMS, 400 * HalfLifeMS}).Draw(t, "scale")
		heavy := rapid.Bool().Draw(t, "heavy")
		now := rapid.SampledFrom([]int64{0, HalfLifeMS - 1000, 1_700_000_000_000}).Draw(t, "from")
		s, unbroken := NewScores(weights, lateness), NewScores(weights, lateness)
		plain := map[uint32]*naive{}
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			now += rapid.Int64Range(0, scale).Draw(t, "step")
			at := max(0, now-rapid.Int64Range(0, lateness).Draw(t, "behind"))
			m := rapid.Uint32Range(0, 2).Draw(t, "member")
			if plain[m] == nil {
				plain[m] = &naive{size: s.size, newest: -1, open: make([]uint64, s.size)}
			}
			kind, times := rapid.SampledFrom([]schemas.Kind{schemas.KindView, schemas.KindPost, schemas.KindLeave}).Draw(t, "kind"), 1
			if heavy {
				times = rapid.SampledFrom([]int{1, 50, 200}).Draw(t, "times")
			}
			for range times {
				s.Add(m, at, kind)
				unbroken.Add(m, at, kind)
				plain[m].add(int32(at/HalfLifeMS), uint64(math.Round(weights[kind]*math.Exp2(float64(at%HalfLifeMS)/HalfLifeMS)*unit)))
			}
			if rapid.IntRange(0, 9).Draw(t, "restart") == 0 {
				r := reload(s)
				if s = LoadScores(weights, r); r.Done() != nil {
					t.Fatal(r.Err())
				}
			}
			for m, want := range plain {
				if got, want := s.At(m, now), want.at(now); got != want {
					t.Fatalf("member %d has %v, want %v", m, got, want)
				}
			}
		}
		var x, y state.Writer
		s.Save(&x)
		unbroken.Save(&y)
		if !bytes.Equal(x.Bytes(), y.Bytes()) {
			t.Fatal("restarts changed the snapshot")
		}
		for m := range plain {
			for i := range int64(2) { // views, long after
				s.Add(m, now+(i+1)*20*HalfLifeMS, schemas.KindView)
			}
		}
		for i := range plain {
			if s.members.At(i).blocked() {
				t.Fatalf("member %d keeps a block", i)
			}
		}
	})
}

func TestDigitsWithoutLogarithm(t *testing.T) {
	check := func(v float64) {
		digits := math.Pow10(8 - int(math.Floor(math.Log10(v))))
		if got, want := nine(v), math.Round(v*digits)/digits; got != want {
			t.Fatalf("%v rounded to %v, want %v", v, got, want)
		}
	}
	for e := -40; e < 40; e++ {
		v := math.Pow10(e)
		for _, v := range []float64{v, math.Nextafter(v, 0), math.Nextafter(v, math.Inf(1)), math.Ldexp(1, e*2), math.Nextafter(math.Ldexp(1, e*2), 0)} {
			check(v)
		}
	}
	for range 100_000 {
		check(math.Exp2(rand.Float64()*120 - 60))
	}
	if nine(1e-46) != 0 {
		t.Error("what is too small is not 0")
	}
}

// BenchmarkAdd adds random members' actions, BenchmarkAt asks for their scores.
func BenchmarkAdd(b *testing.B) {
	for _, members := range []uint32{10_000, 2_500_000} {
		b.Run(fmt.Sprint(members), func(b *testing.B) {
			s, t := NewScores(WeightsOf(nil), 3_600_000), int64(1_700_000_000_000)
			for m := range members {
				s.Add(m, t, schemas.KindPost)
			}
			b.ReportAllocs()
			for b.Loop() {
				t += 10
				s.Add(rand.Uint32N(members), t, schemas.KindPost)
			}
			var w state.Writer
			s.Save(&w)
			b.ReportMetric(float64(len(w.Bytes()))/float64(members), "B/member")
		})
	}
}

func BenchmarkAt(b *testing.B) {
	s, t := NewScores(WeightsOf(nil), 3_600_000), int64(1_700_000_000_000)
	for m := range uint32(1000) {
		s.Add(m, t+int64(m)*1000, schemas.KindPost)
	}
	for b.Loop() {
		s.At(rand.Uint32N(1000), t+1_000_000)
	}
}

func TestDefaultsAreThoseOfTheDocs(t *testing.T) {
	w := WeightsOf(nil)
	if w[schemas.KindPurchase] != 8 || w[schemas.KindView] != 0.1 || w[schemas.KindLeave] != 0 || w[schemas.KindPost] != 5 {
		t.Errorf("weights %v", w)
	}
	if w := WeightsOf([]*actionpb.Weight{{Kind: actionpb.Kind_KIND_POST, Weight: -1}, {Kind: 99, Weight: 1}}); w != WeightsOf(nil) {
		t.Error("what is no weight changed the weights")
	}
}

func FuzzLoad(f *testing.F) {
	s := NewScores(WeightsOf(nil), 0)
	s.Add(0, 1_700_000_000_000, schemas.KindPost)
	var w state.Writer
	s.Save(&w)
	f.Add(w.Bytes())
	f.Fuzz(func(_ *testing.T, b []byte) {
		r := state.NewReader(b)
		if s := LoadScores(WeightsOf(nil), r); r.Done() == nil {
			for m := range uint32(4) {
				s.Touch(m)
				s.At(m, 1_700_000_000_000)
				s.Add(m, 1_600_000_000_000, schemas.KindPost)
				s.Add(m, 1_700_000_000_000, schemas.KindPost)
				s.At(m, 1_700_000_000_000)
			}
		}
	})
}
