package reasons

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/slab"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Community keeps the habits of one community's members.
type Community struct {
	habits   slab.Of[habit] // by member
	more     slab.Of[[things - inline]thing]
	bonds    slab.Of[bonds]
	names    []string // of channels
	numbers  map[string]uint16
	uses     []use // of days that are not complete
	ties     []tie
	complete int32 // days before it are
}

type use struct {
	day    int32
	member uint32
	what   uint32
}

type tie struct {
	day            int32
	member, target uint32
	_              uint32
}

// New returns a community of which nothing is known.
func New() *Community { return &Community{numbers: map[string]uint16{}} }

// Use notes that a member was active in a kind on a day, or did something of a kind that makes nobody active.
func (c *Community) Use(member uint32, day int32, kind schemas.Kind) {
	c.uses = append(c.uses, use{day, member, uint32(kind)})
}

// UseChannel notes that a member was active in a channel on a day. Beyond some 65,000 channels and platforms, further ones
// are passed over.
func (c *Community) UseChannel(member uint32, day int32, channel string) {
	if n, ok := c.number(channel); ok {
		c.uses = append(c.uses, use{day, member, channelBase + n})
	}
}

// UsePlatform notes that a member was active on a platform on a day.
func (c *Community) UsePlatform(member uint32, day int32, platform string) {
	if n, ok := c.number(platform); ok {
		c.uses = append(c.uses, use{day, member, platformBase + n})
	}
}

func (c *Community) number(name string) (uint32, bool) {
	n, ok := c.numbers[name]
	if !ok {
		if len(c.names) == maxChannels {
			return 0, false
		}
		n = uint16(len(c.names))
		c.names = append(c.names, name)
		c.numbers[name] = n
	}
	return uint32(n), true
}

// Tie notes that a member endorsed another on a day, once.
func (c *Community) Tie(member, target uint32, day int32) {
	c.ties = append(c.ties, tie{day: day, member: member, target: target})
}

// Commit takes in the days before day, of which nothing can come any more. name is the roster's.
func (c *Community) Commit(day int32, name func(uint32) string) {
	if day <= c.complete {
		return
	}
	c.complete = day
	c.commitUses(day)
	c.commitTies(day, name)
}

// commitUses goes by day; of one member and day by the thing's own name, so that the order of arrival does not show.
func (c *Community) commitUses(day int32) {
	due, rest := split(c.uses, func(u use) bool { return u.day < day })
	slices.SortFunc(due, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.member, b.member), c.compareThings(a.what, b.what))
	})
	for _, u := range slices.Compact(due) {
		h := c.habit(u.member)
		switch k := schemas.Kind(min(u.what, uint32(schemas.KindCustom))); {
		case u.what >= platformBase:
			h.platform = uint16(u.what-platformBase) + 1
			continue
		case u.what < channelBase && k == schemas.KindViolation:
			h.violation = uint16(u.day)
			continue
		case u.what < channelBase && asks(k):
			h.lastAsked = uint16(u.day)
		}
		c.use(h, uint16(u.what), uint16(u.day))
	}
	c.uses = rest
}

func (c *Community) compareThings(a, b uint32) int {
	class := func(x uint32) int { return int(x>>31)*2 + min(int(x/channelBase), 1) }
	if class(a) != class(b) || a < channelBase {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(c.thingName(a), c.thingName(b))
}

func (c *Community) commitTies(day int32, name func(uint32) string) {
	due, rest := split(c.ties, func(t tie) bool { return t.day < day })
	slices.SortFunc(due, func(a, b tie) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.member, b.member), cmp.Compare(a.target, b.target))
	})
	for len(due) > 0 { // each day's pairs of one member, those met most often first: that is who gets a place
		n := 1
		for n < len(due) && due[n].day == due[0].day && due[n].member == due[0].member {
			n++
		}
		c.commitDay(due[:n], name)
		due = due[n:]
	}
	c.ties = rest
}

func (c *Community) commitDay(ties []tie, name func(uint32) string) {
	type pair struct {
		target uint32
		n      int
	}
	var pairs []pair
	for _, t := range ties {
		if k := len(pairs); k > 0 && pairs[k-1].target == t.target {
			pairs[k-1].n++
		} else {
			pairs = append(pairs, pair{t.target, 1})
		}
	}
	if len(pairs) > 1 {
		slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(name(a.target), name(b.target))) })
	}
	for _, p := range pairs {
		c.bind(ties[0].member).endorse(p.target, uint16(ties[0].day), p.n)
		c.bind(p.target).receive(uint16(ties[0].day), p.n)
	}
}

func (c *Community) habit(member uint32) *habit {
	c.habits.Reach(member)
	return c.habits.At(member)
}

// known returns a member's habit, nil where nothing is known.
func (c *Community) known(member uint32) *habit {
	if int(member) < c.habits.Len() {
		if h := c.habits.At(member); *h != (habit{}) {
			return h
		}
	}
	return nil
}

// split moves those that are due to the front, and returns both parts; the second is a copy.
func split[T any](s []T, due func(T) bool) (first, rest []T) {
	for _, x := range s {
		if !due(x) {
			rest = append(rest, x)
		}
	}
	return slices.DeleteFunc(s, func(x T) bool { return !due(x) }), rest
}

// MainChannel is the channel that a member used on most days, of those that are complete; empty if none.
func (c *Community) MainChannel(member uint32) string {
	h := c.known(member)
	if h == nil {
		return ""
	}
	best := thing{}
	for i := range h.places() {
		t := *c.thing(h, i)
		if t.what >= channelBase && (t.days > best.days || t.days == best.days && t.days > 0 && c.thingName(uint32(t.what)) < c.thingName(uint32(best.what))) {
			best = t
		}
	}
	if best.days == 0 {
		return ""
	}
	return c.thingName(uint32(best.what))
}

// Platform is the one that a member used on the newest day that is complete; empty if none.
func (c *Community) Platform(member uint32) string {
	if h := c.known(member); h != nil && h.platform > 0 {
		return c.names[h.platform-1]
	}
	return ""
}

// Reach is one more than the greatest number of a member that is kept.
func (c *Community) Reach() int {
	n := c.habits.Len() // those kept as counterparts have habits themselves
	for n > 0 && c.known(uint32(n-1)) == nil {
		n--
	}
	for _, u := range c.uses {
		n = max(n, int(u.member)+1)
	}
	for _, t := range c.ties {
		n = max(n, int(t.member)+1, int(t.target)+1)
	}
	return n
}

// Sound reports whether Text can be asked of what was found earlier.
func (c *Community) Sound(w *Why) bool {
	for _, r := range w.reasons {
		if r.code > LongerSilence || r.weekday > 6 || !c.named(uint32(r.what)) || r.about() && c.known(r.member) == nil {
			return false
		}
	}
	return true
}

// sound reports whether what a habit speaks of is there.
func (c *Community) sound(h *habit) bool {
	if int(h.more) > c.more.Len() || int(h.bonds) > c.bonds.Len() {
		return false
	}
	for i := range h.places() {
		t := c.thing(h, i)
		if t.days > 0 && !c.named(uint32(t.what)) {
			return false
		}
	}
	if int(h.platform) > len(c.names) {
		return false
	}
	for _, x := range c.bondsOf(h).with {
		if x.n > 0 && c.known(x.member) == nil {
			return false
		}
	}
	return true
}

func (c *Community) named(what uint32) bool {
	switch {
	case what >= platformBase:
		return int(what-platformBase) < len(c.names)
	case what >= channelBase:
		return int(what-channelBase) < len(c.names)
	}
	return true
}
