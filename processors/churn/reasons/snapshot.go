package reasons

import (
	"github.com/rollcall-dev/rollcall/processors/slab"
	"github.com/rollcall-dev/rollcall/processors/state"
)

// Save writes the habits and what waits.
func (c *Community) Save(w *state.Writer) {
	w.Int(int64(c.complete))
	w.Uint(uint64(len(c.names)))
	for _, n := range c.names {
		w.String(n)
	}
	c.habits.Save(w)
	c.more.Save(w)
	c.bonds.Save(w)
	state.Put(w, c.uses)
	state.Put(w, c.ties)
}

// Load reads what Save wrote.
func Load(r *state.Reader) *Community {
	c := New()
	c.complete = int32(r.Between(0, 1<<16-1))
	for range r.Len() {
		n := r.String()
		c.numbers[n] = uint16(len(c.names))
		c.names = append(c.names, n)
	}
	c.habits = slab.Load(r, func(uint32, *habit) bool { return true })
	c.more = slab.Load(r, func(uint32, *[things - inline]thing) bool { return true })
	c.bonds = slab.Load(r, func(uint32, *bonds) bool { return true })
	for i := range c.habits.Len() {
		if !c.sound(c.habits.At(uint32(i))) {
			r.Fail()
		}
	}
	c.uses, c.ties = state.Get[use](r), state.Get[tie](r)
	for _, u := range c.uses {
		if !c.named(u.what) {
			r.Fail()
		}
	}
	if r.Err() != nil {
		return New()
	}
	return c
}
