package members

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/processors/table"
)

// channels count the actions of each member in each channel, to know the one with the most. A record holds its top
// channel's; the others are here.
type channels struct {
	numbers map[string]uint32
	names   []string    // by number; 0 is no channel
	actions table.Table // by member and channel
}

func newChannels() channels {
	return channels{numbers: map[string]uint32{}, names: []string{""}}
}

func place(member, channel uint32) uint64 { return uint64(member)<<32 | uint64(channel) }

func (c *channels) number(name []byte) uint32 {
	n, ok := c.numbers[string(name)]
	if !ok {
		n = uint32(len(c.names))
		c.names = append(c.names, string(name))
		c.numbers[c.names[n]] = n
	}
	return n
}

// In counts an action of a member in a channel. The top channel is the one with the most actions, of equals the least
// name. Counts only grow, so the top can only change to the channel that grew.
func (c *Counts) In(n uint32, channel []byte) {
	m, x := c.members.At(n), &c.channels
	number := x.number(channel)
	if m.top == 0 {
		m.top = number
	}
	if m.top == number {
		m.topActions = more(m.topActions)
		return
	}
	at, _ := x.actions.Upsert(place(n, number))
	*at = more(*at)
	if a := *at; a > m.topActions || a == m.topActions && x.names[number] < x.names[m.top] {
		x.actions.Put(place(n, m.top), m.topActions) // number's own entry waits until it is no longer the top
		m.top, m.topActions = number, a
	}
}

// more adds one, up to the greatest there is: which channel is the top is decided long before.
func more(n uint32) uint32 {
	if n == math.MaxUint32 {
		return n
	}
	return n + 1
}

// Channel returns a channel's name, "" for 0.
func (c *Counts) Channel(number uint32) string { return c.channels.names[number] }

func (c *channels) save(w *state.Writer) {
	w.Uint(uint64(len(c.names) - 1))
	for _, name := range c.names[1:] {
		w.String(name)
	}
	c.actions.Save(w)
}

func (c *channels) load(r *state.Reader) {
	for range r.Len() {
		name := r.String()
		c.numbers[name] = uint32(len(c.names))
		c.names = append(c.names, name)
	}
	c.actions = *table.Load(r)
}
