package processors

import "unsafe"

// text views the bytes of a record as a string. Nothing writes to them again.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// floats hands out pointers to values, a chunk at a time.
type floats struct{ free []float64 }

func (f *floats) keep(v float64) *float64 {
	if len(f.free) == 0 {
		f.free = make([]float64, 512)
	}
	p := &f.free[0]
	*p = v
	f.free = f.free[1:]
	return p
}
