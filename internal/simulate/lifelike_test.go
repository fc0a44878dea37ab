package simulate

import (
	"math"
	"testing"
)

// Members' days cluster, and the community's days are more unlike one another than chance makes them.
func TestLifelike(t *testing.T) {
	o := Quiet("lab", 2, 1000, monday, day(56))
	o.Founders, o.Daily = 1, 0
	dispersion, runs := unlike(planted(t, o))
	o.Spells, o.Weather = false, 0
	calm, calmRuns := unlike(planted(t, o))
	if calm > 2 || dispersion < 10 {
		t.Errorf("variance by mean of the same weekday's actions: %.1f, %.1f without weather", dispersion, calm)
	}
	if runs < 1.3*calmRuns {
		t.Errorf("a silence goes on %.2f days, %.2f without spells", runs, calmRuns)
	}
	// The mean stays.
	if with, without := len(planted(t, Quiet("lab", 2, 1000, monday, day(56))).actions), len(planted(t, func() Options {
		o := Quiet("lab", 2, 1000, monday, day(56))
		o.Spells, o.Weather = false, 0
		return o
	}()).actions); math.Abs(float64(with)/float64(without)-1) > 0.15 {
		t.Errorf("%d actions, %d without spells and weather", with, without)
	}
}

// unlike returns the variance of a weekday's actions by their mean, and the mean length of members' silences in days.
func unlike(s *seen) (dispersion, silence float64) {
	days := map[int][]float64{}
	last, gaps, length := map[string]int64{}, 0, int64(0)
	perDay := make([]float64, 56)
	for _, a := range s.actions {
		d := (a.time - monday.UnixMilli()) / 86_400_000
		perDay[d]++
		if before, ok := last[a.member]; ok && d > before+1 {
			gaps, length = gaps+1, length+d-before-1
		}
		last[a.member] = d
	}
	for d, n := range perDay {
		days[d%7] = append(days[d%7], n)
	}
	for _, x := range days {
		var sum, squares float64
		for _, v := range x {
			sum += v
		}
		mean := sum / float64(len(x))
		for _, v := range x {
			squares += (v - mean) * (v - mean)
		}
		dispersion += squares / float64(len(x)-1) / mean / 7
	}
	return dispersion, float64(length) / float64(gaps)
}
