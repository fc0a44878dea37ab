package training

import (
	"math"

	"github.com/rollcall-dev/rollcall/internal/evaluate/walk"
	"github.com/rollcall-dev/rollcall/processors/churn/risk"
	"github.com/rollcall-dev/rollcall/processors/churn/risk/logit"
)

const penalty = 1 // on standardised slopes

// Train fits all weekly snapshots of the sets whose 56 days are complete. Each set has the same total weight.
func Train(sets []walk.Set) risk.Shipped {
	var batches []logit.Batch
	all := 0
	for i := range sets {
		rows := snapshots(&sets[i])
		batches = append(batches, logit.Batch{Rows: rows})
		all += len(rows)
	}
	for i := range batches {
		batches[i].Weight = float64(all) / float64(len(batches)) / float64(max(1, len(batches[i].Rows)))
	}
	gaps := make([]risk.Gaps, len(sets))
	for i := range sets {
		count(&sets[i], &gaps[i])
	}
	prior := logit.Prior{}
	for k := range logit.Features {
		prior.Precision[k] = penalty
	}
	out := risk.Shipped{Scale: scale(batches), Hazards: risk.Usual(gaps)}
	out.Coefficients = logit.Fit(batches, out.Scale, prior)
	return out
}

// count notes how all silences of a set went.
func count(s *walk.Set, g *risk.Gaps) {
	_, last, _ := s.Range()
	for _, m := range s.Members {
		for i, d := range m.Days {
			if i+1 < len(m.Days) {
				g.Ended(uint16(i+1), m.Days[i+1]-d)
			} else {
				g.Open(uint16(i+1), last+1-d)
			}
		}
	}
}

// snapshots are the rows of a set's members who were active in the last 28 days, at each Monday's midnight.
func snapshots(s *walk.Set) []logit.Row {
	var rows []logit.Row
	_, last, _ := s.Range()
	s.Walk(nil, func(d int32, known walk.Histories) {
		if d+risk.Horizon > last+1 {
			return
		}
		for i := range known {
			x, ok := known[i].At(d)
			if !ok || d-int32(known[i].Last) > risk.Recent {
				continue
			}
			row := logit.Row{Count: 1}
			for k, v := range x {
				row.X[k] = float32(v)
			}
			if !s.Members[i].ActiveIn(d, d+risk.Horizon) {
				row.Label = 1
			}
			rows = append(rows, row)
		}
	})
	return rows
}

// scale returns the weighted means and deviations.
func scale(batches []logit.Batch) logit.Scale {
	var s logit.Scale
	var weight float64
	var squares [logit.Features]float64
	for _, b := range batches {
		weight += b.Weight * float64(len(b.Rows))
		for i := range b.Rows {
			for k, x := range b.Rows[i].X {
				s.Means[k] += b.Weight * float64(x)
				squares[k] += b.Weight * float64(x) * float64(x)
			}
		}
	}
	for k := range s.Means {
		s.Means[k] /= weight
		s.Deviations[k] = math.Sqrt(squares[k]/weight - s.Means[k]*s.Means[k])
	}
	return s
}
