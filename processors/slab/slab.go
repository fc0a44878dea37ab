package slab

import "github.com/rollcall-dev/rollcall/processors/state"

const (
	bits  = 16
	chunk = 1 << bits // records
	first = 4
)

// Of is a slab of records T, which hold no pointers and have no gaps between their fields. Its zero value is empty and
// ready. A record's number is the count of those before it.
type Of[T any] struct {
	chunks [][]T
	length int
}

// Len returns how many records there are.
func (s *Of[T]) Len() int { return s.length }

// At returns record i. It is valid until the slab grows.
func (s *Of[T]) At(i uint32) *T { return &s.chunks[i>>bits][i&(chunk-1)] }

// Add appends a zero record and returns its number.
func (s *Of[T]) Add() uint32 {
	n := s.length
	if n%chunk == 0 {
		s.chunks = append(s.chunks, nil)
	}
	c := &s.chunks[n>>bits]
	if len(*c) == cap(*c) {
		size := chunk // only a small slab grows by doubling
		if n < chunk {
			size = min(max(first, 2*n), chunk)
		}
		grown := make([]T, len(*c), size)
		copy(grown, *c)
		*c = grown
	}
	*c = (*c)[:len(*c)+1]
	s.length++
	return uint32(n)
}

// Reach makes the slab long enough to hold record i.
func (s *Of[T]) Reach(i uint32) {
	for s.length <= int(i) {
		s.Add()
	}
}

// Save writes the slab.
func (s *Of[T]) Save(w *state.Writer) {
	w.Uint(uint64(s.length))
	for _, c := range s.chunks {
		state.Put(w, c)
	}
}

// Load reads what Save wrote. check is asked of each record whether its owner can work with it.
func Load[T any](r *state.Reader, check func(i uint32, t *T) bool) Of[T] {
	var s Of[T]
	for n := r.Len(); s.length < n; { // a record is not less than a byte
		c := state.Get[T](r)
		if r.Err() != nil || len(c) != min(chunk, n-s.length) {
			r.Fail()
			return Of[T]{}
		}
		for i := range c {
			if !check(uint32(s.length+i), &c[i]) {
				r.Fail()
				return Of[T]{}
			}
		}
		s.chunks = append(s.chunks, c)
		s.length += len(c)
	}
	return s
}
