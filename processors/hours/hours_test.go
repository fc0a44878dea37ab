package hours

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/state"
)

type place struct {
	member int // -1 is the community
	hour   int
}

// What was handed out last of each cell is its count, over partitions, cuts and restarts.
func TestCellsAreCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, got := map[place]uint64{}, map[place]uint64{}
		parts, totals := []*Counts{NewCounts(), NewCounts()}, new(Totals)
		publish := func() {
			for p, c := range parts {
				c.Changed(func(m uint32, hour int, n uint64) { got[place{int(m)*2 + p, hour}] = n })
				totals.Apply(c.Cut())
			}
			totals.Changed(func(hour int, n uint64) { got[place{-1, hour}] = n })
		}
		for range rapid.IntRange(1, 60).Draw(t, "n") {
			m, hour := rapid.IntRange(0, 5).Draw(t, "member"), rapid.SampledFrom([]int{0, 1, 166, 167}).Draw(t, "hour")
			want[place{m, hour}]++
			want[place{-1, hour}]++
			parts[m%2].Add(uint32(m/2), hour)
			switch rapid.IntRange(0, 5).Draw(t, "then") {
			case 0:
				publish()
			case 1:
				publish()
				for p, c := range parts {
					parts[p] = LoadCounts(reload(c.Save))
				}
				totals = LoadTotals(reload(totals.Save))
			}
		}
		publish()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	})
}

func reload(save func(*state.Writer)) *state.Reader {
	var w state.Writer
	save(&w)
	return state.NewReader(w.Bytes())
}
