package members

import (
	"encoding/binary"
	"math/bits"
	"unsafe"

	"github.com/zeebo/xxh3"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// Hash returns the hash of a member's name that MemberHashed, TouchName and package dedupe take.
func Hash(name []byte) xxh3.Uint128 { return xxh3.Hash128Seed(name, 1) }

// name is a length and so many bytes, or, of a longer one, long and where it is in the texts.
type name [24]byte

const long = 0xff

// texts keep long names. They never move, so that rows may refer to them.
type texts [][]byte

const (
	firstTexts = 4 << 10
	mostTexts  = 1 << 20
)

func (t *texts) room(chunk int) int { return min(firstTexts<<min(chunk, 8), mostTexts) }

// keep stores a name.
func (t *texts) keep(b []byte) (n name) {
	if len(b) < len(n) {
		n[0] = byte(copy(n[1:], b))
		return n
	}
	last := len(*t) - 1
	if last < 0 || cap((*t)[last])-len((*t)[last]) < len(b) {
		last++
		*t = append(*t, make([]byte, 0, max(t.room(last), len(b))))
	}
	n[0] = long
	binary.LittleEndian.PutUint32(n[4:], uint32(last))
	binary.LittleEndian.PutUint32(n[8:], uint32(len((*t)[last])))
	binary.LittleEndian.PutUint32(n[12:], uint32(len(b)))
	(*t)[last] = append((*t)[last], b...)
	return n
}

// where returns the chunk, the place in it and the length of a long name.
func (n *name) where() (chunk, at, length uint32) {
	return binary.LittleEndian.Uint32(n[4:]), binary.LittleEndian.Uint32(n[8:]), binary.LittleEndian.Uint32(n[12:])
}

func (t *texts) sound(n *name) bool {
	if n[0] != long {
		return int(n[0]) < len(n)
	}
	chunk, at, length := n.where()
	return int(chunk) < len(*t) && uint64(at)+uint64(length) <= uint64(len((*t)[chunk]))
}

// text views a name, which stays as it is as long as anything refers to it.
func (t *texts) text(n *name) string {
	if n[0] != long {
		return unsafe.String(&n[1], int(n[0]))
	}
	chunk, at, length := n.where()
	return unsafe.String(unsafe.SliceData((*t)[chunk][at:]), int(length))
}

func (t *texts) load(r *state.Reader) {
	for range r.Len() {
		*t = append(*t, state.Get[byte](r))
		if r.Err() != nil {
			return
		}
	}
	if last := len(*t) - 1; last >= 0 { // it has room as it had, so that the next name comes where it would have come
		b := (*t)[last]
		(*t)[last] = append(make([]byte, 0, max(t.room(last), len(b))), b...)
	}
}

// index finds members by their names' hashes. A slot holds 32 bits of a hash and, below, a member's number plus one; 0 is
// an empty slot. A member lies in the slot that its highest bits name or, past others, right after it. So growing needs no
// names, and goes through both slices from front to back.
type index struct {
	slots []uint64
	shift uint8
}

const smallest = 8 // slots

func limit(slots int) int { return slots / 5 * 4 }

func tag(h xxh3.Uint128) uint32 { return uint32(h.Hi >> 32) }

func tagOf(slot uint64) uint32 { return uint32(slot >> 32) }

func (x *index) use(slots []uint64) {
	x.slots, x.shift = slots, uint8(32-bits.TrailingZeros(uint(len(slots))))
}

// put adds a member who is not there. There are n others.
func (x *index) put(tag, member uint32, n int) {
	if n >= limit(len(x.slots)) {
		old := x.slots
		x.use(make([]uint64, max(smallest, 2*len(old))))
		for _, s := range old {
			if s != 0 {
				x.place(s)
			}
		}
	}
	x.place(uint64(tag)<<32 | uint64(member+1))
}

func (x *index) place(s uint64) {
	mask := len(x.slots) - 1
	for i := int(tagOf(s) >> (x.shift & 31)); ; i++ {
		if at := &x.slots[i&mask]; *at == 0 {
			*at = s
			return
		}
	}
}

// sound reports whether a search ends, at one of n members.
func (x *index) sound(n int) bool {
	used := 0
	for _, s := range x.slots {
		if s != 0 {
			if used++; uint32(s)-1 >= uint32(n) {
				return false
			}
		}
	}
	return used == n && used <= limit(len(x.slots))
}

// Member returns a member's number, a new one for a new name.
func (c *Counts) Member(name []byte) uint32 { return c.MemberHashed(name, Hash(name)) }

// MemberHashed is Member for a caller that has the name's Hash.
func (c *Counts) MemberHashed(name []byte, h xxh3.Uint128) uint32 {
	if n, ok := c.find(name, h); ok {
		return n
	}
	n := c.members.Add()
	c.members.At(n).name = c.texts.keep(name)
	c.index.put(tag(h), n, int(n))
	return n
}

func (c *Counts) find(name []byte, h xxh3.Uint128) (uint32, bool) {
	tag, mask := tag(h), len(c.index.slots)-1
	if mask < 0 {
		return 0, false
	}
	for i := int(tag >> (c.index.shift & 31)); ; i++ {
		s := c.index.slots[i&mask]
		if s == 0 {
			return 0, false
		}
		if n := uint32(s) - 1; tagOf(s) == tag && c.Name(n) == string(name) {
			return n, true
		}
	}
}

// TouchName loads the slots in which a name's search looks, and returns the number it will find, unless hashes are alike:
// a caller that touches many names and members before it works on the first lets the memory fetch them side by side.
func (c *Counts) TouchName(h xxh3.Uint128) (member uint32, ok bool) {
	tag, mask := tag(h), len(c.index.slots)-1
	if mask < 0 {
		return 0, false
	}
	for i := int(tag >> (c.index.shift & 31)); ; i++ {
		s := c.index.slots[i&mask]
		if s == 0 || tagOf(s) == tag {
			return uint32(s) - 1, s != 0
		}
	}
}

// Touch loads a member's record, and returns a number of no meaning.
func (c *Counts) Touch(member uint32) uint64 {
	if int(member) < c.members.Len() {
		return uint64(c.members.At(member).first)
	}
	return 0
}

// Name returns a member's name.
func (c *Counts) Name(n uint32) string { return c.texts.text(&c.members.At(n).name) }
