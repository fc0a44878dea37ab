package churn

import (
	"slices"

	"github.com/rollcall-dev/rollcall/internal/evaluate/walk"
	"github.com/rollcall-dev/rollcall/processors/churn/risk"
)

// The contenders, in the order of a prediction's probabilities.
const (
	product = iota
	recency
	frequency
	bgnbd
	contenders
)

// Prediction is what was said of a member at a cut-off, and what came true.
type Prediction struct {
	Day    int32
	Silent bool
	P      [contenders]float64
}

// Predict walks through a set with a model, fitted each Monday, and asks it at every cut-off whose 56 days are over.
func Predict(set *walk.Set, m *risk.Model) []Prediction {
	var out []Prediction
	_, last, _ := set.Range()
	set.Walk(m.Gap, func(d int32, known walk.Histories) {
		if d+risk.Horizon > last+1 {
			return
		}
		m.Fit(d, known)
		fit, _ := m.Fitted()
		for i := range known {
			h := &known[i]
			x, ok := h.At(d)
			if !ok || d-int32(h.Last) > risk.Recent {
				continue
			}
			p := Prediction{Day: d, Silent: !set.Members[i].ActiveIn(d, d+risk.Horizon)}
			p.P[product] = m.Risk(h, d)
			p.P[recency], p.P[frequency] = x[0], -x[1] // Measure makes probabilities of them
			since := float64(d) - float64(h.First)
			p.P[bgnbd] = fit.Alive.Silence(float64(h.Total)-1, float64(h.Last)-float64(h.First), since, risk.Horizon)
			out = append(out, p)
		}
	})
	return out
}

// After drops what was said before a day.
func After(said []Prediction, day int32) []Prediction {
	i := slices.IndexFunc(said, func(p Prediction) bool { return p.Day >= day })
	if i < 0 {
		return nil
	}
	return said[i:]
}

// Spread keeps n cut-offs, evenly spread from the first to the last.
func Spread(said []Prediction, n int) []Prediction {
	days := daysOf(said)
	if len(days) <= n {
		return said
	}
	kept := map[int32]bool{}
	for i := range n {
		kept[days[(i*(len(days)-1)+(n-1)/2)/(n-1)]] = true
	}
	return slices.DeleteFunc(slices.Clone(said), func(p Prediction) bool { return !kept[p.Day] })
}

func daysOf(said []Prediction) (days []int32) {
	for _, p := range said {
		if len(days) == 0 || days[len(days)-1] != p.Day {
			days = append(days, p.Day)
		}
	}
	return days
}
