package engagement

import (
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
			s.Add(0, 1_700_000_000_000, schemas.KindPost)
			s.At(0, 1_700_000_000_000)
		}
	})
}
