package churn

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/processors/calendar"
)

// Who became at risk at each midnight is told once, with whether only the new fit of a Monday says so: by the definition,
// which asks the fit before as well.
func TestEntriesOfANewFit(t *testing.T) {
	cal, _ := calendar.New("Europe/Berlin")
	const from = 1_700_000_000_000
	byFit, byMembers := 0, 0
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 5))
		var facts []told
		for m := range uint32(8) { // the definition's model has as many
			at, gap := int64(from), 1+rng.Float64()*4
			for at < from+150*24*hour {
				facts = append(facts, told{member: m, time: at})
				if rng.IntN(40) == 0 {
					gap *= 3
				}
				at += int64(rng.ExpFloat64() * gap * 24 * hour)
			}
		}
		now := int64(from + 170*24*hour)
		set := Settings{After: 30, AtRisk: 0.4}
		c, got := New(), map[midnightEntry]bool{}
		c.Use(set)
		c.OnMidnight = func(day int32, entered []Entry) {
			for _, e := range entered {
				if e.To == StateAtRisk {
					got[midnightEntry{day, e.Member}] = e.Refit
				} else if e.Refit {
					t.Errorf("day %d: %s by a fit", day, e.To)
				}
			}
		}
		for _, f := range facts {
			c.Active(f.member, f.time)
		}
		var rows Rows
		c.Publish(Place{Label: "c", Now: now, Calendar: cal, Name: name, Version: 1}, &rows)
		want := defined(cal, set, facts, now, 0).at
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d: -want +got:\n%s", seed, diff)
		}
		for _, refit := range got {
			if refit {
				byFit++
			} else {
				byMembers++
			}
		}
	}
	if byFit < 2 || byMembers < 20 {
		t.Errorf("%d entries by a fit and %d others show little", byFit, byMembers)
	}
}
