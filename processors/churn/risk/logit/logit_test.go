package logit

import (
	"math"
	"math/rand/v2"
	"testing"
)

var plain = func() (s Scale) {
	for k := range s.Deviations {
		s.Deviations[k] = 1
	}
	return s
}()

func TestFitFindsWhatMadeTheRows(t *testing.T) {
	want := Coefficients{1, -0.5, 0.25, 0, 0, 2, -1, 0.5}
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([]Row, 50000)
	for i := range rows {
		rows[i].Count = 1
		logit := want[Features]
		for k := range rows[i].X {
			rows[i].X[k] = float32(r.NormFloat64())
			logit += want[k] * float64(rows[i].X[k])
		}
		if r.Float64() < Sigmoid(logit) {
			rows[i].Label = 1
		}
	}
	got := Fit([]Batch{{rows[:20000], 1}, {rows[20000:], 1}}, plain, Prior{})
	for k := range want {
		if math.Abs(got[k]-want[k]) > 0.06 {
			t.Errorf("coefficient %d is %.3f, want %.3f", k, got[k], want[k])
		}
	}
}

// With no rows the prior is the answer; where rows are told apart without doubt the prior keeps them finite.
func TestPriorHolds(t *testing.T) {
	prior := Prior{Mean: Coefficients{1, 2, 3, 4, 5, 6, 7, 8}}
	for k := range prior.Precision {
		prior.Precision[k] = 20
	}
	if got := Fit(nil, plain, prior); got != prior.Mean {
		t.Error(got)
	}
	rows := []Row{{X: [7]float32{-1}, Count: 1}, {X: [7]float32{1}, Label: 1, Count: 1}}
	got := Fit([]Batch{{rows, 1e6}}, plain, Prior{Precision: prior.Precision})
	if !(got[0] > 1) || math.IsInf(got[0], 0) {
		t.Error(got)
	}
}

// At the answer the derivative is zero, by differences.
func TestFitIsAtTheTop(t *testing.T) {
	rows := []Row{{X: [7]float32{1, 2}, Count: 1}, {X: [7]float32{3, -1}, Label: 1, Count: 2}, {X: [7]float32{0, 1}, Label: 0.5, Count: 4},
		{X: [7]float32{2, 2}, Count: 1}}
	var prior Prior
	for k := range prior.Precision {
		prior.Precision[k] = 0.5
	}
	at := Fit([]Batch{{rows, 2}}, plain, prior)
	for k := range at {
		up, down := at, at
		up[k] += 1e-4
		down[k] -= 1e-4
		here := derive([]Batch{{rows, 2}}, plain, prior, at).loss
		if a, b := derive([]Batch{{rows, 2}}, plain, prior, up).loss, derive([]Batch{{rows, 2}}, plain, prior, down).loss; a < here || b < here {
			t.Errorf("coefficient %d is not at the top", k)
		}
	}
}

func TestDamagedRowsDoNotHang(t *testing.T) {
	nan := float32(math.NaN())
	_ = Fit([]Batch{{[]Row{{X: [7]float32{nan, float32(math.Inf(1))}, Label: nan, Count: 1}}, 1}}, plain, Prior{})
}
