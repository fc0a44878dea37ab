package members

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// channels count the actions of each member in each channel, to know the one with the most.
type channels struct {
	numbers map[string]uint32
	names   []string          // by number; 0 is no channel
	actions map[uint64]uint32 // by member and channel
}

func newChannels() channels {
	return channels{numbers: map[string]uint32{}, names: []string{""}, actions: map[uint64]uint32{}}
}

func place(member, channel uint32) uint64 { return uint64(member)<<32 | uint64(channel) }

// count adds one action and returns the member's top channel: the one with the most actions, of equals the least name.
// Counts only grow, so the top can only change to the channel that grew.
func (c *channels) count(member uint32, name []byte, top uint32) uint32 {
	n, ok := c.numbers[string(name)]
	if !ok {
		n = uint32(len(c.names))
		c.names = append(c.names, string(name))
		c.numbers[c.names[n]] = n
	}
	at := place(member, n)
	c.actions[at]++
	most := c.actions[place(member, top)]
	if a := c.actions[at]; top == 0 || a > most || a == most && c.names[n] < c.names[top] {
		return n
	}
	return top
}

func (c *channels) save(w *state.Writer) {
	w.Uint(uint64(len(c.names) - 1))
	for _, name := range c.names[1:] {
		w.String(name)
	}
	keys := make([]uint64, 0, len(c.actions))
	for k := range c.actions {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	words := make([]uint64, 0, 2*len(keys))
	for _, k := range keys {
		words = append(words, k, uint64(c.actions[k]))
	}
	w.Words(words)
}

func (c *channels) load(r *state.Reader) {
	for range r.Len() {
		name := r.String()
		c.numbers[name] = uint32(len(c.names))
		c.names = append(c.names, name)
	}
	for words := r.Words(); len(words) >= 2; words = words[2:] {
		c.actions[words[0]] = uint32(words[1])
	}
}
