package processors

import "unsafe"

const arenaChunk = 1 << 20

// arena keeps the bytes of the records whose fields wait in row sets, so that a row's strings cost no allocation each.
// A chunk lives as long as a string points into it.
type arena struct{ free []byte }

func (a *arena) keep(b []byte) []byte {
	if len(b) > len(a.free) {
		a.free = make([]byte, max(arenaChunk, len(b)))
	}
	n := copy(a.free, b)
	kept := a.free[:n:n]
	a.free = a.free[n:]
	return kept
}

// text views kept bytes as a string. Nothing writes to them again.
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
