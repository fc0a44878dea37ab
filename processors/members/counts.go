package members

import (
	"github.com/rollcall-dev/rollcall/processors/state"
)

// Definition is the version of the formulas of member_days, written beside its rows.
const Definition = 1

const dayMS = 86_400_000

// Member is one member's counts. Times are event times in Unix milliseconds; First, Last and Actions count any kind,
// ActiveDays the local days with an action that makes active.
type Member struct {
	First, Last            int64
	Actions, Contributions uint64
	ActiveDays             uint32
	TopChannel             uint32 // a number of Channels, 0 if no action named one
	Bot                    bool   // by its own word
}

// Day is one member's counts of one local day.
type Day struct {
	Day                    int32
	Actions, Contributions uint32
}

type openDay struct {
	Day
	dirty bool
}

// Counts are those of all members of one community in one partition.
type Counts struct {
	lateness int64
	open     int // days kept open a member
	numbers  map[string]uint32
	names    []string
	members  []Member
	days     []openDay // open a member, a day at day mod open
	isDirty  []bool
	dirty    []uint32
	channels channels
}

// NewCounts returns empty counts for actions at most lateness milliseconds behind stream time.
func NewCounts(lateness int64) *Counts {
	// Today, what the lateness spans, and one more each for a start within a day and for a day of 23 hours.
	return &Counts{lateness: lateness, open: int(lateness/dayMS) + 3, numbers: map[string]uint32{}, channels: newChannels()}
}

// Len returns how many members there are.
func (c *Counts) Len() int { return len(c.names) }

// Member returns a member's number, a new one for a new name.
func (c *Counts) Member(name []byte) uint32 {
	if n, ok := c.numbers[string(name)]; ok {
		return n
	}
	n := uint32(len(c.names))
	s := string(name)
	c.numbers[s] = n
	c.names = append(c.names, s)
	c.members = append(c.members, Member{})
	c.isDirty = append(c.isDirty, false)
	for range c.open {
		c.days = append(c.days, openDay{Day: Day{Day: -1}})
	}
	return n
}

// Count adds one action of event time t on local day day. closed is told of a changed day that has to make room.
func (c *Counts) Count(n uint32, t int64, day int32, contributing, activeDay bool, closed func(name string, d Day)) {
	m := &c.members[n]
	if m.Actions == 0 {
		m.First, m.Last = t, t
	}
	m.First, m.Last = min(m.First, t), max(m.Last, t)
	m.Actions++
	if activeDay {
		m.ActiveDays++
	}
	d := &c.days[int(n)*c.open+int(day)%c.open]
	if d.Day.Day != day {
		if d.dirty {
			closed(c.names[n], d.Day)
		}
		*d = openDay{Day: Day{Day: day}}
	}
	d.dirty = true
	d.Actions++
	if contributing {
		m.Contributions++
		d.Contributions++
	}
	c.touch(n)
}

func (c *Counts) touch(n uint32) {
	if !c.isDirty[n] {
		c.isDirty[n] = true
		c.dirty = append(c.dirty, n)
	}
}

// Name returns a member's name.
func (c *Counts) Name(n uint32) string { return c.names[n] }

// Touch makes Changed hand out a member who is known, because something else about it changed.
func (c *Counts) Touch(name string) {
	if n, ok := c.numbers[name]; ok {
		c.touch(n)
	}
}

// Bot notes that a member says of itself that it is one.
func (c *Counts) Bot(n uint32) { c.members[n].Bot = true }

// In counts an action of a member in a channel.
func (c *Counts) In(n uint32, channel []byte) {
	m := &c.members[n]
	m.TopChannel = c.channels.count(n, channel, m.TopChannel)
}

// Channel returns a channel's name, "" for 0.
func (c *Counts) Channel(number uint32) string { return c.channels.names[number] }

// Changed hands out the members and days that changed since the last call.
func (c *Counts) Changed(member func(n uint32, name string, m Member), day func(name string, d Day)) {
	for _, n := range c.dirty {
		c.isDirty[n] = false
		member(n, c.names[n], c.members[n])
		for i := range c.open {
			if d := &c.days[int(n)*c.open+i]; d.dirty {
				d.dirty = false
				day(c.names[n], d.Day)
			}
		}
	}
	c.dirty = c.dirty[:0]
}

// Save writes the counts. Nothing may be waiting in Changed.
func (c *Counts) Save(w *state.Writer) {
	w.Int(c.lateness)
	w.Uint(uint64(len(c.names)))
	for n, m := range c.members {
		w.String(c.names[n])
		w.Int(m.First)
		w.Int(m.Last - m.First)
		w.Uint(m.Actions)
		w.Uint(m.Contributions)
		w.Uint(uint64(m.ActiveDays))
		w.Uint(uint64(m.TopChannel))
		w.Bool(m.Bot)
		for _, d := range c.days[n*c.open:][:c.open] {
			w.Int(int64(d.Day.Day))
			w.Uint(uint64(d.Actions))
			w.Uint(uint64(d.Contributions))
		}
	}
	c.channels.save(w)
}

// LoadCounts reads what Save wrote.
func LoadCounts(r *state.Reader) *Counts {
	c := NewCounts(r.Between(0, 400*dayMS))
	for range r.Len() {
		n := c.Member([]byte(r.String()))
		m := &c.members[n]
		m.First = r.Int()
		m.Last = m.First + r.Int()
		m.Actions, m.Contributions, m.ActiveDays = r.Uint(), r.Uint(), uint32(r.Uint())
		m.TopChannel, m.Bot = uint32(r.Uint()), r.Bool()
		for i := range c.days[int(n)*c.open:][:c.open] {
			c.days[int(n)*c.open+i] = openDay{Day: Day{int32(r.Int()), uint32(r.Uint()), uint32(r.Uint())}}
		}
		if r.Err() != nil {
			break
		}
	}
	c.channels.load(r)
	for i := range c.members {
		if int(c.members[i].TopChannel) >= len(c.channels.names) {
			r.Fail()
			return NewCounts(c.lateness)
		}
	}
	return c
}
