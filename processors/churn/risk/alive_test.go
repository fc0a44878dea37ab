package risk

import (
	"math"
	"testing"

	"github.com/rollcall-dev/rollcall/processors/churn/bgnbd"
)

// Below 200 members BG/NBD is the published one; from then on it is fitted to all, however many are alike.
func TestAliveIsFittedToAllMembers(t *testing.T) {
	var c crowd
	var members []bgnbd.Member
	for i := range int32(300) {
		h := new(History)
		for d := 18000 + i%7; d < 18000+i%50; d += 1 + i%3 {
			h.Add(d)
		}
		h.Add(18000 + i%50)
		c = append(c, h)
		x, tx, now := h.behaviour(18100)
		members = append(members, bgnbd.Member{X: x, Last: tx, Now: now, Count: 1})
	}
	if got := alive(18100, c[:enoughMembers-1]); got != bgnbd.Published {
		t.Errorf("of few: %+v", got)
	}
	got, want := alive(18100, c), bgnbd.Fit(members, bgnbd.Published)
	if math.Abs(got.R/want.R-1)+math.Abs(got.Alpha/want.Alpha-1)+math.Abs(got.A/got.B/(want.A/want.B)-1) > 1e-2 {
		t.Errorf("%+v, of each member for itself %+v", got, want)
	}
}

func TestPopulationIsOfTheLast28Days(t *testing.T) {
	m := NewModel()
	var a, b History
	a.Add(1000)
	b.Add(1001)
	m.Fit(1029, crowd{&a, &b})
	if f, _ := m.Fitted(); f.Population != 1 {
		t.Errorf("%d in the population", f.Population)
	}
}
