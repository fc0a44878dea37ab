package simulate

import "math/bits"

// block is how many weights lie in one cache line.
const block = 16

// weights is a Fenwick tree over blocks of weights: whole-number weights that can change, and draws in proportion to
// them, both in O(log n) and with one far memory access. Whole numbers keep it exact, so that a member whose weight was
// taken away is never drawn again.
type weights struct {
	leaves []uint32
	tree   []uint64 // sums of blocks, from 1
	total  uint64
	top    int // largest power of two not above the number of blocks
}

func newWeights(n int) weights {
	blocks := (n + block - 1) / block
	return weights{
		leaves: make([]uint32, blocks*block), tree: make([]uint64, blocks+1), top: 1 << (bits.Len(uint(blocks)) - 1),
	}
}

// set sets the weight of i.
func (t *weights) set(i int, w uint32) {
	change := uint64(w) - uint64(t.leaves[i]) // may wrap around: the sums come out right
	t.leaves[i] = w
	t.total += change
	for j := i/block + 1; j < len(t.tree); j += j & -j {
		t.tree[j] += change
	}
}

// find returns the i whose share of the total holds x, for x < total.
func (t *weights) find(x uint64) int {
	at := 0
	for step := t.top; step > 0; step >>= 1 {
		if j := at + step; j < len(t.tree) && t.tree[j] <= x {
			at = j
			x -= t.tree[j]
		}
	}
	i := at * block
	for x >= uint64(t.leaves[i]) {
		x -= uint64(t.leaves[i])
		i++
	}
	return i
}
