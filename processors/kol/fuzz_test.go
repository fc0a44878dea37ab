package kol

import (
	"math/rand/v2"
	"testing"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/state"
)

// Damaged state fails or is safe to go on with.
func FuzzLoad(f *testing.F) {
	cal, _ := calendar.New("")
	r := rand.New(rand.NewPCG(1, 1))
	for _, slice := range []int{1 << 30, 1} { // refreshed, and in the middle of it
		m := drawModel(r)
		c, p := m.community(f)
		c.sizes.small, c.sizes.slice = 1, slice
		c.Midnight(m.day-8, p, new(Rows))
		c.Publish(p, new(Rows))
		w := state.NewWriter(0)
		c.Save(w)
		f.Add(w.Bytes())
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		r := state.NewReader(b)
		c := Load(r)
		if r.Done() != nil {
			c = New()
		}
		day := max(c.day, c.pending, begins) + 1
		p := &Place{Label: "c", Now: int64(day) * dayMS, Calendar: cal, Name: modelName,
			Member: func(uint32) Member { return Member{Since: begins, ActiveDays: 3} }, Channel: func(uint32) string { return "x" }}
		c.Tie(Tie{Time: p.Now - 5, Actor: 0, Target: 1, Weight: 1000})
		c.Bot(3, 5)
		for d := range int32(8) {
			c.Midnight(day+d, p, new(Rows))
			c.Publish(p, new(Rows))
		}
		c.Rank(AllTime, 1)
		c.Dependents(1)
		c.Standings(p.Now, p)
		c.Save(state.NewWriter(0))
	})
}
