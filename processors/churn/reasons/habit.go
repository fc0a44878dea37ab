package reasons

import (
	"github.com/rollcall-dev/rollcall/schemas"
)

const (
	things       = 5 // of a member: the kinds and channels used on most days
	counterparts = 3 // the members they endorsed most
	weeks        = 8 // of received ties
	channelBase  = 64
	maxChannels  = 1<<16 - channelBase
	platformBase = 1 << 31
)

// habit is what is kept of one member. Days are local, since 1970; 0 is never.
type habit struct {
	things    [things]thing
	with      [counterparts]counterpart
	received  [weeks]uint8 // endorsements, by week back from week; 255 is that or more
	week      uint16       // Monday weeks since 1969-12-29, of received[0]
	lastReply uint16       // day of the newest endorsement received
	lastAsked uint16       // day of the newest post or feedback
	violation uint16       // day of the newest
	platform  uint16       // of the newest day, plus one; 0 is none
	_         uint16
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
func (h *habit) use(what, day uint16) {
	worst := 0
	for i := range h.things {
		t := &h.things[i]
		if t.days > 0 && t.what == what {
			if t.last != day {
				t.days, t.last = t.days+1, day
			}
			return
		}
		if less(t, &h.things[worst]) {
			worst = i
		}
	}
	h.things[worst] = thing{what, 1, day, day}
}

// less says which of two things makes room first.
func less(a, b *thing) bool {
	if a.days != b.days {
		return a.days < b.days
	}
	return a.last < b.last
}

func (h *habit) endorse(member uint32, day uint16, n int) {
	worst := 0
	for i := range h.with {
		c := &h.with[i]
		if c.n > 0 && c.member == member {
			c.n, c.last = uint16(min(int(c.n)+n, 1<<16-1)), day
			return
		}
		if w := &h.with[worst]; c.n < w.n || c.n == w.n && c.last < w.last {
			worst = i
		}
	}
	h.with[worst] = counterpart{member, uint16(min(n, 1<<16-1)), day}
}

func (h *habit) receive(day uint16, n int) {
	h.lastReply = max(h.lastReply, day)
	w := weekOf(int32(day))
	if d := int(w) - int(h.week); d > 0 {
		for i := weeks - 1; i >= 0; i-- {
			if i >= d {
				h.received[i] = h.received[i-d]
			} else {
				h.received[i] = 0
			}
		}
		h.week = w
	}
	if back := int(h.week) - int(w); back < weeks {
		h.received[back] = uint8(min(int(h.received[back])+n, 255))
	}
}

// receivedIn sums what was received in the weeks from..to, which are kept as far as weeks go back.
func (h *habit) receivedIn(from, to uint16) (n int) {
	for i, x := range h.received {
		if w := int(h.week) - i; w >= int(from) && w <= int(to) {
			n += int(x)
		}
	}
	return n
}

// asks are the kinds that wait for an answer.
func asks(k schemas.Kind) bool { return k == schemas.KindPost || k == schemas.KindFeedback }
