package churn

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/churn/risk/logit"
)

// hindsight turns what ranks members into the best probabilities that a logistic curve through the very outcomes gives:
// more than anybody could have had at the time, so that the comparison is not unfair.
func hindsight(said []Prediction, contender int) {
	rows := make([]logit.Row, len(said))
	for i, p := range said {
		rows[i] = logit.Row{X: [logit.Features]float32{float32(p.P[contender])}, Label: float32(truth(outcome{0, p.Silent})), Count: 1}
	}
	var scale logit.Scale
	var prior logit.Prior
	for k := range scale.Deviations {
		scale.Deviations[k], prior.Precision[k] = 1, 1e-3
	}
	c := logit.Fit([]logit.Batch{{Rows: rows, Weight: 1}}, scale, prior)
	rising := max(c[0], 1e-9) // it must go on ranking as it did
	for i := range said {
		said[i].P[contender] = logit.Sigmoid(c[logit.Features] + rising*said[i].P[contender])
	}
}

// topDecile counts the silent among the tenth of greatest risk, at least one, and how many those are. Members of equal
// risk at the edge count in part.
func topDecile(of []outcome) (silent, n float64) {
	slices.SortFunc(of, func(a, b outcome) int { return cmp.Compare(b.p, a.p) })
	n = float64((len(of) + 9) / 10)
	left := n
	for i := 0; i < len(of) && left > 0; {
		from, those := i, 0.0
		for ; i < len(of) && of[i].p == of[from].p; i++ {
			those += truth(of[i])
		}
		part := min(1, left/float64(i-from))
		silent += part * those
		left -= part * float64(i-from)
	}
	return silent, n
}

const rocPoints = 200

// roc is the curve, thinned to what a picture shows.
func roc(of []outcome) []Point {
	slices.SortFunc(of, func(a, b outcome) int { return cmp.Compare(b.p, a.p) })
	silent := 0.0
	for _, o := range of {
		silent += truth(o)
	}
	others := float64(len(of)) - silent
	if silent == 0 || others == 0 {
		return nil
	}
	points := []Point{{}}
	var at Point
	for i, o := range of {
		at.Silent += truth(o) / silent
		at.Others += (1 - truth(o)) / others
		if i+1 < len(of) && of[i+1].p == o.p {
			continue
		}
		last := points[len(points)-1]
		if i+1 == len(of) || at.Silent-last.Silent+at.Others-last.Others > 2.0/rocPoints {
			points = append(points, at)
		}
	}
	return points
}
