package churn

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/churn/risk"
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

// How many times as many slip away by a new fit as by the one before, of those who were silent for the week: counted before
// the midnight changes anybody.
func TestRecount(t *testing.T) {
	cal, _ := calendar.New("")
	rng, c := rand.New(rand.NewPCG(7, 7)), New()
	for m := range uint32(300) {
		gap := 1 + rng.Float64()*6
		for at := rng.Float64() * 20; at < 120; at += rng.ExpFloat64() * gap {
			c.Active(m, int64((20_000+at)*dayMS))
			if rng.IntN(30) == 0 {
				gap *= 2
			}
		}
	}
	var slipping func(by *risk.Model) float64 // of the members as they were before the midnight
	before, fits := 0.0, 0
	c.BeforeMidnight = func(day int32) {
		var all []record
		for m := range c.members.Len() {
			all = append(all, *c.members.of(uint32(m)))
		}
		slipping = func(by *risk.Model) (n float64) {
			for _, r := range all {
				silent := day - int32(r.Last)
				if s := r.state(); s != StateNone && s != StateLeft && s != StateChurned && r.Total >= 3 && silent <= 30 && silent > 7 &&
					by.Risk(&r.History, day) >= 0.5 && by.Risk(&r.History, day-7) < 0.5 {
					n++
				}
			}
			return n
		}
		before = slipping(c.model)
	}
	first := true
	c.OnMidnight = func(day int32, _ []Entry) {
		want := 1.0
		if risk.Refits(day) && !first {
			want = (slipping(c.model) + 5) / (before + 5)
		}
		if first = false; want != 1 {
			fits++
		}
		if got := c.Recount(); got != want {
			t.Errorf("day %d: %v, want %v", day, got, want)
		}
	}
	var rows Rows
	c.Publish(Place{Label: "c", Now: 20_130 * dayMS, Calendar: cal, Name: name, Version: 1}, &rows)
	if fits < 5 {
		t.Errorf("%d fits changed anything", fits)
	}
}
