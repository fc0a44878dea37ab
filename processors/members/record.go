package members

// record is what is kept of one member: one line of the processor's cache.
type record struct {
	first, last            uint32 // low bits; the others are in bits
	bits                   uint32
	actions, contributions uint32 // low bits; if carried, Counts.carries has the others
	activeDays             uint16 // there are not more days until 2149
	day                    uint16 // the newest day
	dayActions             uint16 // of the newest day, less what was carried to a cell
	dayContributions       uint16
	top, topActions        uint32 // the top channel, and its actions
	older                  uint32 // the cell of the next older open day
	name                   name
}

// The parts of bits.
const (
	timeBits  = 10 // of a time above 32
	lastShift = timeBits
	dayShift  = 2 * timeBits // how many days before the newest the next older is, plus one; 0 is none
	dayBits   = 6
	timeMask  = 1<<timeBits - 1
	dayMask   = 1<<dayBits - 1

	known       uint32 = 1 << 26 // anything was counted
	bot         uint32 = 1 << 27
	carried     uint32 = 1 << 28 // the counts are beyond 32 bits
	dirtyMember uint32 = 1 << 29 // waits in Changed
	dirtyDay    uint32 = 1 << 30 // the newest day waits in Changed
)

// maxOpen is how many days may be open.
const maxOpen = dayMask - 1

func (m *record) is(flag uint32) bool { return m.bits&flag != 0 }
func (m *record) set(flag uint32)     { m.bits |= flag }
func (m *record) unset(flag uint32)   { m.bits &^= flag }

func (m *record) times() (first, last int64) {
	return int64(m.first) | int64(m.bits&timeMask)<<32, int64(m.last) | int64(m.bits>>lastShift&timeMask)<<32
}

func (m *record) setTimes(first, last int64) {
	m.first, m.last = uint32(first), uint32(last)
	m.bits = m.bits&^(timeMask|timeMask<<lastShift) | uint32(first>>32)&timeMask | uint32(last>>32)&timeMask<<lastShift
}

// link says where the next older open day is.
func (m *record) link() link {
	if d := m.bits >> dayShift & dayMask; d > 0 {
		return link{int32(m.day) - int32(d) + 1, m.older}
	}
	return nowhere
}

func (m *record) setLink(to link) {
	d := uint32(0)
	if to != nowhere {
		d = uint32(int32(m.day)-to.day) + 1
	}
	m.bits, m.older = m.bits&^(dayMask<<dayShift)|d<<dayShift, to.cell
}

// carry holds the high bits of counts that do not fit into a record.
type carry struct{ member, actions, contributions uint32 }

// carry returns a member's high bits, at first zero.
func (c *Counts) carry(n uint32) *carry {
	for i := range c.carries {
		if c.carries[i].member == n {
			return &c.carries[i]
		}
	}
	c.members.At(n).set(carried)
	c.carries = append(c.carries, carry{member: n})
	return &c.carries[len(c.carries)-1]
}

// Member is one member's counts. Times are event times in Unix milliseconds; First, Last and Actions count any kind,
// ActiveDays the local days with an action that makes active.
type Member struct {
	First, Last            int64
	Actions, Contributions uint64
	ActiveDays             uint32
	TopChannel             uint32 // a number of Channel, 0 if no action named one
	Bot                    bool   // by its own word
}

func (c *Counts) member(n uint32) Member {
	m := c.members.At(n)
	out := Member{Actions: uint64(m.actions), Contributions: uint64(m.contributions), ActiveDays: uint32(m.activeDays), TopChannel: m.top, Bot: m.is(bot)}
	out.First, out.Last = m.times()
	if m.is(carried) {
		high := c.carry(n)
		out.Actions |= uint64(high.actions) << 32
		out.Contributions |= uint64(high.contributions) << 32
	}
	return out
}
