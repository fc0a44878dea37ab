package churn

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/churn/risk/logit"
)

// names of the contenders, in their order.
var names = [contenders]string{"Rollcall", "recency alone", "frequency alone", "BG/NBD"}

// Report is how well each contender did.
type Report struct {
	Cutoffs    int     `json:"cutoffs"`
	First      int32   `json:"first_day"` // cut-off, local, since 1970
	Last       int32   `json:"last_day"`
	Rows       int     `json:"rows"`   // a member at a cut-off
	Silent     float64 `json:"silent"` // share of them
	Contenders []Score `json:"contenders"`
}

// Score is one contender's. A number is NaN where it means nothing: AUC where all came to the same.
type Score struct {
	Name        string    `json:"name"`
	AUC         float64   `json:"auc"`
	AtOnce      float64   `json:"auc_within_cutoffs"` // mean over members of their cut-off's AUC
	Brier       float64   `json:"brier"`
	ECE         float64   `json:"ece"`
	Top         float64   `json:"precision_top_decile"` // share of silent in each cut-off's tenth of greatest risk
	Calibration [bins]Bin `json:"calibration"`
	ROC         []Point   `json:"roc"`
}

func (s Score) String() string {
	return fmt.Sprintf("%-15s AUC %.3f (at one cut-off %.3f), Brier %.3f, ECE %.3f, top decile %.3f", s.Name, s.AUC, s.AtOnce, s.Brier, s.ECE, s.Top)
}

// Point of a ROC curve: the shares of others and of silent members above a threshold.
type Point struct {
	Others float64 `json:"others"`
	Silent float64 `json:"silent"`
}

// Measure scores what was said, by all contenders.
func Measure(said []Prediction) Report {
	r := Report{Cutoffs: len(daysOf(said)), Rows: len(said)}
	if len(said) == 0 {
		return r
	}
	r.First, r.Last = said[0].Day, said[len(said)-1].Day
	for _, p := range said {
		if p.Silent {
			r.Silent += 1 / float64(len(said))
		}
	}
	said = slices.Clone(said)
	hindsight(said, recency)
	hindsight(said, frequency)
	for k, name := range names {
		r.Contenders = append(r.Contenders, score(name, said, k))
	}
	return r
}

// hindsight turns what ranks members into the best probabilities that a logistic curve through the very outcomes gives:
// more than anybody could have had at the time, so that the comparison is not unfair.
func hindsight(said []Prediction, contender int) {
	rows := make([]logit.Row, len(said))
	for i, p := range said {
		rows[i] = logit.Row{X: [logit.Features]float32{float32(p.P[contender])}, Label: float32(truth(outcome{0, p.Silent}))}
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

func score(name string, said []Prediction, contender int) Score {
	s := Score{Name: name}
	var all []outcome
	var atOnce, weight, top, topOf float64
	for i := 0; i < len(said); {
		from := i
		for ; i < len(said) && said[i].Day == said[from].Day; i++ {
			all = append(all, outcome{said[i].P[contender], said[i].Silent})
		}
		one := slices.Clone(all[from:i])
		if a := auc(one); !math.IsNaN(a) {
			atOnce += a * float64(len(one))
			weight += float64(len(one))
		}
		share, of := topDecile(one)
		top += share
		topOf += of
	}
	s.AUC, s.AtOnce, s.Top = auc(all), atOnce/weight, top/topOf
	s.Calibration = calibration(all)
	s.ECE = calibrationError(s.Calibration)
	for _, o := range all {
		off := o.p - truth(o)
		s.Brier += off * off / float64(len(all))
	}
	s.ROC = roc(all)
	return s
}

func truth(o outcome) float64 {
	if o.silent {
		return 1
	}
	return 0
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
