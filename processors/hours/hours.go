package hours

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// Definition is the version of the formulas of this package, written beside its rows.
const Definition = 1

// cells is how many hours a week has.
const cells = 168

// Counts are the hours of one community in one partition.
type Counts struct {
	members map[uint64]cell // by member and hour
	dirty   []uint64
	gained  [cells]int64 // by the whole community since the last cut
}

type cell struct {
	actions uint64
	dirty   bool
}

// NewCounts returns empty counts.
func NewCounts() *Counts { return &Counts{members: map[uint64]cell{}} }

// Add counts one action of a member.
func (c *Counts) Add(member uint32, hour int) {
	c.gained[hour]++
	k := uint64(member)<<8 | uint64(hour)
	v := c.members[k]
	if v.actions++; !v.dirty {
		v.dirty = true
		c.dirty = append(c.dirty, k)
	}
	c.members[k] = v
}

// Changed hands out the members' cells that changed since the last call.
func (c *Counts) Changed(each func(member uint32, hour int, actions uint64)) {
	for _, k := range c.dirty {
		v := c.members[k]
		v.dirty = false
		c.members[k] = v
		each(uint32(k>>8), int(k&0xff), v.actions)
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
	c.gained = [cells]int64{}
	return out
}

// Save writes the counts. Nothing may be waiting in Changed.
func (c *Counts) Save(w *state.Writer) {
	keys := make([]uint64, 0, len(c.members))
	for k := range c.members {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	words := make([]uint64, 0, 2*len(keys))
	for _, k := range keys {
		words = append(words, k, c.members[k].actions)
	}
	w.Words(words)
	gained := c.gained
	for _, n := range gained {
		w.Int(n)
	}
}

// LoadCounts reads what Save wrote.
func LoadCounts(r *state.Reader) *Counts {
	c := NewCounts()
	for words := r.Words(); len(words) >= 2; words = words[2:] {
		c.members[words[0]] = cell{actions: words[1]}
	}
	for i := range c.gained {
		c.gained[i] = r.Int()
	}
	return c
}

// Totals are the hours of one whole community.
type Totals struct {
	actions [cells]int64
	dirty   [cells]bool
}

// Apply adds what one partition's Cut handed out.
func (t *Totals) Apply(pairs []int64) {
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		if h := pairs[0]; h >= 0 && h < cells {
			t.actions[h] += pairs[1]
			t.dirty[h] = true
		}
	}
}

// Changed hands out the cells that changed since the last call.
func (t *Totals) Changed(each func(hour int, actions uint64)) {
	for h, dirty := range t.dirty {
		if dirty {
			each(h, uint64(t.actions[h]))
		}
	}
	t.dirty = [cells]bool{}
}

// Save writes the totals, with what is still to be handed out.
func (t *Totals) Save(w *state.Writer) {
	for h, n := range t.actions {
		w.Int(n)
		w.Bool(t.dirty[h])
	}
}

// LoadTotals reads what Save wrote.
func LoadTotals(r *state.Reader) *Totals {
	t := new(Totals)
	for h := range t.actions {
		t.actions[h], t.dirty[h] = r.Int(), r.Bool()
	}
	return t
}
