package work

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sliced does stages in slices of a size.
func sliced(t *rapid.T, all Stages) {
	visits := rapid.SampledFrom([]int{1, 2, 100, 5000, math.MaxInt}).Draw(t, "visits")
	steps := 0
	for done := false; !done; steps++ {
		_, done = all.Step(visits)
	}
}

func drawKeys(t *rapid.T) []Key {
	n := rapid.SampledFrom([]int{0, 1, 31, 32, 33, 65, 511, 512, 3000}).Draw(t, "n")
	mask := rapid.SampledFrom([]uint64{0, 3, 255 << 32, math.MaxUint64}).Draw(t, "mask")
	keys := make([]Key, n)
	x := rapid.Uint64().Draw(t, "seed")
	for i := range keys {
		x = x*6364136223846793005 + 1442695040888963407
		keys[i] = Key{x & mask, uint32(i)}
	}
	return keys
}

func byKey(a, b Key) int { return cmp.Compare(a.Key, b.Key) }

// However they are sliced, both sorts are the library's.
func TestSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := drawKeys(t)
		want := slices.Clone(keys)
		slices.SortStableFunc(want, byKey)
		one, two := slices.Clone(keys), slices.Clone(keys)
		sliced(t, Stages{Sort(&one, byKey), SortKeys(&two)})
		if !slices.Equal(one, want) || !slices.Equal(two, want) || !slices.Equal(Sorted(keys), want) {
			t.Fatal("not in order")
		}
	})
}

func TestSlicesAreShort(t *testing.T) {
	keys := make([]Key, 100_000)
	for i := range keys {
		keys[i].Key = uint64(i) * 0x9e3779b97f4a7c15
	}
	compared := 0
	all := Stages{Sort(&keys, func(a, b Key) int { compared++; return byKey(a, b) })}
	for done := false; !done; {
		before := compared
		if _, done = all.Step(8000); compared-before > 1500 {
			t.Fatalf("%d comparisons in one slice", compared-before)
		}
	}
}
