package churn

import (
	"testing"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/state"
)

// Damaged state fails or is safe to go on with.
func FuzzLoad(f *testing.F) {
	cal, _ := calendar.New("")
	const from = 20_000 * dayMS
	c := New()
	for day := range int64(20) {
		for m := range uint32(3) {
			if day%int64(m+1) == 0 {
				c.Active(m, from+day*dayMS+int64(m))
			}
		}
	}
	c.Leave(1, from+19*dayMS)
	c.Publish(Place{Now: from + 20*dayMS, Lateness: 2 * dayMS, Calendar: cal, Name: name}, new(Rows))
	c.Active(2, from+21*dayMS)
	var w state.Writer
	c.Save(&w)
	f.Add(w.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		r := state.NewReader(b)
		c := Load(r)
		if r.Done() != nil {
			c = New()
		}
		now := int64(from + 40*dayMS)
		if c.day != unset {
			now = min(now, int64(c.day+40)*dayMS)
		}
		c.first = max(c.first, int32(now/dayMS)-50) // or else it would walk through all the days since
		c.Active(0, now)
		c.Publish(Place{Now: now, Lateness: dayMS, Calendar: cal, Name: name}, new(Rows))
		c.Save(new(state.Writer))
	})
}
