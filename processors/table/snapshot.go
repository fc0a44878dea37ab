package table

import (
	"math/bits"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// Save writes the table slot by slot.
func (t *Table) Save(w *state.Writer) {
	w.Bool(t.hasZero)
	w.Uint(uint64(t.zero))
	words := make([]uint64, 0, len(t.slots)/2*3)
	for i := 0; i+1 < len(t.slots); i += 2 {
		a, b := &t.slots[i], &t.slots[i+1]
		words = append(words, a.key(), b.key(), uint64(a.value)|uint64(b.value)<<32)
	}
	w.Words(words)
}

// Load reads what Save wrote. Damage fails r; the table it returns then is safe to use, but of no meaning.
func Load(r *state.Reader) *Table {
	t := &Table{hasZero: r.Bool(), zero: uint32(r.Uint())}
	words := r.Words()
	n := len(words) / 3 * 2
	if len(words) == 0 {
		return t
	}
	if len(words)%3 != 0 || n < smallest || bits.OnesCount(uint(n)) != 1 {
		r.Fail()
		return &Table{}
	}
	t.slots, t.shift = make([]slot, n), uint8(64-bits.TrailingZeros(uint(n)))
	for i := 0; i < n; i += 2 {
		a, b, v := words[0], words[1], words[2]
		words = words[3:]
		t.slots[i] = slot{uint32(a), uint32(a >> 32), uint32(v)}
		t.slots[i+1] = slot{uint32(b), uint32(b >> 32), uint32(v >> 32)}
		if a != 0 {
			t.used++
		}
		if b != 0 {
			t.used++
		}
	}
	if t.used > n/5*4 { // a search ends at an empty slot
		r.Fail()
		return &Table{}
	}
	return t
}
