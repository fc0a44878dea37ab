package risk

import (
	"math/bits"
	"slices"
)

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
// that its gap is longer than r−1. Each day's hazard is drawn towards the usual one as if so many more gaps had been seen:
// without that, a community that has seen nothing beyond 56 days would say that silence is certain for everybody.
func survival(ended, open *counts, usual *Hazards, more float64) Curves {
	var s Curves
	for b := range s {
		n := float64(ended[b][longest+1]) + float64(open[b][longest+1])
		var atRisk [longest + 1]float64
		for g := longest; g > 0; g-- {
			n += float64(ended[b][g])
			atRisk[g] = n
			n += float64(open[b][g])
		}
		s[b][0] = 1
		for g := 1; g <= longest; g++ {
			s[b][g] = s[b][g-1]
			if all := atRisk[g] + more; all > 0 {
				s[b][g] *= 1 - (float64(ended[b][g])+more*usual.at(b, g))/all
			}
		}
	}
	return s
}

// Hazards are the usual chances that a silence ends on a day, by bucket and stretch of days.
type Hazards [buckets][len(stretches)]float64

// stretches of days of silence in which the hazard is taken as constant, by their last day.
var stretches = [...]int{1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 28, 42, 56, 84, longest}

func stretch(day int) int {
	i, _ := slices.BinarySearch(stretches[:], day)
	return i
}

func (h *Hazards) at(bucket, day int) float64 { return h[bucket][stretch(day)] }

// Gaps are how the silences of other communities went, as the usual hazards are made of.
type Gaps struct{ ended, open counts }

// Ended notes a silence of so many days that ended, after the total-th active day.
func (g *Gaps) Ended(total uint16, days int32) { g.ended.add(total, days) }

// Open notes one that has not.
func (g *Gaps) Open(total uint16, days int32) { g.open.add(total, days) }

// Usual returns the hazards of several communities, of which each counts the same.
func Usual(communities []Gaps) Hazards {
	var ended, atRisk Hazards
	for i := range communities {
		c := &communities[i]
		weight := 1 / float64(max(1, c.size()))
		for b := range ended {
			n := uint64(c.ended[b][longest+1]) + uint64(c.open[b][longest+1])
			for day := longest; day > 0; day-- {
				n += uint64(c.ended[b][day])
				ended[b][stretch(day)] += weight * float64(c.ended[b][day])
				atRisk[b][stretch(day)] += weight * float64(n)
				n += uint64(c.open[b][day])
			}
		}
	}
	for b := range ended {
		for k := range ended[b] {
			if atRisk[b][k] > 0 {
				ended[b][k] /= atRisk[b][k]
			}
		}
	}
	return ended
}

func (g *Gaps) size() (n uint64) {
	for _, c := range []*counts{&g.ended, &g.open} {
		for b := range c {
			for _, v := range c[b] {
				n += uint64(v)
			}
		}
	}
	return n
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
