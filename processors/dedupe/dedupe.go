package dedupe

import (
	"math/bits"

	"github.com/zeebo/xxh3"

	"github.com/rollcall-dev/rollcall/processors/state"
)

const (
	// smallest is how many slots a set has that holds anything; at most fill of slots of them are in use.
	smallest = 16
	fill     = 0.75
)

// ID is the 128-bit hash of an action's id. At 10^12 ids a horizon the chance that any two meet is below 10^-14.
type ID struct{ hi, lo uint64 }

// Key joins an action's id with the hash of its member's name: a member's actions are all in one partition, so only for
// them can an id be looked up, and what counts as a repeat must not depend on how many partitions there are. It is never
// the zero ID.
func Key(action []byte, member xxh3.Uint128) ID {
	a := xxh3.Hash128(action)
	k := ID{a.Hi ^ member.Lo, a.Lo ^ member.Hi}
	if k == (ID{}) {
		k.lo = 1
	}
	return k
}

// slot holds an id and the event time of its action. The zero ID is an empty slot.
type slot struct {
	id   ID
	time int64
}

// Set holds the ids of one community in one partition. An id lies in the slot that its highest bits name or, past others,
// right after it.
type Set struct {
	horizon int64 // milliseconds
	slots   []slot
	shift   uint8
	used    int
}

// New returns an empty set that remembers ids for horizon milliseconds of event time.
func New(horizon int64) *Set { return &Set{horizon: horizon} }

// find returns the slot of an id, or the empty one where it belongs.
func (s *Set) find(k ID) *slot {
	mask := len(s.slots) - 1
	for i := int(k.hi >> (s.shift & 63)); ; i++ {
		if at := &s.slots[i&mask]; at.id == k || at.id == (ID{}) {
			return at
		}
	}
}

// Seen reports whether the id was added with an event time not older than the horizon before now, the stream time.
func (s *Set) Seen(k ID, now int64) bool {
	if s.used == 0 {
		return false
	}
	at := s.find(k)
	return at.id == k && at.time >= now-s.horizon
}

// Touch loads the slot where an id's search starts, and returns a number of no meaning: a caller that touches many ids
// before it asks for the first lets the memory fetch them side by side.
func (s *Set) Touch(k ID) uint64 {
	if s.used == 0 {
		return 0
	}
	return s.slots[k.hi>>(s.shift&63)].id.lo
}

// Add remembers the id of an action of event time t. now is the stream time, which may have moved with it.
func (s *Set) Add(k ID, t, now int64) {
	if s.used >= limit(len(s.slots)) {
		s.sweep(now)
	}
	at := s.find(k)
	if at.id != k {
		at.id = k
		s.used++
	}
	at.time = t
}

func limit(slots int) int { return int(float64(slots) * fill) }

// sweep makes room in a full set: it drops what has left the horizon, which Seen knows no more, and doubles the set if too
// little went to be worth the work the next time.
func (s *Set) sweep(now int64) {
	kept := 0
	for i := range s.slots {
		if s.live(&s.slots[i], now) {
			kept++
		}
	}
	if kept > len(s.slots)/2 || len(s.slots) == 0 {
		s.grow(max(smallest, 2*len(s.slots)), now)
		return
	}
	s.compact(now)
}

func (s *Set) live(at *slot, now int64) bool { return at.id != (ID{}) && at.time >= now-s.horizon }

func (s *Set) grow(n int, now int64) {
	old := s.slots
	s.use(make([]slot, n))
	for i := range old {
		if s.live(&old[i], now) {
			*s.find(old[i].id) = old[i]
			s.used++
		}
	}
}

func (s *Set) use(slots []slot) {
	s.slots, s.shift, s.used = slots, uint8(64-bits.TrailingZeros(uint(len(slots)))), 0
}

// compact drops in place. It goes once around from an empty slot, and puts each id where its search now ends: never behind
// where it was.
func (s *Set) compact(now int64) {
	first := 0
	for s.slots[first].id != (ID{}) {
		first++
	}
	s.used = 0
	for i := range s.slots {
		at := &s.slots[(first+i)&(len(s.slots)-1)]
		was := *at
		*at = slot{}
		if s.live(&was, now) {
			*s.find(was.id) = was
			s.used++
		}
	}
}

// Len returns how many ids are held.
func (s *Set) Len() int { return s.used }

// Save writes the set.
func (s *Set) Save(w *state.Writer) {
	w.Int(s.horizon)
	state.Put(w, s.slots)
}

// Load reads what Save wrote.
func Load(r *state.Reader) *Set {
	s := New(r.Int())
	slots := state.Get[slot](r)
	if len(slots) == 0 {
		return s
	}
	if n := len(slots); n < smallest || bits.OnesCount(uint(n)) != 1 {
		r.Fail()
		return s
	}
	s.use(slots)
	for i := range slots {
		if slots[i].id != (ID{}) {
			s.used++
		}
	}
	if s.used > limit(len(slots)) { // a search ends at an empty slot
		r.Fail()
		return New(s.horizon)
	}
	return s
}
