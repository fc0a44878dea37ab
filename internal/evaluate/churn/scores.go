package churn

import (
	"cmp"
	"math"
	"slices"
)

// outcome is a probability and what came true.
type outcome struct {
	p      float64
	silent bool
}

// auc is the probability that of a silent and another member the silent one was given more; a tie counts half. NaN where
// all came to the same.
func auc(of []outcome) float64 {
	of = slices.Clone(of)
	slices.SortFunc(of, func(a, b outcome) int { return cmp.Compare(a.p, b.p) })
	var ranks, silent float64
	for i := 0; i < len(of); {
		j := i
		for j < len(of) && of[j].p == of[i].p {
			j++
		}
		for _, o := range of[i:j] {
			if o.silent {
				ranks += float64(i+j+1) / 2
				silent++
			}
		}
		i = j
	}
	others := float64(len(of)) - silent
	if silent == 0 || others == 0 {
		return math.NaN()
	}
	return (ranks - silent*(silent+1)/2) / (silent * others)
}

const bins = 10

// Bin is one of ten of equal width: how many members, what they were given on average, and the share that fell silent.
type Bin struct {
	Members  int     `json:"members"`
	Expected float64 `json:"expected"`
	Observed float64 `json:"observed"`
}

func calibration(of []outcome) (table [bins]Bin) {
	for _, o := range of {
		b := &table[min(int(o.p*bins), bins-1)]
		b.Members++
		b.Expected += o.p
		if o.silent {
			b.Observed++
		}
	}
	for i := range table {
		if n := float64(table[i].Members); n > 0 {
			table[i].Expected /= n
			table[i].Observed /= n
		}
	}
	return table
}

// calibrationError is the mean distance of expected and observed over members.
func calibrationError(table [bins]Bin) float64 {
	var sum, n float64
	for _, b := range table {
		sum += float64(b.Members) * math.Abs(b.Expected-b.Observed)
		n += float64(b.Members)
	}
	return sum / n
}
