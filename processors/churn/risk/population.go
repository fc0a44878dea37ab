package risk

import (
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/churn/risk/logit"
)

// snapshotLimit is about how many rows a snapshot keeps. Members of whom the same is known are one row, so that few
// communities come to it; 52 snapshots of so many are what a refit can cost.
const snapshotLimit = 1024

// sight is what a fit sees of the members at a midnight.
type sight struct {
	first      int32 // the community's first active day
	population int
	rows       []row
	target     float64 // mean silence of those in rows, by the gap table
}

// row is the members of the population of whom the same is known.
type row struct {
	logit.Row
	members []uint32
}

// look brings the gap table up to date and gathers the population.
func (m *Model) look(d int32, members Members) sight {
	s := sight{first: d}
	var open counts
	var all []one
	for i := range members.Len() {
		h := members.At(i)
		if h == nil {
			continue
		}
		x, ok := h.At(d)
		if !ok {
			continue
		}
		silence := d - int32(h.Last)
		open.add(h.Total, silence)
		s.first = min(s.first, int32(h.First))
		if silence > Recent {
			continue
		}
		o := one{member: uint32(i), total: h.Total, silence: silence}
		for k, v := range x {
			o.x[k] = float32(v)
		}
		all = append(all, o)
	}
	s.population = len(all)
	m.curves = survival(&m.ended, &open, &m.shipped.Hazards, usualGaps)
	s.gather(all, &m.curves)
	return s
}

// one is a member of the population.
type one struct {
	x       [logit.Features]float32
	member  uint32
	total   uint16
	silence int32
}

// gather makes rows of the population, in an order that no member's number decides.
func (s *sight) gather(all []one, curves *Curves) {
	slices.SortStableFunc(all, func(a, b one) int { return slices.Compare(a.x[:], b.x[:]) })
	step := spacing(len(all), snapshotLimit)
	weight := 0.0
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].x == all[0].x {
			n++
		}
		if count := thin(digest(&all[0].x), float64(n), step); count > 0 {
			r := row{Row: logit.Row{X: all[0].x, Count: float32(count)}}
			for _, o := range all[:n] {
				r.members = append(r.members, o.member)
			}
			s.rows = append(s.rows, r)
			s.target += count * curves.silence(all[0].total, all[0].silence)
			weight += count
		}
		all = all[n:]
	}
	if weight > 0 {
		s.target /= weight
	}
}

// spacing is how many of n members a kept row must stand for, so that there are about limit.
func spacing(n, limit int) float64 { return max(1, float64(n)/float64(limit)) }

// thin says how many members a row of so many stands for: rows of at least step are all kept, of smaller ones so many,
// chosen by what is known of them, that they stand for step each; 0 is none. Sums over rows stay what they were on average.
func thin(digest uint64, count, step float64) float64 {
	if count >= step {
		return count
	}
	if float64(digest>>11)/(1<<53)*step < count {
		return step
	}
	return 0
}

// digest spreads what is known of members over all numbers.
func digest(x *[logit.Features]float32) uint64 {
	d := uint64(0)
	for _, v := range x {
		d = mix(d ^ uint64(math.Float32bits(v)))
	}
	return d
}

// mix spreads a number (splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// level returns the shift of the intercept by which the mean risk of rows is target.
func level(rows []row, l line, target float64) float64 {
	logits := make([]float64, len(rows))
	all := 0.0
	for i := range rows {
		var x Features
		for k, v := range rows[i].X {
			x[k] = float64(v)
		}
		logits[i] = l.logit(&x)
		all += float64(rows[i].Count)
	}
	low, high := -20.0, 20.0
	for high-low > 1e-6 {
		at := (low + high) / 2
		sum := 0.0
		for i, v := range logits {
			sum += float64(rows[i].Count) * logit.Sigmoid(v+at)
		}
		if sum < target*all {
			low = at
		} else {
			high = at
		}
	}
	return (low + high) / 2
}
