package members

import (
	"github.com/rollcall-dev/rollcall/processors/slab"
	"github.com/rollcall-dev/rollcall/processors/state"
)

// Roster numbers members by their names, in the order in which they are first spoken of.
type Roster struct {
	index index
	names slab.Of[name]
	texts texts
}

// Len returns how many members there are.
func (r *Roster) Len() int { return r.names.Len() }

// Member returns a member's number, a new one for a new name.
func (r *Roster) Member(b []byte) uint32 {
	h := Hash(b)
	tag, mask := tag(h), len(r.index.slots)-1
	if mask >= 0 {
		for i := int(tag >> (r.index.shift & 31)); ; i++ {
			s := r.index.slots[i&mask]
			if s == 0 {
				break
			}
			if n := uint32(s) - 1; tagOf(s) == tag && r.Name(n) == string(b) {
				return n
			}
		}
	}
	n := r.names.Add()
	*r.names.At(n) = r.texts.keep(b)
	r.index.put(tag, n, int(n))
	return n
}

// Name returns a member's name.
func (r *Roster) Name(n uint32) string { return r.texts.text(r.names.At(n)) }

// Save writes the roster.
func (r *Roster) Save(w *state.Writer) {
	w.Uint(uint64(len(r.texts)))
	for _, b := range r.texts {
		state.Put(w, b)
	}
	r.names.Save(w)
	w.Words(r.index.slots)
}

// LoadRoster reads what Save wrote.
func LoadRoster(s *state.Reader) *Roster {
	r := &Roster{}
	r.texts.load(s)
	r.names = slab.Load(s, func(_ uint32, n *name) bool { return r.texts.sound(n) })
	r.index.use(s.Words())
	if n := len(r.index.slots); n&(n-1) != 0 || !r.index.sound(r.names.Len()) {
		s.Fail()
	}
	if s.Err() != nil {
		return &Roster{}
	}
	return r
}
