package risk

import (
	"cmp"
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/churn/bgnbd"
	"github.com/rollcall-dev/rollcall/processors/churn/risk/logit"
)

// sight is what a fit sees of the members at a midnight.
type sight struct {
	first      int32 // the community's first active day
	population int
	members    []uint32    // of the sample
	rows       []logit.Row // theirs, sorted so that no sum over them depends on the members' numbers
	target     float64     // mean silence of the sample by the gap table
}

// look brings the gap table up to date and takes a sample of the population.
func (m *Model) look(d int32, members Members) sight {
	s := sight{first: d}
	var open counts
	for i := range members.Len() {
		h := members.At(i)
		if h == nil || h.Total == 0 || int32(h.Last) >= d {
			continue
		}
		silence := d - int32(h.Last)
		open.add(h.Total, silence)
		s.first = min(s.first, int32(h.First))
		if silence <= Recent {
			s.population++
		}
	}
	m.curves = survival(&m.ended, &open, &m.shipped.Hazards, usualGaps)
	s.sample(d, members, &m.curves)
	return s
}

type candidate struct {
	row     logit.Row
	member  uint32
	silence float64
}

// sample takes the population, or of a large one those whose numbers hash low enough.
func (s *sight) sample(d int32, members Members, curves *Curves) {
	bar := bar(s.population, snapshotLimit)
	var taken []candidate
	for i := range members.Len() {
		h := members.At(i)
		if h == nil || uint64(hash(uint32(i))) > bar {
			continue
		}
		x, ok := h.At(d)
		if !ok || d-int32(h.Last) > Recent {
			continue
		}
		c := candidate{member: uint32(i), silence: curves.silence(h.Total, d-int32(h.Last))}
		for k, v := range x {
			c.row.X[k] = float32(v)
		}
		taken = append(taken, c)
	}
	slices.SortStableFunc(taken, func(a, b candidate) int { return compareRows(a.row, b.row) })
	for _, c := range taken {
		s.members = append(s.members, c.member)
		s.rows = append(s.rows, c.row)
		s.target += c.silence / float64(len(taken))
	}
}

// hash spreads numbers (murmur3's finalizer).
func hash(x uint32) uint32 {
	x ^= x >> 16
	x *= 0x85ebca6b
	x ^= x >> 13
	x *= 0xc2b2ae35
	return x ^ x>>16
}

const (
	enoughMembers = 200 // before, BG/NBD is the published one
	aliveLimit    = 4096
)

// alive fits BG/NBD to all who were ever active, or of many to those whose numbers hash low enough.
func alive(d int32, members Members) bgnbd.Params {
	known := 0
	for i := range members.Len() {
		if h := members.At(i); h != nil && h.Total > 0 && int32(h.Last) < d {
			known++
		}
	}
	if known < enoughMembers {
		return bgnbd.Published
	}
	bar := bar(known, aliveLimit)
	rows := make([]bgnbd.Member, 0, min(known, aliveLimit)+aliveLimit/8)
	for i := range members.Len() {
		if h := members.At(i); h != nil && h.Total > 0 && int32(h.Last) < d && uint64(hash(uint32(i))) <= bar {
			x, tx, t := h.behaviour(d)
			rows = append(rows, bgnbd.Member{X: x, Last: tx, Now: t})
		}
	}
	slices.SortFunc(rows, func(a, b bgnbd.Member) int {
		return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Last, b.Last), cmp.Compare(a.Now, b.Now))
	})
	return bgnbd.Fit(rows, bgnbd.Published)
}

// bar is the hash up to which about limit of n are taken.
func bar(n, limit int) uint64 {
	if n <= limit {
		return math.MaxUint32
	}
	return math.MaxUint32 * uint64(limit) / uint64(n)
}

// level returns the shift of the intercept by which the mean risk of rows is target.
func level(rows []logit.Row, l line, target float64) float64 {
	logits := make([]float64, len(rows))
	for i := range rows {
		var x Features
		for k, v := range rows[i].X {
			x[k] = float64(v)
		}
		logits[i] = l.logit(&x)
	}
	low, high := -20.0, 20.0
	for high-low > 1e-9 {
		at := (low + high) / 2
		mean := 0.0
		for _, v := range logits {
			mean += logit.Sigmoid(v + at)
		}
		if mean < target*float64(len(logits)) {
			low = at
		} else {
			high = at
		}
	}
	return (low + high) / 2
}
