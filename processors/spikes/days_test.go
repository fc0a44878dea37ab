package spikes

import (
	"math/rand/v2"
	"testing"

	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/processors/state"
)

// Entries into at_risk and churned: a spike is told with its segment, before four weeks it is not.
func TestDays(t *testing.T) {
	for _, start := range []int32{10, 40} {
		r, d := rand.New(rand.NewPCG(1, 1)), New()
		var found []alert.Detection
		for day := range int32(60) {
			n := int(poisson(r, 8))
			by := []Count{{Place{"cohort", "2024-01"}, n / 2}, {Place{"channel", "a"}, n - n/2}}
			if day >= start && day < start+3 {
				n += 30
				by[1].N += 30
			}
			d.Day(firstDay+day, utc(), alert.AtRiskSpike, n, by, func(x alert.Detection) { found = append(found, x) })
			var w state.Writer
			d.Save(&w)
			rd := state.NewReader(w.Bytes())
			if d = Load(rd); rd.Done() != nil {
				t.Fatal("damaged")
			}
		}
		switch {
		case start == 10 && len(found) != 0:
			t.Errorf("found %+v", found)
		case start == 40 && (len(found) < 4 || found[0].At != int64(firstDay+40)*24*hourMS || !found[len(found)-1].Over ||
			len(found[0].Segments) == 0 || found[0].Segments[0].Segment != "a"):
			t.Errorf("found %+v", found)
		}
	}
}

// Where no single day says it, a week does; and no community says it while its risks are provisional.
func TestWeeks(t *testing.T) {
	for _, young := range []bool{false, true} {
		r, d := rand.New(rand.NewPCG(2, 2)), New()
		if young {
			d.segments[0].past = newPast(firstDay*24 - 24*dayBasis)
		}
		var found []alert.Detection
		for day := range int32(50) {
			rate := 3.0
			if day >= 40 && day < 48 {
				rate = 9
			}
			n := int(poisson(r, rate))
			d.Day(firstDay+day, utc(), alert.AtRiskSpike, n, nil, func(x alert.Detection) { found = append(found, x) })
		}
		if young != (len(found) == 0) || !young && (found[0].Window != 7*24*hourMS || found[0].At < int64(firstDay+42)*24*hourMS) {
			t.Errorf("young %v: %+v", young, found)
		}
	}
}
