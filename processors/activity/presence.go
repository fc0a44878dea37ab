package activity

import "math/bits"

// What is remembered of a member in a segment is its presence in the newest panes, each as bits that count back from a
// head: bit j is the pane head − j. Actions come within the lateness behind the head, and all that a window asks for is
// the nearest presence before and after a pane. So where bits end, the distance of the nearest older one is enough.

// The two presences, as bits of a set.
const (
	isActive = 1 << iota
	isContributing
)

// head is the newest minute (28 bits) and day (as its distance from the minute's, 2 bits) of an entry, and its flags. An
// entry with flags is light: it has presence in no other minute or hour that can still matter, the flags say whose that
// is, and the entry's rest are its days. The rest of an entry without flags is the number of its record.
type head uint32

const minuteBits = 28

func headOf(minute, day int32, flags uint32) head {
	offset := min(max(day-minute/(24*60)+1, 0), 3) // no place is further from UTC than a day
	return head(uint32(minute)&(1<<minuteBits-1) | uint32(offset)<<minuteBits | flags<<30)
}

func (h head) minute() int32 { return int32(h & (1<<minuteBits - 1)) }
func (h head) day() int32    { return h.minute()/(24*60) + int32(h>>minuteBits&3) - 1 }
func (h head) flags() uint32 { return uint32(h >> 30) }

// far is a distance beyond all windows.
const far = 255

// newborn is the head of a light entry without presence.
const newborn = ^uint32(0)

// pair is presence of which a lateness and a window fit in a word: that of the active, and that of the contributing.
type pair [2]uint64

// nearDays is how many days a packed half has as bits; the distance of the next older one takes five bits more.
const nearDays = 11

// pack packs days.
func (x pair) pack() uint32 { return packDays(x[0]) | packDays(x[1])<<16 }

func packDays(x uint64) uint32 {
	p := uint32(x & (1<<nearDays - 1))
	if older := x >> nearDays; older != 0 {
		p |= uint32(min(bits.TrailingZeros64(older)+1, 31)) << nearDays
	}
	return p
}

func unpackDays(p uint32) pair { return pair{unpackHalf(p & 0xffff), unpackHalf(p >> 16)} }

func unpackHalf(p uint32) uint64 {
	x := uint64(p & (1<<nearDays - 1))
	if older := p >> nearDays; older != 0 {
		x |= 1 << (nearDays - 1 + older)
	}
	return x
}

// nearest returns the distances from bit d to the nearest set bit before it in time and after it.
func nearest(x uint64, d int32) (before, after int32) {
	before, after = far, far
	if older := x >> d >> 1; older != 0 {
		before = int32(bits.TrailingZeros64(older)) + 1
	}
	if newer := x & (1<<d - 1); newer != 0 {
		after = d + 1 - int32(bits.Len64(newer))
	}
	return before, after
}

// ring is presence that may take more than a word. What lies before its bits is one distance, which the owner keeps:
// from the last bit to the nearest older presence, at most far.
type ring []uint64

func (r ring) size() int32 { return int32(len(r)) * 64 }

func (r ring) has(d int32) bool { return r[d>>6]>>(d&63)&1 == 1 }

func (r ring) set(d int32) { r[d>>6] |= 1 << (d & 63) }

// next returns the first set bit from i on, or -1.
func (r ring) next(i int32) int32 {
	for w := int(i >> 6); w < len(r); w++ {
		if x := r[w] >> (i & 63); x != 0 {
			return i + int32(bits.TrailingZeros64(x))
		}
		i = int32(w+1) << 6
	}
	return -1
}

// nearest is like that of a word.
func (r ring) nearest(d, old int32) (before, after int32) {
	before, after = r.size()-1+old-d, far
	if i := r.next(d + 1); i >= 0 {
		before = i - d
	}
	for i := d - 1; i >= 0; i = i&^63 - 1 {
		if x := r[i>>6] << (63 - i&63); x != 0 {
			after = d - i + int32(bits.LeadingZeros64(x))
			break
		}
	}
	return before, after
}

// advance moves the head n panes on and returns the new distance of older presence.
func (r ring) advance(n, old int32) int32 {
	size := r.size()
	if i := r.next(max(0, size-n)); i >= 0 {
		old = i + n - size + 1
	} else {
		old += n
	}
	words := int(min(n, size) >> 6)
	for w := len(r) - 1; w >= 0; w-- {
		var x uint64
		if w >= words {
			x = r[w-words] << (n & 63)
		}
		if w > words {
			x |= r[w-words-1] >> (64 - n&63)
		}
		r[w] = x
	}
	return min(old, far)
}
