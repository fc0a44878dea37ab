package members

import (
	"github.com/rollcall-dev/rollcall/processors/slab"
	"github.com/rollcall-dev/rollcall/processors/state"
)

// Definition is the version of the formulas of member_days, written beside its rows.
const Definition = 1

const dayMS = 86_400_000

// maxLateness is the greatest lateness in milliseconds for which enough days can be open.
const maxLateness = (maxOpen - 3) * dayMS

// Counts are those of all members of one community in one partition.
type Counts struct {
	lateness int64
	open     int // days kept open
	newest   int32
	index    index
	members  slab.Of[record]
	texts    texts
	carries  []carry
	days     []openDay // the older ones first
	dirty    []uint32
	channels channels
}

// NewCounts returns empty counts for actions at most lateness milliseconds behind stream time, at most 59 days.
func NewCounts(lateness int64) *Counts {
	// Today, what the lateness spans, and one more each for a start within a day and for a day of 23 hours.
	return &Counts{lateness: lateness, open: min(int(lateness/dayMS)+3, maxOpen), newest: -1, channels: newChannels()}
}

// Len returns how many members there are.
func (c *Counts) Len() int { return c.members.Len() }

// Count adds one action of event time t on local day day. closed is told of a changed day that has to make room.
func (c *Counts) Count(n uint32, t int64, day int32, contributing, activeDay bool, closed func(name string, d Day)) {
	m := c.members.At(n)
	contributions := uint32(0)
	if contributing {
		contributions = 1
	}
	c.newest = max(c.newest, day)
	if !m.is(known) || day > int32(m.day) {
		c.begin(m, day, closed)
	}
	c.total(n, m, t, contributions)
	if activeDay {
		m.activeDays++
	}
	c.touch(n, m)
	if day < int32(m.day) {
		c.addOlder(m, day, contributions, closed)
		return
	}
	if m.dayActions == 1<<16-1 {
		c.carryDay(m)
	}
	m.dayActions++
	m.dayContributions += uint16(contributions)
	m.set(dirtyDay)
}

// Last returns when a member's newest action was, as far as was counted; false for a member of whom nothing was.
func (c *Counts) Last(n uint32) (int64, bool) {
	m := c.members.At(n)
	_, last := m.times()
	return last, m.is(known)
}

// First returns when a member's earliest action was, as far as was counted.
func (c *Counts) First(n uint32) int64 {
	first, _ := c.members.At(n).times()
	return first
}

// Home returns the channel in which a member did most, empty if in none.
func (c *Counts) Home(n uint32) []byte { return []byte(c.Channel(c.members.At(n).top)) }

// total counts an action among all of its member's.
func (c *Counts) total(n uint32, m *record, t int64, contributions uint32) {
	first, last := t, t
	if m.is(known) {
		first, last = m.times()
	}
	m.setTimes(min(first, t), max(last, t))
	m.set(known)
	if m.actions++; m.actions == 0 {
		c.carry(n).actions++
	}
	if m.contributions += contributions; m.contributions < contributions {
		c.carry(n).contributions++
	}
}

func (c *Counts) touch(n uint32, m *record) {
	if !m.is(dirtyMember) {
		m.set(dirtyMember)
		c.dirty = append(c.dirty, n)
	}
}

// Mark makes Changed hand out a member who is known, because something else about it changed.
func (c *Counts) Mark(name string) {
	b := []byte(name)
	if n, ok := c.find(b, Hash(b)); ok {
		c.touch(n, c.members.At(n))
	}
}

// Bot notes that a member says of itself that it is one.
func (c *Counts) Bot(n uint32) { c.members.At(n).set(bot) }

// Changed hands out the members and days that changed since the last call.
func (c *Counts) Changed(member func(n uint32, name string, m Member), day func(name string, d Day)) {
	for _, n := range c.dirty {
		m := c.members.At(n)
		m.unset(dirtyMember)
		member(n, c.Name(n), c.member(n))
		c.changedDays(m, day)
	}
	c.dirty = c.dirty[:0]
	c.dropDays()
}

// Save writes the counts. Nothing may be waiting in Changed.
func (c *Counts) Save(w *state.Writer) {
	w.Int(c.lateness)
	w.Int(int64(c.newest))
	c.channels.save(w)
	w.Uint(uint64(len(c.texts)))
	for _, b := range c.texts {
		state.Put(w, b)
	}
	c.members.Save(w)
	w.Words(c.index.slots)
	state.Put(w, c.carries)
	w.Uint(uint64(len(c.days)))
	for i := range c.days {
		w.Int(int64(c.days[i].day))
		c.days[i].cells.Save(w)
	}
}

// LoadCounts reads what Save wrote.
func LoadCounts(r *state.Reader) *Counts {
	c := NewCounts(r.Between(0, maxLateness))
	c.newest = int32(r.Between(-1, 1<<16-1))
	c.channels.load(r)
	c.texts.load(r)
	c.members = slab.Load(r, func(_ uint32, m *record) bool {
		return c.texts.sound(&m.name) && int(m.top) < len(c.channels.names) && int32(m.day) <= max(c.newest, 0)
	})
	c.index.use(r.Words())
	c.carries = state.Get[carry](r)
	day := int32(-1)
	for range r.Len() {
		d := openDay{day: int32(r.Between(int64(day)+1, int64(c.newest)))}
		d.cells = slab.Load(r, func(_ uint32, _ *cell) bool { return true })
		if r.Err() != nil {
			break
		}
		day, c.days = d.day, append(c.days, d)
	}
	if n := len(c.index.slots); n&(n-1) != 0 || !c.index.sound(c.members.Len()) {
		r.Fail()
	}
	if r.Err() != nil {
		return NewCounts(c.lateness)
	}
	return c
}
