package work

import (
	"cmp"
	"slices"
)

// Sort sorts a list by comparisons; equal ones stay as they were. The list may be another one afterwards.
func Sort[T any](list *[]T, compare func(a, b T) int) Stage {
	const (
		run   = 32 // is sorted at once
		costs = 20 // a comparison of names that lie anywhere, as so many visits
	)
	var from, to []T
	width, lo, i, j := 0, 0, 0, 0 // runs of this width; the pair that is merged begins at lo, what is left of it at i and j
	next := func(at int) {
		if lo = at; lo >= len(from) {
			if width > 0 {
				from, to = to, from
			}
			lo, width = 0, max(run, 2*width)
		}
		i, j = lo, min(lo+width, len(from))
	}
	return func(visits int) (int, bool) {
		if from == nil {
			from, to = *list, make([]T, len(*list))
		}
		for visits > 0 && width < len(from) {
			if width == 0 {
				hi := min(lo+run, len(from))
				slices.SortStableFunc(from[lo:hi], compare)
				visits -= 2 * costs * (hi - lo)
				next(hi)
				continue
			}
			mid, hi := min(lo+width, len(from)), min(lo+2*width, len(from))
			k := i + j - mid
			for ; k < hi && visits > 0; k++ {
				if j == hi || i < mid && compare(from[j], from[i]) >= 0 {
					to[k] = from[i]
					i++
				} else {
					to[k] = from[j]
					j++
				}
				visits -= costs
			}
			if k == hi {
				next(hi)
			}
		}
		*list = from
		return visits, width >= len(from)
	}
}

// Key is a number to sort by, and what it is of.
type Key struct {
	Key uint64
	At  uint32
}

// SortKeys sorts keys in their order; equal ones stay as they were. The list may be another one afterwards. By bytes from the
// last on: of a million keys it takes a fifth of the time that comparisons do.
func SortKeys(list *[]Key) Stage {
	const few, scattering = 1 << 9, 2
	var keys, other []Key
	var counts [8][256]uint32
	counted, digit, at := 0, 0, 0
	begin := func() { // of a digit
		for ; digit < 8; digit++ {
			starts := &counts[digit]
			if starts[byte(keys[0].Key>>(8*digit))] == uint32(len(keys)) {
				continue // all alike
			}
			sum := uint32(0)
			for b, n := range starts {
				starts[b] = sum
				sum += n
			}
			return
		}
	}
	return func(visits int) (int, bool) {
		if keys == nil {
			if keys = *list; len(keys) < few {
				slices.SortStableFunc(keys, func(a, b Key) int { return cmp.Compare(a.Key, b.Key) })
				return visits - 10*len(keys), true
			}
			other = make([]Key, len(keys))
		}
		if counted < len(keys) {
			end := min(len(keys), counted+max(1, visits))
			for i := range keys[counted:end] {
				for d, k := 0, keys[counted+i].Key; d < 8; d++ {
					counts[d][byte(k)]++
					k >>= 8
				}
			}
			visits -= end - counted
			if counted = end; counted == len(keys) {
				begin()
			}
		}
		for visits > 0 && digit < 8 {
			end := min(len(keys), at+max(1, visits/scattering))
			starts, shift := &counts[digit], 8*digit
			for _, k := range keys[at:end] {
				b := byte(k.Key >> shift)
				other[starts[b]] = k
				starts[b]++
			}
			visits -= scattering * (end - at)
			if at = end; at == len(keys) {
				keys, other, at = other, keys, 0
				digit++
				begin()
			}
		}
		*list = keys
		return visits, counted == len(keys) && digit == 8
	}
}

// Sorted are keys in their order, sorted at once.
func Sorted(keys []Key) []Key {
	all := Stages{SortKeys(&keys)}
	all.Finish()
	return keys
}
