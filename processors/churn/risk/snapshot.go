package risk

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/churn/risk/logit"
	"github.com/rollcall-dev/rollcall/processors/state"
)

// Save writes the model.
func (m *Model) Save(w *state.Writer) {
	for b := range m.ended {
		w.Uint32s(m.ended[b][:])
	}
	w.Uint(uint64(len(m.pending)))
	for _, s := range m.pending {
		w.Int(int64(s.day))
		w.Uint(uint64(len(s.rows)))
		for i := range s.rows {
			state.Put(w, s.rows[i].X[:])
			w.Float(float64(s.rows[i].Count))
			w.Uint32s(s.rows[i].members)
		}
	}
	w.Uint(uint64(len(m.matured)))
	for _, s := range m.matured {
		state.Put(w, s.rows)
	}
	w.Bool(m.fitted)
	if m.fitted {
		m.fit.save(w)
		for b := range m.curves {
			state.Put(w, m.curves[b][:])
		}
	}
}

func (f *Fit) save(w *state.Writer) {
	w.Int(int64(f.Day))
	state.Put(w, f.Coefficients[:])
	w.Float(f.Level)
	w.Uint(uint64(f.Rows))
	w.Uint(uint64(f.Population))
	w.Bool(f.Provisional)
	for _, v := range []float64{f.Alive.R, f.Alive.Alpha, f.Alive.A, f.Alive.B} {
		w.Float(v)
	}
}

// LoadModel reads what Save wrote. What the program ships is the program's, not the snapshot's.
func LoadModel(r *state.Reader) *Model {
	m := NewModel()
	for b := range m.ended {
		fill(r, m.ended[b][:])
	}
	for range r.Len() {
		s := pending{day: int32(r.Between(0, math.MaxUint16))}
		for range r.Len() {
			var one row
			fill(r, one.X[:])
			one.Count, one.members = float32(r.Float()), r.Uint32s()
			s.rows = append(s.rows, one)
			if r.Err() != nil {
				return NewModel()
			}
		}
		m.pending = append(m.pending, s)
	}
	for range r.Len() {
		m.matured = append(m.matured, matured{state.Get[logit.Row](r)})
	}
	if m.fitted = r.Bool(); m.fitted {
		m.fit.load(r)
		for b := range m.curves {
			fill(r, m.curves[b][:])
		}
		m.line = newLine(m.shipped.Scale, m.fit.Coefficients)
	}
	if r.Err() != nil {
		return NewModel()
	}
	return m
}

func (f *Fit) load(r *state.Reader) {
	f.Day = int32(r.Between(0, math.MaxUint16))
	fill(r, f.Coefficients[:])
	f.Level = r.Float()
	f.Rows, f.Population = int(r.Uint()), int(r.Uint())
	f.Provisional = r.Bool()
	for _, v := range []*float64{&f.Alive.R, &f.Alive.Alpha, &f.Alive.A, &f.Alive.B} {
		*v = r.Float()
	}
}

// fill reads a slice of a known length.
func fill[T any](r *state.Reader, into []T) {
	if v := state.Get[T](r); len(v) == len(into) {
		copy(into, v)
	} else {
		r.Fail()
	}
}
