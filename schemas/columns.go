package schemas

import (
	"encoding/binary"
	"iter"
	"slices"
)

// Text is a column of strings in the form in which they travel to ClickHouse (Native): each is its length, a varint, and its
// bytes. One allocation holds all, the garbage collector finds nothing to scan in it, and an insert sends it as it is.
type Text struct {
	wire []byte
	n    int
}

// TextOf returns a column of values.
func TextOf(values ...string) Text {
	var t Text
	for _, v := range values {
		t.AppendString(v)
	}
	return t
}

// Append adds a copy of b.
func (t *Text) Append(b []byte) {
	t.length(len(b))
	t.wire = append(t.wire, b...)
}

// AppendString adds s.
func (t *Text) AppendString(s string) {
	t.length(len(s))
	t.wire = append(t.wire, s...)
}

func (t *Text) length(n int) {
	t.n++
	if n < 0x80 {
		t.wire = append(t.wire, byte(n))
		return
	}
	t.wire = binary.AppendUvarint(t.wire, uint64(n))
}

// Len is how many strings there are.
func (t *Text) Len() int { return t.n }

// Wire is the column as it travels. It is valid until the next change.
func (t *Text) Wire() []byte { return t.wire }

// grow makes room for so many bytes more, lengths among them.
func (t *Text) grow(n int) { t.wire = slices.Grow(t.wire, n) }

// All are the strings in order, as views that are valid until the next change.
func (t *Text) All() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := t.wire; len(rest) > 0; {
			n, k := binary.Uvarint(rest)
			end := k + int(n) //nolint:gosec // a length that was a slice's
			if !yield(rest[k:end]) {
				return
			}
			rest = rest[end:]
		}
	}
}

// Reset empties it and keeps the memory.
func (t *Text) Reset() { t.wire, t.n = t.wire[:0], 0 }

// Floats is a column of Nullable(Float64). Nulls holds 1 where there is none, and Values 0 there.
type Floats struct {
	Values []float64
	Nulls  []uint8
}

// Append adds v, or NULL where there is none.
func (f *Floats) Append(v float64, is bool) {
	null := uint8(0)
	if !is {
		v, null = 0, 1
	}
	f.Values, f.Nulls = append(f.Values, v), append(f.Nulls, null)
}

// Reset empties it and keeps the memory.
func (f *Floats) Reset() { f.Values, f.Nulls = f.Values[:0], f.Nulls[:0] }

func (f *Floats) grow(n int) { f.Values, f.Nulls = slices.Grow(f.Values, n), slices.Grow(f.Nulls, n) }
