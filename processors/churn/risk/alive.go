package risk

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/churn/bgnbd"
)

const (
	enoughMembers = 200 // before, BG/NBD is the published one
	aliveLimit    = 2048
)

// alive fits BG/NBD to all who were ever active. Those who are alike to it count as one row, of which about aliveLimit are
// taken.
func alive(d int32, members Members) bgnbd.Params {
	type kind struct{ total, last, first uint16 }
	alike := map[kind]float64{}
	known := 0
	for i := range members.Len() {
		if h := members.At(i); h != nil && h.Total > 0 && int32(h.Last) < d {
			alike[kind{h.Total, h.Last, h.First}]++
			known++
		}
	}
	if known < enoughMembers {
		return bgnbd.Published
	}
	step := spacing(known, aliveLimit)
	var rows []bgnbd.Member
	for k, n := range alike {
		count := thin(mix(uint64(k.total)<<32|uint64(k.last)<<16|uint64(k.first)), n, step)
		if count > 0 {
			x, tx, t := (&History{Total: k.total, Last: k.last, First: k.first}).behaviour(d)
			rows = append(rows, bgnbd.Member{X: x, Last: tx, Now: t, Count: count})
		}
	}
	slices.SortFunc(rows, func(a, b bgnbd.Member) int {
		return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Last, b.Last), cmp.Compare(a.Now, b.Now))
	})
	return bgnbd.Fit(rows, bgnbd.Published)
}
