package risk

import (
	"math"
	"testing"
)

func TestBuckets(t *testing.T) {
	for total, want := range map[uint16]int{1: 0, 2: 1, 3: 2, 4: 2, 5: 3, 8: 3, 9: 4, 16: 4, 17: 5, 32: 5, 33: 6, 64: 6, 65: 7, 128: 7, 129: 8, 65535: 8} {
		if got := bucket(total); got != want {
			t.Errorf("%d active days are in bucket %d, want %d", total, got, want)
		}
	}
}

// Ten gaps after the first active day: 4 of 1 day, 2 of 3, one of 100, and three open silences of 1, 3 and 80 days. By
// pencil: of the 9 that reach day 1 (the open one of 1 day says nothing of it) 4 end; of the 5 that reach 2 none (the open
// one of 3 days is known to be longer than 2); of 4 that reach 3 two end; of the 2 left one ends after the 80 of the other.
func TestSurvivalByPencil(t *testing.T) {
	var ended, open counts
	for _, days := range []int32{1, 1, 1, 1, 3, 3, 100} {
		ended.add(1, days)
	}
	for _, days := range []int32{1, 3, 80} {
		open.add(1, days)
	}
	s := survival(&ended, &open, &Hazards{}, 0)
	for day, want := range map[int]float64{0: 1, 1: 5.0 / 9, 2: 5.0 / 9, 3: 5.0 / 18, 99: 5.0 / 18, 100: 0} {
		if got := s[0][day]; math.Abs(got-want) > 1e-12 {
			t.Errorf("longer than %d days: %g, want %g", day, got, want)
		}
	}
	if got := s.silence(1, 1); math.Abs(got-5.0/18) > 1e-12 {
		t.Errorf("56 days more after one: %g", got)
	}
	if got := s.silence(1, 60); got != clip {
		t.Errorf("none was ever longer than 100 days: %g", got)
	}
}

// A community of which nothing is known has the usual table; one of which much is known its own.
func TestHazardsAreDrawnTowardsTheUsual(t *testing.T) {
	var usual Hazards
	for k := range usual[0] {
		usual[0][k] = 0.01
	}
	s := survival(&counts{}, &counts{}, &usual, usualGaps)
	if want := math.Pow(0.99, 56); math.Abs(s.silence(1, 1)-want) > 1e-12 {
		t.Errorf("%g, want %g", s.silence(1, 1), want)
	}
	var ended counts
	for range 100000 {
		ended.add(1, 1)
		ended.add(1, 200)
	}
	s = survival(&ended, &counts{}, &usual, usualGaps)
	if got := s.silence(1, 1); math.Abs(got-0.5) > 1e-3 {
		t.Errorf("half of the gaps are long: %g", got)
	}
}

func TestUsualIsWhatCommunitiesShare(t *testing.T) {
	var small, large Gaps
	small.Ended(1, 1)
	small.Open(1, 9)
	for range 1000 {
		large.Open(1, 9)
	}
	if got := Usual([]Gaps{small, large})[0][0]; math.Abs(got-0.25) > 1e-12 {
		t.Errorf("one in two ends in one community, none in the other: %g", got)
	}
}
