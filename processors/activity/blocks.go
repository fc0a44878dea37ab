package activity

import "slices"

// blocks holds, for each member, the segments that remember it in one run of memory, so that all that an action touches
// lies side by side. A block is the number of its entries and the entries, in the order of their segments. Its size
// follows from the number: class is the least that holds it.
type blocks struct {
	refs  []uint32   // by member: where its block lies, page << pageBits | offset; 0 is none
	pages [][]uint32 // of pageSize, and for a block that is larger its own
	free  [classes][]uint32
}

// entry is what is remembered of a member in a segment: the segment's number, a head and the rest (see presence.go).
type entry []uint32

const (
	entrySize = 3
	pageBits  = 16
	pageSize  = 1 << pageBits
	classes   = 3 + 4*28 // of block sizes
)

// capacity returns how many entries a block of a class holds: 2, 4, 6 and from 8 on four sizes to each doubling.
func capacity(class int) int {
	if class < 3 {
		return 2 * (class + 1)
	}
	return 2 * (4 + (class-3)%4) << ((class - 3) / 4)
}

func classOf(entries int) int {
	c := 0
	for capacity(c) < entries {
		c++
	}
	return c
}

func blockSize(class int) int { return 1 + capacity(class)*entrySize }

// ref returns where a member's block lies, 0 if there is none.
func (b *blocks) ref(member uint32) uint32 {
	if int(member) < len(b.refs) {
		return b.refs[member]
	}
	return 0
}

// at returns a block and what follows it.
func (b *blocks) at(ref uint32) []uint32 { return b.pages[ref>>pageBits][ref&(pageSize-1):] }

func entryAt(block []uint32, i int) entry {
	return block[1+i*entrySize : 1+(i+1)*entrySize : 1+(i+1)*entrySize]
}

// search returns which entry of a block is a segment's, or would be, and whether it is.
func search(block []uint32, s Segment) (i int, ok bool) {
	lo, hi := 0, int(block[0])
	for hi-lo > 8 {
		if mid := (lo + hi) / 2; block[1+mid*entrySize] <= uint32(s) {
			lo = mid
		} else {
			hi = mid
		}
	}
	for ; lo < hi; lo++ {
		if x := block[1+lo*entrySize]; x >= uint32(s) {
			return lo, x == uint32(s)
		}
	}
	return lo, false
}

// entry returns the entry of a member in a segment, and whether it is new; then it has nothing but its segment.
func (b *blocks) entry(member uint32, s Segment) (e entry, fresh bool) {
	if int(member) >= len(b.refs) {
		b.refs = slices.Grow(b.refs, int(member)+1-len(b.refs))[:member+1]
	}
	ref := b.refs[member]
	if ref == 0 {
		ref = b.alloc(0)
		b.refs[member] = ref
		b.at(ref)[0] = 0
	}
	block := b.at(ref)
	i, ok := search(block, s)
	if ok {
		return entryAt(block, i), false
	}
	n := int(block[0])
	if class := classOf(n); n == capacity(class) {
		block = b.move(member, class, class+1)
	}
	rest := block[1+i*entrySize:]
	copy(rest[entrySize:], rest[:(n-i)*entrySize])
	block[0]++
	e = entryAt(block, i)
	e[0], e[1], e[2] = uint32(s), 0, 0
	return e, true
}

// move moves a member's block from one class to another and returns it.
func (b *blocks) move(member uint32, from, to int) []uint32 {
	old := b.refs[member]
	ref := b.alloc(to)
	block := b.at(ref)
	n := min(from, to)
	copy(block[:blockSize(n)], b.at(old))
	b.free[from] = append(b.free[from], old)
	b.refs[member] = ref
	return block
}

// shrink leaves a member's block with its first n entries of old, in a block of their size.
func (b *blocks) shrink(member uint32, old, n int) {
	from := classOf(old)
	if n == 0 {
		b.free[from] = append(b.free[from], b.refs[member])
		b.refs[member] = 0
		return
	}
	b.at(b.refs[member])[0] = uint32(n)
	if to := classOf(n); to < from {
		b.move(member, from, to)
	}
}

// alloc returns a block of no meaning.
func (b *blocks) alloc(class int) uint32 {
	if free := b.free[class]; len(free) > 0 {
		b.free[class] = free[:len(free)-1]
		return free[len(free)-1]
	}
	size := blockSize(class)
	last := len(b.pages) - 1
	if last < 0 || len(b.pages[last])+size > pageSize {
		if last++; last == 0 {
			b.pages = append(b.pages, make([]uint32, 1)) // so that no reference is 0, and a small community stays small
		} else {
			b.pages = append(b.pages, make([]uint32, 0, max(size, pageSize)))
		}
	}
	page := &b.pages[last]
	ref := uint32(last)<<pageBits | uint32(len(*page))
	*page = slices.Grow(*page, size)[:len(*page)+size]
	return ref
}

// touch loads a member's block, up to three cache lines of it.
func (b *blocks) touch(member uint32) uint64 {
	ref := b.ref(member)
	if ref == 0 {
		return 0
	}
	const line = 16 // numbers
	block := b.at(ref)
	if len(block) <= 2*line {
		return uint64(block[0])
	}
	return uint64(block[0]) + uint64(block[line]) + uint64(block[2*line])
}
