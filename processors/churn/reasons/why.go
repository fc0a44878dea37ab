package reasons

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Question is who is asked about, as of the midnight that begins Day: their active days, all before it.
type Question struct {
	Member      uint32
	Day         int32
	First, Last int32  // active days
	Total       uint32 // of them
	Days        uint64 // bit j: active on Last − j
	// Gone tells of another member whether they left or churned, and their last active day before Day.
	Gone func(member uint32) (gone bool, last int32, known bool)
	// Terms are the contributions of the model's features to the logit of the risk.
	Terms [7]float64
}

// Code names a kind of reason.
type Code uint8

// The codes, strongest first.
const (
	none Code = iota
	CounterpartLeft
	Violation
	Unanswered
	ChannelStopped
	KindStopped
	CounterpartSilent
	FewerReplies
	WeekdayMissed
	LongerSilence
)

// most is how many reasons are kept.
const most = 4

// reason is one of them; what the numbers are follows from the code (text.go).
type reason struct {
	code    Code
	weekday uint8
	what    uint16
	a, b    uint16
	from    uint16 // days
	to      uint16
	member  uint32
}

// about reports whether a reason speaks of another member.
func (r *reason) about() bool { return r.code == CounterpartLeft || r.code == CounterpartSilent }

// Why is what was found of one member, as of a midnight. It holds no pointers.
type Why struct {
	reasons [most]reason
	terms   [7]float32
	day     int32
}

// Limits, in days unless said otherwise.
const (
	habitDays    = 3  // a thing is a habit from so many days of use on
	habitShare   = 5  // and a fifth of the member's active days
	stoppedAfter = 14 // at least
	beforeRest   = 7  // a thing that ended so long before the rest says more than the silence
	shortBefore  = 14 // what came at most so long before the silence
	tieHabit     = 3  // endorsements
	silentAfter  = 21
	usualWeeks   = 8
	longAgo      = 120 // what ended so long before L is past, not a reason
)

// Why says what changed, strongest first.
func (c *Community) Why(q Question) Why {
	w := Why{day: q.Day}
	for i, t := range q.Terms {
		w.terms[i] = float32(t)
	}
	var found []reason
	if h := c.known(q.Member); h != nil {
		found = append(found, c.stopped(h, q)...)
		b := c.bondsOf(h)
		found = append(found, before(h, &b, q)...)
		found = append(found, gone(&b, q)...)
		found = append(found, replies(&b, q)...)
	}
	found = append(found, weekday(q)...)
	found = append(found, silence(q)...)
	slices.SortStableFunc(found, func(a, b reason) int { return cmp.Compare(a.code, b.code) })
	copy(w.reasons[:], found)
	return w
}

// stopped finds the kinds and channels that were a habit and ended before the rest.
func (c *Community) stopped(h *habit, q Question) (out []reason) {
	things := make([]thing, h.places())
	for i := range things {
		things[i] = *c.thing(h, i)
	}
	slices.SortFunc(things, func(a, b thing) int {
		return cmp.Or(cmp.Compare(b.days, a.days), c.compareThings(uint32(a.what), uint32(b.what)))
	})
	for _, t := range things {
		if t.days < habitDays || uint32(t.days)*habitShare < q.Total {
			continue
		}
		usual := int32(t.last-t.first) / int32(t.days-1)
		idle := q.Day - int32(t.last)
		if idle < max(stoppedAfter, 3*usual) || int32(t.last) > q.Last-beforeRest || int32(t.last) < q.Last-longAgo {
			continue
		}
		code := KindStopped
		if t.what >= channelBase {
			code = ChannelStopped
		}
		out = append(out, reason{code: code, what: t.what, a: t.days, from: t.first, to: t.last})
	}
	return out[:min(2, len(out))]
}

// before finds what happened just before the silence.
func before(h *habit, b *bonds, q Question) (out []reason) {
	soon := func(day uint16) bool { return day > 0 && int32(day) >= q.Last-shortBefore && int32(day) < q.Day }
	if soon(h.violation) {
		out = append(out, reason{code: Violation, from: h.violation})
	}
	if soon(h.lastAsked) && b.lastReply < h.lastAsked {
		out = append(out, reason{code: Unanswered, from: h.lastAsked})
	}
	return out
}

// gone finds members whom this one endorsed often, and who are no longer there.
func gone(b *bonds, q Question) (out []reason) {
	with := slices.Clone(b.with[:])
	slices.SortStableFunc(with, func(a, b counterpart) int { return cmp.Compare(b.n, a.n) })
	for _, c := range with {
		if c.n < tieHabit || q.Gone == nil {
			continue
		}
		left, last, known := q.Gone(c.member)
		switch {
		case !known || last < q.Last-longAgo:
		case left:
			out = append(out, reason{code: CounterpartLeft, member: c.member, a: c.n, to: uint16(last)})
		case q.Day-last > silentAfter:
			out = append(out, reason{code: CounterpartSilent, member: c.member, a: c.n, to: uint16(last)})
		}
	}
	return out[:min(2, len(out))]
}

// replies compares the endorsements received in the four weeks up to the last active day with the four before.
func replies(b *bonds, q Question) []reason {
	w := weekOf(q.Last)
	if w < 7 {
		return nil
	}
	recent, earlier := b.receivedIn(w-3, w), b.receivedIn(w-7, w-4)
	if earlier < 4 || 2*recent > earlier {
		return nil
	}
	return []reason{{code: FewerReplies, a: uint16(recent), b: uint16(earlier), to: uint16(q.Last)}}
}

// weekday finds the weekday on which the member came in at least six of the eight weeks up to the last active day, and has
// not since, at least twice.
func weekday(q Question) []reason {
	best, times := int32(-1), 0
	for back := range int32(7) {
		n := 0
		for k := range int32(usualWeeks) {
			if j := back + 7*k; j < 64 {
				n += int(q.Days >> j & 1)
			}
		}
		if n > times {
			best, times = back, n
		}
	}
	if times < usualWeeks-2 {
		return nil
	}
	day := q.Last - best // the newest such weekday they came
	missed := (q.Day - 1 - day) / 7
	if missed < 2 {
		return nil
	}
	return []reason{{code: WeekdayMissed, weekday: uint8((day + 3) % 7), a: uint16(times), b: uint16(missed), to: uint16(day)}}
}

// silence compares the silence with the 95th percentile of the member's own in the 64 days up to the last active day.
func silence(q Question) []reason {
	var gaps []int
	last := 0
	for rest := q.Days &^ 1; rest != 0; rest &= rest - 1 {
		j := bits.TrailingZeros64(rest)
		gaps = append(gaps, j-last)
		last = j
	}
	if len(gaps) < 4 {
		return nil
	}
	slices.Sort(gaps)
	usual := gaps[(len(gaps)*95+99)/100-1]
	if silent := int(q.Day - q.Last); silent > usual {
		return []reason{{code: LongerSilence, a: uint16(min(silent, 1<<16-1)), b: uint16(usual), to: uint16(q.Last)}}
	}
	return nil
}

// thingName is that of a kind, a channel or a platform.
func (c *Community) thingName(what uint32) string {
	switch {
	case what >= platformBase:
		return c.names[what-platformBase]
	case what >= channelBase:
		return c.names[what-channelBase]
	}
	return schemas.Kind(what).String()
}
