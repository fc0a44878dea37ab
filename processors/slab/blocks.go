package slab

import "github.com/rollcall-dev/rollcall/processors/state"

// Blocks are lists of a fixed number of values each. A freed block is given out again, the last freed first. Its methods
// but Load need NewBlocks.
type Blocks[T any] struct {
	size   int
	values []T
	unused []uint32
}

// NewBlocks returns blocks of size values each.
func NewBlocks[T any](size int) Blocks[T] { return Blocks[T]{size: size} }

// Len returns how many blocks there are, with the free ones.
func (b *Blocks[T]) Len() int { return len(b.values) / b.size }

// At returns a block's values, valid until the next Take.
func (b *Blocks[T]) At(i uint32) []T { return b.values[int(i)*b.size:][:b.size] }

// Take returns the number of a block of zero values.
func (b *Blocks[T]) Take() uint32 {
	if n := len(b.unused); n > 0 {
		i := b.unused[n-1]
		b.unused = b.unused[:n-1]
		return i
	}
	for range b.size {
		b.values = append(b.values, *new(T))
	}
	return uint32(b.Len() - 1)
}

// Free takes a block back.
func (b *Blocks[T]) Free(i uint32) {
	clear(b.At(i))
	b.unused = append(b.unused, i)
}

// Save writes the blocks.
func (b *Blocks[T]) Save(w *state.Writer) {
	state.Put(w, b.values)
	w.Uint32s(b.unused)
}

// LoadBlocks reads what Save wrote. check is asked of each value whether its owner can work with it.
func LoadBlocks[T any](r *state.Reader, size int, check func(v T) bool) Blocks[T] {
	b := Blocks[T]{size: size, values: state.Get[T](r), unused: r.Uint32s()}
	sound := len(b.values)%size == 0
	for _, v := range b.values {
		sound = sound && check(v)
	}
	for _, i := range b.unused {
		sound = sound && int(i) < b.Len()
	}
	if !sound {
		r.Fail()
		return NewBlocks[T](size)
	}
	return b
}
