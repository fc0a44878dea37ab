package kol

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/kol"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Nobody is the target of what is done to nobody.
const Nobody = ^uint32(0)

// Action is what a ranking needs to know of one. Members are numbers of a Community.
type Action struct {
	Time           int64 // Unix milliseconds
	Member, Target uint32
	Kind           schemas.Kind
	Value          float64 // 1 where the action has none
}

// Community is what happened in one. Actions come in any order.
type Community struct {
	names    []string
	numbers  map[string]uint32
	actions  []Action
	bots     map[uint32]bool
	staff    []string
	calendar *calendar.Calendar
}

// New returns an empty community in a time zone (IANA name, "" is UTC), by whose word some are bots and staff.
func New(zone string, bots, staff []string) (*Community, error) {
	cal, err := calendar.New(zone)
	if err != nil {
		return nil, err
	}
	c := &Community{numbers: map[string]uint32{}, bots: map[uint32]bool{}, staff: staff, calendar: cal}
	for _, name := range bots {
		c.bots[c.Number(name)] = true
	}
	return c, nil
}

// Number is a member's. A new one's is the next.
func (c *Community) Number(name string) uint32 {
	n, ok := c.numbers[name]
	if !ok {
		n = uint32(len(c.names))
		c.numbers[name] = n
		c.names = append(c.names, name)
	}
	return n
}

// Add takes an action of a member in.
func (c *Community) Add(a Action) { c.actions = append(c.actions, a) }

// Bot notes that a member is one.
func (c *Community) Bot(member uint32) { c.bots[member] = true }

// with returns a copy that has newcomers and their actions besides.
func (c *Community) with(names []string, more []Action) *Community {
	d := *c
	d.names = append(slices.Clip(c.names), names...)
	d.actions = append(slices.Clip(c.actions), more...)
	d.numbers = nil // of a copy nobody asks
	return &d
}

// life is when members were active.
type life struct {
	since []int32 // first active day, local; −1: never
	days  []uint32
	end   int64 // the local midnight after the last action
}

func (c *Community) life() life {
	l := life{since: make([]int32, len(c.names)), days: make([]uint32, len(c.names))}
	for m := range l.since {
		l.since[m] = -1
	}
	var active []uint64 // member, then day
	last := int32(0)
	for i := range c.actions {
		a := &c.actions[i]
		day := c.calendar.Day(a.Time)
		last = max(last, day)
		if a.Kind.Active() {
			active = append(active, uint64(a.Member)<<32|uint64(day))
		}
	}
	slices.Sort(active)
	for _, x := range slices.Compact(active) {
		m := x >> 32
		l.days[m]++
		if l.since[m] < 0 {
			l.since[m] = int32(uint32(x))
		}
	}
	l.end = c.calendar.Midnight(last + 1)
	return l
}

// endorsement reports whether an action is one, of another and by and for nobody who is a bot, and its weight.
func (c *Community) endorsement(a *Action) (weight uint32, ok bool) {
	if a.Target == Nobody || a.Target == a.Member || c.bots[a.Member] || c.bots[a.Target] {
		return 0, false
	}
	return kol.Weight(a.Kind, a.Value)
}
