package table

import (
	"iter"
	"math/bits"
)

// slot is a key, its low half first, and a value. Halves instead of a uint64 keep a slot at 12 bytes.
type slot struct{ low, high, value uint32 }

func (s *slot) key() uint64 { return uint64(s.low) | uint64(s.high)<<32 }

// Table maps uint64 keys to uint32 values. Its zero value is empty and ready.
type Table struct {
	// A power of two of slots, at most 4/5 in use. An entry lies in its home or, past others, right after it. A slot of
	// key 0 is empty: the entry of key 0 itself lies in zero.
	slots   []slot
	shift   uint8 // home = hash >> shift
	used    int   // of slots
	zero    uint32
	hasZero bool
}

const smallest = 8 // slots

// hash is a multiply-fold: the high bits, which choose the home, depend on all bits of the key.
func hash(key uint64) uint64 {
	hi, lo := bits.Mul64(key^0xa0761d6478bd642f, 0xe7037ed1a0b428db)
	return (hi ^ lo) * 0x9e3779b97f4a7c15
}

func (t *Table) home(key uint64) uint64 { return hash(key) >> (t.shift & 63) }

// find returns the slot of a key, or the empty slot where it belongs. With no slots it returns one past the end.
func (t *Table) find(key uint64) (i uint64, ok bool) {
	mask := uint64(len(t.slots)) - 1
	for i = t.home(key); i < uint64(len(t.slots)); i = (i + 1) & mask {
		switch t.slots[i].key() {
		case key:
			return i, true
		case 0:
			return i, false
		}
	}
	return 0, false
}

// Len returns the number of entries.
func (t *Table) Len() int {
	if t.hasZero {
		return t.used + 1
	}
	return t.used
}

// Touch loads the slot where a key's search starts, and returns a number of no meaning. A caller that touches the keys of
// many records before it works on the first lets the memory fetch them side by side.
func (t *Table) Touch(key uint64) uint64 {
	if i := t.home(key); i < uint64(len(t.slots)) {
		return uint64(t.slots[i].low)
	}
	return 0
}

// Get returns the value of a key, and whether it has one.
func (t *Table) Get(key uint64) (uint32, bool) {
	if key == 0 {
		return t.zero, t.hasZero
	}
	if i, ok := t.find(key); ok {
		return t.slots[i].value, true
	}
	return 0, false
}

// Put gives a key a value.
func (t *Table) Put(key uint64, value uint32) {
	v, _ := t.Upsert(key)
	*v = value
}

// Upsert returns where the value of a key is kept, for the caller to change before any other call, and whether the key is
// new; then the value is 0.
func (t *Table) Upsert(key uint64) (value *uint32, fresh bool) {
	if key == 0 {
		fresh, t.hasZero = !t.hasZero, true
		return &t.zero, fresh
	}
	i, ok := t.find(key)
	if ok {
		return &t.slots[i].value, false
	}
	if t.used >= len(t.slots)/5*4 {
		t.resize(max(smallest, 2*len(t.slots)))
		i, _ = t.find(key)
	}
	t.used++
	t.slots[i] = slot{low: uint32(key), high: uint32(key >> 32)}
	return &t.slots[i].value, true
}

// resize moves the entries into another number of slots. Homes are the high bits of the hashes, so that both slices are
// walked from front to back.
func (t *Table) resize(n int) {
	old := t.slots
	t.slots, t.shift = make([]slot, n), uint8(64-bits.TrailingZeros(uint(n)))
	for _, s := range old {
		if key := s.key(); key != 0 {
			i, _ := t.find(key)
			t.slots[i] = s
		}
	}
}

// Delete removes a key and reports whether it was there.
func (t *Table) Delete(key uint64) bool {
	if key == 0 {
		had := t.hasZero
		t.zero, t.hasZero = 0, false
		return had
	}
	i, ok := t.find(key)
	if ok {
		t.remove(i)
	}
	return ok
}

// remove empties a slot and moves back what lay after it because of it.
func (t *Table) remove(i uint64) {
	t.used--
	mask := uint64(len(t.slots)) - 1
	for j := (i + 1) & mask; t.slots[j].key() != 0; j = (j + 1) & mask {
		// The entry at j may move to i unless its home lies behind i.
		if (j-t.home(t.slots[j].key()))&mask >= (j-i)&mask {
			t.slots[i] = t.slots[j]
			i = j
		}
	}
	t.slots[i] = slot{}
}

// DeleteFunc removes the entries that drop reports, and the room for them if most of the table goes. It may ask more than
// once about an entry that stays.
func (t *Table) DeleteFunc(drop func(key uint64, value uint32) bool) {
	if t.hasZero && drop(0, t.zero) {
		t.Delete(0)
	}
	for i := range t.slots {
		for s := &t.slots[i]; s.key() != 0 && drop(s.key(), s.value); {
			t.remove(uint64(i)) // which may have moved another entry here
		}
	}
	n := len(t.slots)
	for n > smallest && t.used < n/8 {
		n /= 2
	}
	if n < len(t.slots) {
		t.resize(n)
	}
}

// All yields the entries in an order that the calls made so far determine. To write entries into another table in this
// order is slow unless that one has room for all: sort them first, or use Save.
func (t *Table) All() iter.Seq2[uint64, uint32] {
	return func(yield func(uint64, uint32) bool) {
		if t.hasZero && !yield(0, t.zero) {
			return
		}
		for i := range t.slots {
			if key := t.slots[i].key(); key != 0 && !yield(key, t.slots[i].value) {
				return
			}
		}
	}
}
