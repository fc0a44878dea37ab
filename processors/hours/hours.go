package hours

import (
	"github.com/rollcall-dev/rollcall/processors/slab"
	"github.com/rollcall-dev/rollcall/processors/state"
)

// Definition is the version of the formulas of this package, written beside its rows.
const Definition = 1

// hoursOfWeek is how many hours a week has.
const hoursOfWeek = 168

// Counts are the hours of one community in one partition.
type Counts struct {
	members slab.Of[member]
	lists   [classes]slab.Blocks[cell]
	full    slab.Blocks[uint64]
	dirty   []place
	gained  [hoursOfWeek]int64 // by the whole community since the last cut
}

// place is a member's cell.
type place struct {
	member uint32
	hour   uint8
}

// NewCounts returns empty counts.
func NewCounts() *Counts {
	c := &Counts{full: slab.NewBlocks[uint64](hoursOfWeek)}
	for i := range c.lists {
		c.lists[i] = slab.NewBlocks[cell](shortest << i)
	}
	return c
}

// Add counts one action of a member.
func (c *Counts) Add(member uint32, hour int) {
	c.gained[hour]++
	c.members.Reach(member)
	if fresh := c.add(c.members.At(member), hour); fresh {
		c.dirty = append(c.dirty, place{member, uint8(hour)})
	}
}

// Touch loads a member's record, and returns a number of no meaning: a caller that touches many members before it counts
// for the first lets the memory fetch them side by side.
func (c *Counts) Touch(member uint32) uint64 {
	if int(member) < c.members.Len() {
		return uint64(c.members.At(member)[0])
	}
	return 0
}

// Changed hands out the members' cells that changed since the last call.
func (c *Counts) Changed(each func(member uint32, hour int, actions uint64)) {
	for _, p := range c.dirty {
		each(p.member, int(p.hour), c.settle(c.members.At(p.member), int(p.hour)))
	}
	c.dirty = c.dirty[:0]
}

// Cut hands out what the community gained since the last cut, as pairs of hour and actions, and forgets it.
func (c *Counts) Cut() []int64 {
	var out []int64
	for hour, n := range c.gained {
		if n != 0 {
			out = append(out, int64(hour), n)
		}
	}
	c.gained = [hoursOfWeek]int64{}
	return out
}

// Save writes the counts. Nothing may be waiting in Changed.
func (c *Counts) Save(w *state.Writer) {
	c.members.Save(w)
	for i := range c.lists {
		c.lists[i].Save(w)
	}
	c.full.Save(w)
	for _, n := range c.gained {
		w.Int(n)
	}
}

// LoadCounts reads what Save wrote.
func LoadCounts(r *state.Reader) *Counts {
	c := &Counts{}
	c.members = slab.Load(r, func(_ uint32, m *member) bool { return m.sound() })
	for i := range c.lists {
		c.lists[i] = slab.LoadBlocks(r, shortest<<i, cell.sound)
	}
	c.full = slab.LoadBlocks(r, hoursOfWeek, func(uint64) bool { return true })
	for i := range c.members.Len() {
		if at, ok := c.members.At(uint32(i)).block(); ok && !c.has(at) {
			r.Fail()
			break
		}
	}
	for i := range c.gained {
		c.gained[i] = r.Int()
	}
	if r.Err() != nil {
		return NewCounts()
	}
	return c
}
