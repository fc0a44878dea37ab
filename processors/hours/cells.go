package hours

// cell counts the actions of one hour: the hour in 8 bits, whether it waits in Changed in one, the actions in 22. A cell
// without actions is free. The highest bit is that of a reference.
type cell uint32

const (
	hourShift         = 23
	dirtyCell  cell   = 1 << 22
	maxActions        = 1<<22 - 1
	reference  cell   = 1 << 31
	dirtyFull  uint64 = 1 << 63
	classShift        = 28
)

func newCell(hour int) cell { return cell(hour)<<hourShift | dirtyCell | 1 }

func (c cell) hour() int       { return int(c >> hourShift & 0xff) }
func (c cell) actions() uint64 { return uint64(c & maxActions) }
func (c cell) sound() bool     { return c&reference == 0 && c.hour() < hoursOfWeek }

// member holds a member's first cells. With more than four hours the last is a reference to a block with the others:
// of a class of lists, or, in class full, of the counts of all hours of the week, which the member's first cells join.
type member [4]cell

const (
	shortest = 4 // cells of the first class of lists
	classes  = 5 // of 4, 8, 16, 32 and 64 cells
	full     = classes
)

// ref is a class and a block's number.
type ref struct {
	class int
	block uint32
}

func (r ref) cell() cell { return reference | cell(r.class)<<classShift | cell(r.block) }

func (m *member) block() (ref, bool) {
	x := m[3]
	return ref{int(x >> classShift & 7), uint32(x & (1<<classShift - 1))}, x&reference != 0
}

func (m *member) sound() bool {
	r, refers := m.block()
	return m[0].sound() && m[1].sound() && m[2].sound() && (refers && r.class <= full || m[3].sound())
}

// inline returns the member's cells that are in its record.
func (m *member) inline() []cell {
	if m[3]&reference != 0 {
		return m[:3]
	}
	return m[:]
}

// Result of a search in a list.
const (
	counted  = iota
	freshly  // counted, and the cell was not waiting in Changed
	noRoom   // no such cell and no free one
	overflow // the cell's count is at its end
)

// count adds an action to a list's cell of an hour. The used cells are in front.
func count(list []cell, hour int) int {
	for i, x := range list {
		switch {
		case x == 0:
			list[i] = newCell(hour)
			return freshly
		case x.hour() != hour:
		case x.actions() == maxActions:
			return overflow
		default:
			list[i] = (x + 1) | dirtyCell
			if x&dirtyCell == 0 {
				return freshly
			}
			return counted
		}
	}
	return noRoom
}

// add counts an action, and reports whether its cell was not waiting in Changed.
func (c *Counts) add(m *member, hour int) bool {
	for {
		at, refers := m.block()
		if refers && at.class == full {
			x := &c.full.At(at.block)[hour]
			was := *x
			*x = (was + 1) | dirtyFull
			return was&dirtyFull == 0
		}
		result := count(m.inline(), hour)
		if result == noRoom && refers {
			result = count(c.lists[at.class].At(at.block), hour)
		}
		switch {
		case result == overflow || result == noRoom && refers && at.class == classes-1:
			c.fill(m)
		case result == noRoom:
			c.widen(m)
		default:
			return result == freshly
		}
	}
}

// widen moves a member's list, or its fourth cell, to the next class.
func (c *Counts) widen(m *member) {
	at, refers := m.block()
	if !refers {
		b := c.lists[0].Take()
		c.lists[0].At(b)[0] = m[3]
		m[3] = ref{0, b}.cell()
		return
	}
	b := c.lists[at.class+1].Take()
	copy(c.lists[at.class+1].At(b), c.lists[at.class].At(at.block))
	c.lists[at.class].Free(at.block)
	m[3] = ref{at.class + 1, b}.cell()
}

// fill moves all of a member's cells to the counts of all hours.
func (c *Counts) fill(m *member) {
	b := c.full.Take()
	counts := c.full.At(b)
	move := func(list []cell) {
		for _, x := range list {
			counts[x.hour()] += x.actions()
			if x&dirtyCell != 0 {
				counts[x.hour()] |= dirtyFull
			}
		}
	}
	move(m.inline())
	if at, refers := m.block(); refers {
		move(c.lists[at.class].At(at.block))
		c.lists[at.class].Free(at.block)
	}
	*m = member{3: ref{full, b}.cell()}
}

// settle returns a cell's actions and notes that it waits no more.
func (c *Counts) settle(m *member, hour int) uint64 {
	at, refers := m.block()
	if refers && at.class == full {
		x := &c.full.At(at.block)[hour]
		*x &^= dirtyFull
		return *x
	}
	x := find(m.inline(), hour)
	if x == nil && refers {
		x = find(c.lists[at.class].At(at.block), hour)
	}
	if x == nil {
		return 0
	}
	*x &^= dirtyCell
	return x.actions()
}

func find(list []cell, hour int) *cell {
	for i := range list {
		if x := &list[i]; *x != 0 && x.hour() == hour {
			return x
		}
	}
	return nil
}

// has reports whether a block is there.
func (c *Counts) has(at ref) bool {
	if at.class == full {
		return int(at.block) < c.full.Len()
	}
	return at.class < full && int(at.block) < c.lists[at.class].Len()
}
