package graph

import (
	"cmp"
	"slices"
	"sort"

	"github.com/rollcall-dev/rollcall/processors/calendar"
)

// Key is a number to sort by, and what it is of.
type Key struct {
	Key uint64
	At  uint32
}

// Sorted returns keys in their order; equal ones stay as they were, and their memory may be used. A sort by bytes from the last on: of a million keys it
// takes a fifth of the time that comparisons do.
func Sorted(keys []Key) []Key {
	const few = 1 << 9
	if len(keys) < few {
		slices.SortStableFunc(keys, func(a, b Key) int { return cmp.Compare(a.Key, b.Key) })
		return keys
	}
	other := make([]Key, len(keys))
	for shift := 0; shift < 64; shift += 8 {
		var starts [257]int
		for i := range keys {
			starts[int(byte(keys[i].Key>>shift))+1]++
		}
		if starts[int(byte(keys[0].Key>>shift))+1] == len(keys) {
			continue // all alike
		}
		for b := range 256 {
			starts[b+1] += starts[b]
		}
		for i := range keys {
			b := byte(keys[i].Key >> shift)
			other[starts[b]] = keys[i]
			starts[b]++
		}
		keys, other = other, keys
	}
	return keys
}

// days tell the local days of many instants: a calendar remembers one day only.
type days struct {
	first  int32
	starts []int64 // of first and the days that follow
}

func newDays(ties []Tie, cal *calendar.Calendar) *days {
	lo, hi := ties[0].Time, ties[0].Time
	for i := range ties {
		lo, hi = min(lo, ties[i].Time), max(hi, ties[i].Time)
	}
	d := &days{first: cal.Day(lo)}
	for day := d.first; day == d.first || cal.Midnight(day) <= hi; day++ {
		d.starts = append(d.starts, cal.Midnight(day))
	}
	return d
}

// of is the last day that has begun.
func (d *days) of(ms int64) uint16 {
	n := sort.Search(len(d.starts), func(i int) bool { return d.starts[i] > ms })
	return uint16(int(d.first) + max(0, n-1))
}
