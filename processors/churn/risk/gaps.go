package risk

import "math/bits"

const (
	buckets = 9
	longest = Reach + Horizon - 1 // the longest gap that a silence probability asks for, in days
)

// bucket of a member's active-day ordinal: 1, 2, 3–4, 5–8, … 65–128, 129 and more.
func bucket(total uint16) int {
	if total <= 1 {
		return 0
	}
	return min(bits.Len16(total-1), buckets-1)
}

// counts are gaps by bucket and length in days; what is longer than longest is at longest+1.
type counts [buckets][longest + 2]uint32

func (c *counts) add(total uint16, days int32) {
	if days > 0 {
		c[bucket(total)][min(days, longest+1)]++
	}
}

// Curves are the gap table: for each bucket the share of gaps that are longer than so many days (Kaplan–Meier).
type Curves [buckets][longest + 1]float64

// survival is the Kaplan–Meier estimate from gaps that ended and silences that are still open. An open one of r days says
// that its gap is longer than r−1. The hazard of each day counts as if prior gaps of the shipped table had been seen.
func survival(ended, open *counts, prior float64) Curves {
	var s Curves
	for b := range s {
		var atRisk [longest + 2]float64
		n := float64(ended[b][longest+1]) + float64(open[b][longest+1])
		for g := longest; g > 0; g-- {
			n += float64(ended[b][g])
			atRisk[g] = n
			n += float64(open[b][g])
		}
		s[b][0] = 1
		for g := 1; g <= longest; g++ {
			hazard := 0.0
			if all := atRisk[g] + prior; all > 0 {
				hazard = (float64(ended[b][g]) + prior*shippedHazard(b, g)) / all
			}
			s[b][g] = s[b][g-1] * (1 - hazard)
		}
	}
	return s
}

// silence is the probability that a silence of so many days, up to Reach, lasts 56 days more.
func (s *Curves) silence(total uint16, days int32) float64 {
	c := &s[bucket(total)]
	before := c[days-1]
	if before <= 0 {
		return 1 - clip
	}
	return min(max(c[days+Horizon-1]/before, clip), 1-clip)
}

const clip = 1e-4
