package facts

import "github.com/rollcall-dev/rollcall/processors/state"

// recent remembers the newest active actions in the order of their arrival. A leave may come after actions that followed
// it in time; the first of these made the member resurrected, and nobody else knows when it was.
type recent struct {
	ring []seen
	at   int
}

type seen struct {
	time   int64
	member uint32
	_      uint32
}

func (r *recent) add(member uint32, time int64) {
	if len(r.ring) < recentLimit {
		r.ring = append(r.ring, seen{time: time, member: member})
		return
	}
	r.ring[r.at] = seen{time: time, member: member}
	if r.at++; r.at == recentLimit {
		r.at = 0
	}
}

// after returns the first time after t at which a member was active.
func (r *recent) after(member uint32, t int64) (first int64, ok bool) {
	for _, s := range r.ring {
		if s.member == member && s.time > t && (!ok || s.time < first) {
			first, ok = s.time, true
		}
	}
	return first, ok
}

func (r *recent) save(w *state.Writer) {
	w.Uint(uint64(r.at))
	state.Put(w, r.ring)
}

func loadRecent(s *state.Reader) recent {
	at, r := s.Uint(), recent{ring: state.Get[seen](s)}
	if r.at = int(min(at, recentLimit)); len(r.ring) > recentLimit || r.at > 0 && r.at >= len(r.ring) {
		s.Fail()
	}
	return r
}

// bits is a set of members.
type bits []uint64

func (b bits) has(member uint32) bool {
	i := int(member >> 6)
	return i < len(b) && b[i]>>(member&63)&1 == 1
}

func (b *bits) set(member uint32, to bool) {
	i := int(member >> 6)
	if i >= len(*b) {
		if !to {
			return
		}
		*b = append(*b, make([]uint64, i+1-len(*b))...)
	}
	if to {
		(*b)[i] |= 1 << (member & 63)
	} else {
		(*b)[i] &^= 1 << (member & 63)
	}
}
