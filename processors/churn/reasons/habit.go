package reasons

import (
	"github.com/rollcall-dev/rollcall/schemas"
)

const (
	things       = 5 // of a member: the kinds and channels used on most days
	inline       = 2 // of these, in the member's own record
	counterparts = 3 // the members they endorsed most
	weeks        = 8 // of received ties
	channelBase  = 64
	maxChannels  = 1<<16 - channelBase
	platformBase = 1 << 31
)

// habit is what is kept of each member: 32 bytes, all zero where nothing is known. Days are local, since 1970; 0 is never.
// What only some have lies elsewhere: most members do one or two things, and nobody answers them.
type habit struct {
	things    [inline]thing
	lastAsked uint16 // day of the newest post or feedback
	violation uint16 // day of the newest
	platform  uint16 // of the newest day, plus one; 0 is none
	_         uint16
	more      uint32 // the place of further things, plus one
	bonds     uint32 // of what there is with others, plus one
}

// bonds are what there is between a member and others.
type bonds struct {
	with      [counterparts]counterpart
	received  [weeks]uint8 // endorsements, by week back from week; 255 is that or more
	week      uint16       // Monday weeks since 1969-12-29, of received[0]
	lastReply uint16       // day of the newest endorsement received
}

// thing is a kind or a channel: on how many days it was used, since when and when last.
type thing struct{ what, days, first, last uint16 }

// counterpart is a member whose content the member endorsed n times.
type counterpart struct {
	member  uint32
	n, last uint16
}

func weekOf(day int32) uint16 { return uint16((day + 3) / 7) }

// use notes that a thing was used on a day, after all earlier days.
func (c *Community) use(h *habit, what, day uint16) {
	worst := 0
	for i := range h.places() {
		t := c.thing(h, i)
		if t.days > 0 && t.what == what {
			if t.last != day {
				t.days, t.last = t.days+1, day
			}
			return
		}
		if less(t, c.thing(h, worst)) {
			worst = i
		}
	}
	if h.more == 0 && c.thing(h, worst).days > 0 {
		h.more = c.more.Add() + 1
		worst = inline
	}
	*c.thing(h, worst) = thing{what, 1, day, day}
}

// places is for how many things there is room in a habit as it is.
func (h *habit) places() int {
	if h.more == 0 {
		return inline
	}
	return things
}

// thing is the one at a place.
func (c *Community) thing(h *habit, i int) *thing {
	if i < inline {
		return &h.things[i]
	}
	return &c.more.At(h.more - 1)[i-inline]
}

// bondsOf is what there is between a member and others; nothing where nobody was ever endorsed.
func (c *Community) bondsOf(h *habit) bonds {
	if h.bonds == 0 {
		return bonds{}
	}
	return *c.bonds.At(h.bonds - 1)
}

// bind returns the same, to be changed.
func (c *Community) bind(member uint32) *bonds {
	h := c.habit(member)
	if h.bonds == 0 {
		h.bonds = c.bonds.Add() + 1
	}
	return c.bonds.At(h.bonds - 1)
}

// less says which of two things makes room first.
func less(a, b *thing) bool {
	if a.days != b.days {
		return a.days < b.days
	}
	return a.last < b.last
}

func (b *bonds) endorse(member uint32, day uint16, n int) {
	worst := 0
	for i := range b.with {
		c := &b.with[i]
		if c.n > 0 && c.member == member {
			c.n, c.last = uint16(min(int(c.n)+n, 1<<16-1)), day
			return
		}
		if w := &b.with[worst]; c.n < w.n || c.n == w.n && c.last < w.last {
			worst = i
		}
	}
	b.with[worst] = counterpart{member, uint16(min(n, 1<<16-1)), day}
}

func (b *bonds) receive(day uint16, n int) {
	b.lastReply = max(b.lastReply, day)
	w := weekOf(int32(day))
	if d := int(w) - int(b.week); d > 0 {
		for i := weeks - 1; i >= 0; i-- {
			if i >= d {
				b.received[i] = b.received[i-d]
			} else {
				b.received[i] = 0
			}
		}
		b.week = w
	}
	if back := int(b.week) - int(w); back < weeks {
		b.received[back] = uint8(min(int(b.received[back])+n, 255))
	}
}

// receivedIn sums what was received in the weeks from..to, which are kept as far as weeks go back.
func (b *bonds) receivedIn(from, to uint16) (n int) {
	for i, x := range b.received {
		if w := int(b.week) - i; w >= int(from) && w <= int(to) {
			n += int(x)
		}
	}
	return n
}

// asks are the kinds that wait for an answer.
func asks(k schemas.Kind) bool { return k == schemas.KindPost || k == schemas.KindFeedback }
