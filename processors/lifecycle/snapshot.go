package lifecycle

import "github.com/rollcall-dev/rollcall/processors/state"

// Save writes the totals after a Publish.
func (t *Totals) Save(w *state.Writer) {
	for i := range t.series {
		s := &t.series[i]
		saveInts(w, int64(s.base), int64(s.first), int64(s.limit))
		w.Uint(uint64(len(s.cells)))
		for _, c := range s.cells {
			w.Bool(c != nil)
			if c == nil {
				continue
			}
			saveInts(w, c.active, c.both, c.counts.first, c.actions, c.contributing, c.seven, c.thirty)
			w.Uint(uint64(len(c.days)))
			saveInts(w, c.days...)
			w.Uint(uint64(len(c.cohort)))
			for _, v := range c.cohort {
				saveInts(w, v.present, v.last, v.run)
			}
		}
	}
}

// LoadTotals reads what Save wrote.
func LoadTotals(r *state.Reader) *Totals {
	t := NewTotals()
	for i := range t.series {
		s, highest := &t.series[i], int64(last[i])
		s.base, s.first, s.limit = int32(r.Between(0, highest)), int32(r.Between(0, highest+1)), int32(r.Between(-1, highest))
		for range r.Len() {
			if !r.Bool() {
				s.cells = append(s.cells, nil)
				continue
			}
			c := &cell{hi: -1}
			c.counts = counts{r.Int(), r.Int(), r.Int(), r.Int(), r.Int()}
			c.seven, c.thirty = r.Int(), r.Int()
			if n := r.Len(); n > 0 {
				c.days = make([]int64, n)
			}
			for j := range c.days {
				c.days[j] = r.Int()
			}
			if n := r.Len(); n > 0 {
				c.cohort = make([]cohort, n)
			}
			for j := range c.cohort {
				c.cohort[j] = cohort{r.Int(), r.Int(), r.Int()}
			}
			if len(c.days) != 0 && len(c.days) != 32 || len(c.cohort) != 0 && len(c.cohort) != int(reach[i])+1 {
				r.Fail()
			}
			s.cells = append(s.cells, c)
			if r.Err() != nil {
				return t
			}
		}
	}
	return t
}

func saveInts(w *state.Writer, values ...int64) {
	for _, v := range values {
		w.Int(v)
	}
}
