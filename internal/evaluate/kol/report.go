package kol

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"
)

// Report is how well each contender orders the members whose worth is known.
type Report struct {
	AsOf       time.Time `json:"as_of"`
	Restart    string    `json:"restart"`       // where walks of the product's ranking begin: vouched, staff, uniform
	Members    int       `json:"members"`       // of the truth, who endorsed or were endorsed
	Elsewhere  int       `json:"elsewhere"`     // of the truth, of whom the community's graph knows nothing; they are left out
	Missing    int       `json:"without_value"` // of the truth's lines, which are left out
	Contenders []Score   `json:"contenders"`    // the product's boards first
	TopOfTruth [3]int    `json:"top_of_truth"`  // how many are within the first 10, 20, 50 of the truth: more where values are equal
}

// Score is one contender's. Correlations are NaN where all values are equal.
type Score struct {
	Name     string `json:"name"`
	Spearman Number `json:"spearman"`
	Kendall  Number `json:"kendall"` // τ-b
	Top10    int    `json:"top_10"`  // how many of its first 10 are within the first 10 of the truth
	Top20    int    `json:"top_20"`
	Top50    int    `json:"top_50"`
}

// Number is null in JSON where it is NaN.
type Number float64

// MarshalJSON writes it.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

var tops = [3]int{10, 20, 50}

// Measure scores all contenders against a truth. It fails where fewer than two members are in both.
func (c *Community) Measure(truth Truth) (Report, error) {
	g := c.pairs()
	in := known(g)
	var of []uint32
	for m, name := range c.names {
		if _, ok := truth.Worth[name]; ok && in[m] {
			of = append(of, uint32(m))
		}
	}
	if len(of) < 2 {
		return Report{}, fmt.Errorf("of the %d members of the truth %d endorsed anybody here or were endorsed: are they named as in this community?", len(truth.Worth), len(of))
	}
	slices.SortFunc(of, func(a, b uint32) int { return cmp.Compare(c.names[a], c.names[b]) })
	worth := make([]float64, len(of))
	for i, m := range of {
		worth[i] = truth.Worth[c.names[m]]
	}
	ours := c.ours()
	r := Report{AsOf: time.UnixMilli(c.life().end).UTC(), Restart: ours[0].how, Members: len(of), Elsewhere: len(truth.Worth) - len(of), Missing: truth.Missing}
	for _, x := range append(ours[:], c.baselines(g)...) {
		scores := make([]float64, len(of))
		for i, m := range of {
			scores[i] = x.scores[m]
		}
		s := Score{Name: x.name, Spearman: Number(spearman(scores, worth)), Kendall: Number(kendall(scores, worth))}
		for i, into := range []*int{&s.Top10, &s.Top20, &s.Top50} {
			*into, r.TopOfTruth[i] = overlap(scores, worth, tops[i])
		}
		r.Contenders = append(r.Contenders, s)
	}
	return r, nil
}

// overlap is how many of the first k by scores (equal ones in their order) are among the first of the truth, and how many
// those are: whoever is worth as much as the kth belongs to them, or the order of equals would decide.
func overlap(scores, worth []float64, k int) (hits, of int) {
	k = min(k, len(worth))
	least := slices.Sorted(slices.Values(worth))[len(worth)-k]
	first := sorted(len(scores), func(i, j int) int { return cmp.Or(cmp.Compare(scores[j], scores[i]), cmp.Compare(i, j)) })
	for _, i := range first[:k] {
		if worth[i] >= least {
			hits++
		}
	}
	for _, w := range worth {
		if w >= least {
			of++
		}
	}
	return hits, of
}
