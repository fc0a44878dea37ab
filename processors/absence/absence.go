package absence

import (
	"maps"
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Definition is the version of the formulas of this package, written beside its rows.
const Definition = 1

const unset = math.MinInt32

// Community is one community's contributions so far, as of the end of the day that was published last.
type Community struct {
	at      int32    // that day
	first   int32    // the day of the first row
	counts  []uint32 // by member
	by      []uint64 // by a number of contributions above 0, how many members have it
	total   uint64   // contributions
	members int64    // who were ever active
	open    map[int32]*day
}

// day is what belongs to a day that may still change.
type day struct {
	contributed []uint32 // members, one entry a contribution
	fresh       int64    // members active for the first time
	// How much of both is counted: all of it or, of days after the last one published, nothing, but for what is new.
	counted      int
	countedFresh int64
}

func (d *day) news() bool { return d.counted < len(d.contributed) || d.countedFresh != d.fresh }

// New returns a community in which nothing happened.
func New() *Community { return &Community{at: unset, first: math.MaxInt32, open: map[int32]*day{}} }

// Contributed counts one contribution of a member on a local day.
func (c *Community) Contributed(member uint32, on int32) {
	d := c.on(on)
	d.contributed = append(d.contributed, member)
}

// New counts members whose first active day is a local day; a negative number where that turned out to be an earlier one.
func (c *Community) New(members int64, on int32) { c.on(on).fresh += members }

func (c *Community) on(d int32) *day {
	x := c.open[d]
	if x == nil {
		x = &day{}
		c.open[d] = x
	}
	return x
}

// Publish appends a row for each day up to today whose end is another than it was, from first on, the day of the first
// action. Days before settled do not change any more: what is kept of them singly is forgotten.
func (c *Community) Publish(label string, first, settled, today int32, version uint64, r *schemas.CommunityDayRows) {
	days := slices.Sorted(maps.Keys(c.open))
	from := max(c.at, first-1) + 1
	if first < c.first { // an action came that lies before all others
		c.first, from = first, first
	}
	for _, d := range days {
		if c.open[d].news() {
			from = min(from, d)
			break
		}
	}
	for _, d := range days { // a day's end knows nothing of later days
		if d > from && d <= c.at {
			c.discount(c.open[d])
		}
	}
	for d := max(from, first); d <= today; d++ {
		if x := c.open[d]; x != nil {
			c.take(x)
		}
		c.at = d
		c.row(label, d, version, r)
	}
	for _, d := range days {
		if d < settled && d <= c.at {
			delete(c.open, d)
		}
	}
}

// take counts what is new of a day.
func (c *Community) take(x *day) {
	for _, m := range x.contributed[x.counted:] {
		if int(m) >= len(c.counts) {
			c.counts = append(c.counts, make([]uint32, int(m)+1-len(c.counts))...)
		}
		c.count(m, 1)
	}
	c.members += x.fresh - x.countedFresh
	x.counted, x.countedFresh = len(x.contributed), x.fresh
}

// discount takes back what is counted of a day.
func (c *Community) discount(x *day) {
	for _, m := range x.contributed[:x.counted] {
		c.count(m, -1)
	}
	c.members -= x.countedFresh
	x.counted, x.countedFresh = 0, 0
}

func (c *Community) count(m uint32, sign int) {
	n := int(c.counts[m])
	if n > 0 {
		c.by[n]--
	}
	n += sign
	c.grow(n)
	if n > 0 {
		c.by[n]++
	}
	c.counts[m], c.total = uint32(n), c.total+uint64(sign)
}

func (c *Community) grow(n int) {
	if n >= len(c.by) {
		c.by = append(c.by, make([]uint64, n+1-len(c.by))...)
	}
}

func (c *Community) row(label string, d int32, version uint64, r *schemas.CommunityDayRows) {
	r.Community = append(r.Community, label)
	r.Day = append(r.Day, d)
	r.AbsenceFactor = append(r.AbsenceFactor, c.factor())
	r.Members = append(r.Members, uint64(max(c.members, 0)))
	r.Contributors = append(r.Contributors, c.contributors())
	r.Contributions = append(r.Contributions, c.total)
	r.Version = append(r.Version, version)
	r.Definition = append(r.Definition, Definition)
}

// factor is the least number of members who made half of all contributions (CHAOSS, contributor absence factor).
func (c *Community) factor() uint64 {
	members, made := uint64(0), uint64(0)
	for n := len(c.by) - 1; n > 0 && 2*made < c.total; n-- {
		if k := c.by[n]; k > 0 {
			// Only as many of those with n contributions as it takes.
			need := (c.total - 2*made + 2*uint64(n) - 1) / (2 * uint64(n))
			members += min(k, need)
			made += min(k, need) * uint64(n)
		}
	}
	return members
}

func (c *Community) contributors() (n uint64) {
	for _, k := range c.by {
		n += k
	}
	return n
}

// Save writes the community.
func (c *Community) Save(w *state.Writer) {
	w.Int(int64(c.at))
	w.Int(int64(c.first))
	w.Int(c.members)
	w.Uint32s(c.counts)
	days := slices.Sorted(maps.Keys(c.open))
	w.Uint(uint64(len(days)))
	for _, d := range days {
		x := c.open[d]
		w.Int(int64(d))
		w.Int(x.fresh)
		w.Uint32s(x.contributed)
		w.Uint(uint64(x.counted))
		w.Int(x.countedFresh)
	}
}

// Load reads what Save wrote.
func Load(r *state.Reader) *Community {
	c := New()
	c.at, c.first, c.members = int32(r.Between(unset, math.MaxInt32)), int32(r.Between(unset, math.MaxInt32)), r.Int()
	c.counts = r.Uint32s()
	for _, n := range c.counts {
		if n > mostContributions {
			r.Fail()
			return New()
		}
		if n > 0 {
			c.grow(int(n))
			c.by[n]++
			c.total += uint64(n)
		}
	}
	had := map[uint32]uint32{} // of those that Publish may take back
	for range r.Len() {
		d := int32(r.Between(unset, math.MaxInt32))
		x := &day{fresh: r.Int(), contributed: r.Uint32s(), counted: int(r.Uint()), countedFresh: r.Int()}
		if x.counted < 0 || x.counted > len(x.contributed) {
			r.Fail()
			return New()
		}
		for _, m := range x.contributed[:x.counted] {
			if had[m]++; int(m) >= len(c.counts) || had[m] > c.counts[m] {
				r.Fail()
				return New()
			}
		}
		c.open[d] = x
	}
	return c
}

// Reach is one more than the greatest number of a member that was spoken of.
func (c *Community) Reach() int {
	n := len(c.counts)
	for _, d := range c.open {
		for _, m := range d.contributed {
			n = max(n, int(m)+1)
		}
	}
	return n
}

// mostContributions of one member bounds what damaged bytes can make of memory.
const mostContributions = 1 << 27
