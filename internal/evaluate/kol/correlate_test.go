package kol

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The values are those of R's cor.test on the same numbers.
func TestCorrelations(t *testing.T) {
	a := []float64{106, 100, 86, 101, 99, 103, 97, 113, 112, 110}
	b := []float64{7, 27, 2, 50, 28, 29, 20, 12, 6, 17}
	if got := spearman(a, b); math.Abs(got+29.0/165) > 1e-12 {
		t.Errorf("Spearman %v, want -29/165", got)
	}
	if got := kendall(a, b); math.Abs(got+1.0/9) > 1e-12 {
		t.Errorf("Kendall %v, want -1/9", got)
	}
	if !math.IsNaN(spearman(a[:3], []float64{1, 1, 1})) || !math.IsNaN(kendall(a[:3], []float64{1, 1, 1})) {
		t.Error("a correlation with what is all the same")
	}
}

func TestKendallIsWhatCountingPairsGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "n")
		values := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 6), func(i int) float64 { return float64(i) }), n, n)
		a, b := values.Draw(t, "a"), values.Draw(t, "b")
		var both, inA, inB float64
		for i := range n {
			for j := range i {
				x, y := a[i]-a[j], b[i]-b[j]
				switch {
				case x*y > 0:
					both++
				case x*y < 0:
					both--
				}
				if x != 0 {
					inA++
				}
				if y != 0 {
					inB++
				}
			}
		}
		want, got := both/math.Sqrt(inA*inB), kendall(a, b)
		if math.IsNaN(want) != math.IsNaN(got) || math.Abs(want-got) > 1e-12 {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

func TestOverlapTakesEqualsIn(t *testing.T) {
	worth := []float64{9, 5, 5, 5, 1}
	if hits, of := overlap([]float64{1, 2, 3, 4, 5}, worth, 2); hits != 1 || of != 4 {
		t.Errorf("%d of %d, want the one of value 5 among the first two, and four who are worth as much as the second", hits, of)
	}
	if hits, of := overlap([]float64{0, 0, 0, 0, 0}, worth, 50); hits != 5 || of != 5 {
		t.Errorf("%d of %d of fewer than fifty", hits, of)
	}
}
