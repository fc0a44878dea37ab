package members

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/slab"
)

// Day is one member's counts of one local day.
type Day struct {
	Day                    int32
	Actions, Contributions uint32
}

// link names a cell; nowhere names none.
type link struct {
	day  int32
	cell uint32
}

var nowhere = link{day: -1}

// cell is a member's count of an open day that is not its newest, and names that of the next older one.
type cell struct {
	actions, contributions uint32
	older                  uint32
	olderDay               uint16 // plus one; 0 is none
	dirty                  uint16 // 1 if it waits in Changed
}

func (x *cell) link() link { return link{int32(x.olderDay) - 1, x.older} }

func (x *cell) setLink(to link) { x.older, x.olderDay = to.cell, uint16(to.day+1) }

func (x *cell) add(actions, contributions uint32) {
	x.actions += actions
	x.contributions += contributions
	x.dirty = 1
}

// openDay is a day that can still change. All its cells are dropped at once, when it no longer can; a link to it then
// leads nowhere.
type openDay struct {
	day   int32
	cells slab.Of[cell]
}

// cell returns what a link names, nil if that is gone.
func (c *Counts) cell(at link) *cell {
	for i := len(c.days) - 1; i >= 0 && c.days[i].day >= at.day; i-- {
		if d := &c.days[i]; d.day == at.day && int(at.cell) < d.cells.Len() {
			return d.cells.At(at.cell)
		}
	}
	return nil
}

// newCell returns an empty cell on a day.
func (c *Counts) newCell(day int32, older link) (link, *cell) {
	i := len(c.days)
	for i > 0 && c.days[i-1].day > day {
		i--
	}
	if i == 0 || c.days[i-1].day != day {
		c.days = slices.Insert(c.days, i, openDay{day: day})
		i++
	}
	cells := &c.days[i-1].cells
	at := link{day, cells.Add()}
	x := cells.At(at.cell)
	x.setLink(older)
	return at, x
}

// olderDays calls each for the cells of a member's open days, the newest first, until it returns false.
func (c *Counts) olderDays(m *record, each func(day int32, x *cell) bool) {
	for at := m.link(); ; {
		x := c.cell(at)
		if x == nil || !each(at.day, x) {
			return
		}
		next := x.link()
		if next.day >= at.day {
			return
		}
		at = next
	}
}

// isOpen reports whether a day can still change. It follows from the log alone.
func (c *Counts) isOpen(day int32) bool { return day > c.newest-int32(c.open) }

// carryDay moves the counts of the newest day to a cell. It is done when they become too large, and when a newer day comes.
func (c *Counts) carryDay(m *record) link {
	at, day := m.link(), int32(m.day)
	x := c.cell(at)
	if x == nil || at.day != day {
		at, x = c.newCell(day, at)
		m.setLink(at)
	}
	dirty := x.dirty
	x.add(uint32(m.dayActions), uint32(m.dayContributions))
	if !m.is(dirtyDay) {
		x.dirty = dirty
	}
	m.dayActions, m.dayContributions = 0, 0
	return at
}

// begin makes day the newest day of a member.
func (c *Counts) begin(m *record, day int32, closed func(name string, d Day)) {
	older := nowhere
	switch {
	case !m.is(known):
	case c.isOpen(int32(m.day)):
		older = c.carryDay(m)
	default:
		c.changedDays(m, closed)
	}
	m.day, m.dayActions, m.dayContributions = uint16(day), 0, 0
	m.unset(dirtyDay)
	m.setLink(older)
}

// addOlder counts an action on a day before a member's newest. One that can change no more, which the lateness rules out,
// has a row of its own.
func (c *Counts) addOlder(m *record, day int32, contributions uint32, closed func(name string, d Day)) {
	if !c.isOpen(day) {
		closed(c.texts.text(&m.name), Day{day, 1, contributions})
		return
	}
	var newer, found *cell
	c.olderDays(m, func(at int32, x *cell) bool {
		if at > day {
			newer = x
			return true
		}
		if at == day {
			found = x
		}
		return false
	})
	if found == nil {
		var at link
		if newer == nil {
			at, found = c.newCell(day, m.link())
			m.setLink(at)
		} else {
			at, found = c.newCell(day, newer.link())
			newer.setLink(at)
		}
	}
	found.add(1, contributions)
}

// changedDays hands out the days of a member that wait.
func (c *Counts) changedDays(m *record, each func(name string, d Day)) {
	name := c.texts.text(&m.name)
	newest := Day{int32(m.day), uint32(m.dayActions), uint32(m.dayContributions)}
	c.olderDays(m, func(day int32, x *cell) bool {
		d := Day{day, x.actions, x.contributions}
		switch dirty := x.dirty == 1; {
		case day == newest.Day:
			newest.Actions += d.Actions
			newest.Contributions += d.Contributions
		case dirty:
			each(name, d)
		}
		x.dirty = 0
		return true
	})
	if m.is(dirtyDay) {
		m.unset(dirtyDay)
		each(name, newest)
	}
}

// dropDays forgets the days that can change no more, of which nothing waits.
func (c *Counts) dropDays() {
	n := 0
	for n < len(c.days) && !c.isOpen(c.days[n].day) {
		n++
	}
	c.days = slices.Delete(c.days, 0, n)
}
