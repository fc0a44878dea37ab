package risk

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// slow are the features as churn-model.md has them, from all active days.
func slow(days []int32, d int32) (x Features) {
	var recent float64
	for _, a := range days {
		if a >= d-28 {
			recent++
		}
		for k, h := range halfLives {
			x[4+k] += math.Exp2(-float64(d-a) / h)
		}
	}
	for k := range halfLives {
		x[4+k] = math.Log(0.05 + x[4+k])
	}
	x[0] = math.Log1p(float64(d - slices.Max(days)))
	x[1] = math.Log1p(recent)
	x[2] = math.Log1p(float64(len(days)))
	x[3] = math.Log1p(float64(d - slices.Min(days)))
	return x
}

func TestFeaturesAreTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.Int32Range(18000, 18000+rapid.Int32Range(1, 900).Draw(t, "span")), 1, 80).Draw(t, "days")
		slices.Sort(days)
		var h History
		for _, d := range days {
			h.Add(d)
		}
		days = slices.Compact(days)
		d := days[len(days)-1] + rapid.Int32Range(1, 200).Draw(t, "silence")
		got, ok := h.At(d)
		if !ok {
			t.Fatal("no features")
		}
		for k, want := range slow(days, d) {
			if math.Abs(got[k]-want) > 1e-9 {
				t.Fatalf("%s is %g, want %g", Names[k], got[k], want)
			}
		}
		from := d - rapid.Int32Range(0, 63).Draw(t, "back")
		to := from + rapid.Int32Range(0, 70).Draw(t, "length")
		if int32(h.Last)-from < 64 {
			want := slices.ContainsFunc(days, func(a int32) bool { return a >= from && a < to })
			if h.activeIn(from, to) != want {
				t.Fatalf("active in %d … %d: want %v", from, to-1, want)
			}
		}
	})
}

func TestHistoryKnowsNothingYet(t *testing.T) {
	var h History
	if _, ok := h.At(100); ok {
		t.Error("features of nobody")
	}
	h.Add(100)
	if _, ok := h.At(100); ok {
		t.Error("a day at the midnight is not before it")
	}
	before := h
	h.Add(100)
	h.Add(99)
	h.Add(-1)
	h.Add(1 << 20)
	if h != before {
		t.Error("a repeat, an older day or no day changed it")
	}
}
