package churn

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/churn/reasons"
	"github.com/rollcall-dev/rollcall/processors/churn/risk"
	"github.com/rollcall-dev/rollcall/processors/slab"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Definition is the version of the rules.
const Definition = 1

// Settings are a community's own. Zero values are the defaults.
type Settings struct {
	After  int32   // days without an active day after which a member is churned; 30
	AtRisk float64 // the risk from which a member is at risk; 0.5
}

// Entry is a member who entered a state.
type Entry struct {
	Member uint32
	To     State
	Refit  bool // only the fit of that midnight makes the member at risk: by the one before, nothing has changed
}

// Place is the community that is published, and when.
type Place struct {
	Label         string
	Now, Lateness int64 // stream time and lateness, milliseconds
	Calendar      *calendar.Calendar
	Name          func(member uint32) string
	Version       uint64
}

// Rows are what is published.
type Rows struct {
	Members     schemas.MemberChurnRows
	Transitions schemas.ChurnTransitionRows
	Days        schemas.ChurnDayRows
	Models      schemas.ChurnModelRows
}

// unset is no day and no time.
const unset = -1

// fact is an active action or a leave.
type fact struct {
	at     int64 // Unix milliseconds, then a bit for a leave: at one instant activity comes before it
	member uint32
	day    int32 // local; known at Publish
}

func (f fact) time() int64 { return f.at >> 1 }

func (f fact) leave() bool { return f.at&1 != 0 }

// tally counts members.
type tally struct {
	in      [states]int64 // now
	entered [states]int64 // during the day
	start   int64         // in a state from which one can churn, at the start of the day
}

// move counts members who go from a state to another; by is −1 to take one back.
func (t *tally) move(from, to State, by int64) {
	if from != StateNone {
		t.in[from] -= by
	}
	t.in[to] += by
	t.entered[to] += by
}

// open begins the next day.
func (t *tally) open() {
	t.start = t.in[StateNew] + t.in[StateActive] + t.in[StateAtRisk] + t.in[StateResurrected]
	t.entered = [states]int64{}
}

// Community is the churn of one community.
type Community struct {
	// BeforeMidnight is told of each midnight before it is committed, when all facts before it are and none after.
	BeforeMidnight func(day int32)
	// OnMidnight is told of each midnight as it is committed, in order, with who entered at_risk, churned or active by it,
	// valid during the call. It is not part of the state.
	OnMidnight func(day int32, entered []Entry)

	rules rules
	model *risk.Model
	why   *reasons.Community
	kept  map[uint32]reasons.Why // of members at risk, as far as it is committed: since the midnight that made them so

	members members  // by number
	seen    []uint32 // who was active recently: all that a midnight can change
	// facts that are not committed, sorted but for those from fresh on, which came since the last Publish.
	waiting []fact
	fresh   int
	// recent is when the last committed fact of a member was, of those that midnights to come may have been published
	// without.
	recent map[uint32]int64

	first  int32 // the day of the earliest action
	day    int32 // the last one whose midnight is committed, or the first of all
	tally  tally
	fitted int32 // the day of the last fit
	today  int32 // the day of stream time at the last Publish

	overlay overlay
	recount float64 // of the midnight that is being committed; not part of the state
}

// New returns a community that nothing is known of.
func New() *Community {
	c := &Community{model: risk.NewModel(), why: reasons.New(), kept: map[uint32]reasons.Why{}, recent: map[uint32]int64{}, first: math.MaxInt32, day: unset, fitted: unset, today: unset}
	c.Use(Settings{})
	return c
}

// Use sets the rules. They hold from the next midnight on.
func (c *Community) Use(s Settings) {
	c.rules = rules{30, 0.5}
	if s.After > 0 {
		c.rules.after = s.After
	}
	if s.AtRisk > 0 {
		c.rules.atRisk = s.AtRisk
	}
}

// Why is what the reasons are found in, for the caller to tell of uses and ties. Days before the last midnight that was
// committed can not change any more.
func (c *Community) Why() *reasons.Community { return c.why }

// Recount is how many times as many members slip into at_risk by the fit of the midnight that OnMidnight tells of as by the
// one before it; 1 where there is none.
func (c *Community) Recount() float64 { return c.recount }

// Model is the community's model, to be read only.
func (c *Community) Model() *risk.Model { return c.model }

// History is what is committed of a member's active days; nil for an unknown one. It is valid until the next call.
func (c *Community) History(member uint32) *risk.History { return c.members.At(int(member)) }

// State returns what is committed of where a member stands.
func (c *Community) State(member uint32) State {
	if int(member) >= c.members.Len() {
		return StateNone
	}
	return c.members.of(member).state()
}

// Begin notes that there was an action of whatever kind on a local day: a community's days begin with the first.
func (c *Community) Begin(day int32) { c.first = min(c.first, day) }

// Active notes that a member was active: at least for the first active action of each local day, and for the first after
// each leave.
func (c *Community) Active(member uint32, time int64) { c.note(member, time<<1) }

// Leave notes that a member left.
func (c *Community) Leave(member uint32, time int64) { c.note(member, time<<1|1) }

func (c *Community) note(member uint32, at int64) {
	for int(member) >= c.members.Len() {
		*c.members.of(c.members.all.Add()) = record{risk: unknown, alive: unknown}
	}
	c.waiting = append(c.waiting, fact{at: at, member: member})
}

// members are records by number, as a model sees them.
type members struct{ all slab.Of[record] }

// of returns a member's record, valid until the next member is added.
func (m *members) of(member uint32) *record { return m.all.At(member) }

// Len implements risk.Members.
func (m *members) Len() int { return m.all.Len() }

// At implements risk.Members.
func (m *members) At(i int) *risk.History {
	if i >= m.Len() || m.of(uint32(i)).Total == 0 {
		return nil
	}
	return &m.of(uint32(i)).History
}
