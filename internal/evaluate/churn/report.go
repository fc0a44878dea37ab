package churn

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"
)

// names of the contenders, in their order.
var names = [contenders]string{"Rollcall", "recency alone", "frequency alone", "BG/NBD"}

// Report is how well each contender did.
type Report struct {
	Cutoffs    int     `json:"cutoffs"`
	First      Day     `json:"first_day"` // cut-off, local
	Last       Day     `json:"last_day"`
	Rows       int     `json:"rows"`   // a member at a cut-off
	Silent     float64 `json:"silent"` // share of them
	Contenders []Score `json:"contenders"`
}

// Score is one contender's. A number is NaN where it means nothing: AUC where all came to the same.
type Score struct {
	Name        string    `json:"name"`
	AUC         Number    `json:"auc"`
	AtOnce      Number    `json:"auc_within_cutoffs"` // mean over members of their cut-off's AUC
	Brier       Number    `json:"brier"`
	ECE         Number    `json:"ece"`                  // expected calibration error, ten bins of equal width
	Top         Number    `json:"precision_top_decile"` // share of silent in each cut-off's tenth of greatest risk
	Calibration [bins]Bin `json:"calibration"`
	ROC         []Point   `json:"roc"`
}

// Day is a calendar day, counted from 1970 on; a date in JSON.
type Day int32

func (d Day) String() string { return time.Unix(int64(d)*24*60*60, 0).UTC().Format(time.DateOnly) }

// MarshalText writes it.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Number is null in JSON where it is NaN.
type Number float64

// MarshalJSON writes it.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
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
	r.First, r.Last = Day(said[0].Day), Day(said[len(said)-1].Day)
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
	s.AUC, s.AtOnce, s.Top = Number(auc(all)), Number(atOnce/weight), Number(top/topOf)
	s.Calibration = calibration(all)
	s.ECE = Number(calibrationError(s.Calibration))
	for _, o := range all {
		off := o.p - truth(o)
		s.Brier += Number(off * off / float64(len(all)))
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
