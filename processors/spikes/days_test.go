package spikes

import (
	"math"
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
			d.Day(firstDay+day, utc(), alert.AtRiskSpike, 1, n, by, func(x alert.Detection) { found = append(found, x) })
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

// Where no single day says it, a week does.
func TestWeeks(t *testing.T) {
	r, d := rand.New(rand.NewPCG(2, 2)), New()
	var found []alert.Detection
	for day := range int32(90) {
		rate := 3.0
		if day >= 65 && day < 73 {
			rate = 9
		}
		d.Day(firstDay+day, utc(), alert.AtRiskSpike, 1, int(poisson(r, rate)), nil, func(x alert.Detection) { found = append(found, x) })
	}
	if len(found) == 0 || found[0].Window != 7*24*hourMS || found[0].At < int64(firstDay+67)*24*hourMS || found[0].At > int64(firstDay+73)*24*hourMS {
		t.Fatalf("%+v", found)
	}
	for i, x := range found {
		if x.Over != (i == len(found)-1) {
			t.Errorf("told again or not over: %+v", found)
		}
	}
}

// A weekly rhythm of entries is usual, and so are years of them.
func TestQuietDays(t *testing.T) {
	for name, rate := range map[string]func(day int32) float64{
		"sparse":    func(int32) float64 { return 0.4 },
		"mondays":   func(day int32) float64 { return []float64{30, 6, 6, 6, 6, 2, 2}[day%7] },
		"many":      func(int32) float64 { return 80 },
		"young":     func(day int32) float64 { return 12 * (1 - math.Exp(-float64(day)/40)) },
		"declining": func(day int32) float64 { return 40 * math.Exp(-float64(day)/100) },
	} {
		r, d := rand.New(rand.NewPCG(3, 3)), New()
		for day := range int32(360) {
			d.Day(firstDay+day, utc(), alert.ChurnSpike, 1, int(poisson(r, rate(day)*luck(r, 0.02))), nil, func(x alert.Detection) {
				t.Errorf("%s: %+v", name, x)
			})
		}
	}
}

// Where a new fit makes more members slip away, it is no spike; what comes after it is judged by what comes after it.
func TestANewMeasureBeginsAnew(t *testing.T) {
	for times, want := range map[float64]int32{1: 60, 2: 140} {
		r, d := rand.New(rand.NewPCG(5, 5)), New()
		first := int32(0)
		for day := range int32(150) {
			rate := 3.0
			if day >= 60 {
				rate = 9
			}
			if day >= 140 {
				rate = 40
			}
			by := 1.0
			if day == 60 {
				by = times
			}
			d.Day(firstDay+day, utc(), alert.AtRiskSpike, by, int(poisson(r, rate)), nil, func(alert.Detection) {
				if first == 0 {
					first = day
				}
			})
		}
		if first < want || first > want+7 {
			t.Errorf("%v times as many: told on day %d, want %d", times, first, want)
		}
	}
}
