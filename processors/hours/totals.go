package hours

import "github.com/rollcall-dev/rollcall/processors/state"

// Totals are the hours of one whole community.
type Totals struct {
	actions [hoursOfWeek]int64
	dirty   [hoursOfWeek]bool
}

// Apply adds what one partition's Cut handed out.
func (t *Totals) Apply(pairs []int64) {
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		if h := pairs[0]; h >= 0 && h < hoursOfWeek {
			t.actions[h] += pairs[1]
			t.dirty[h] = true
		}
	}
}

// Changed hands out the cells that changed since the last call.
func (t *Totals) Changed(each func(hour int, actions uint64)) {
	for h, dirty := range t.dirty {
		if dirty {
			each(h, uint64(t.actions[h]))
		}
	}
	t.dirty = [hoursOfWeek]bool{}
}

// Save writes the totals, with what is still to be handed out.
func (t *Totals) Save(w *state.Writer) {
	for h, n := range t.actions {
		w.Int(n)
		w.Bool(t.dirty[h])
	}
}

// LoadTotals reads what Save wrote.
func LoadTotals(r *state.Reader) *Totals {
	t := new(Totals)
	for h := range t.actions {
		t.actions[h], t.dirty[h] = r.Int(), r.Bool()
	}
	return t
}
