package schemas

import "slices"

// ChurnTransitionRows are rows of the table churn_transitions. A deleted row takes back one that was published before.
type ChurnTransitionRows struct {
	Community, Member []string
	Time              []int64
	From, To          []string
	Reasons           []string // JSON
	Deleted           []uint8
	Version           []uint64
	Definition        []uint32
}

// Table implements Rows.
func (*ChurnTransitionRows) Table() string { return TableChurnTransitions }

// Len implements Rows.
func (r *ChurnTransitionRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *ChurnTransitionRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"member", r.Member}, {"time", r.Time}, {"from_state", r.From}, {"to_state", r.To},
		{"reasons", r.Reasons}, {"is_deleted", r.Deleted}, {"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *ChurnTransitionRows) Reset() {
	reset(&r.Community, &r.Member, &r.From, &r.To, &r.Reasons)
	reset(&r.Time)
	reset(&r.Deleted)
	reset(&r.Version)
	reset(&r.Definition)
}

// ChurnDayRows are rows of the table churn_days. Day is as in ActivityDayRows.
type ChurnDayRows struct {
	Community                                       []string
	Day                                             []int32
	New, Active, AtRisk, Churned, Resurrected, Left []uint64
	EnteredAtRisk, EnteredChurned, EnteredLeft      []uint64
	ChurnRate                                       []*float64
	Version                                         []uint64
	Definition                                      []uint32
}

// Table implements Rows.
func (*ChurnDayRows) Table() string { return TableChurnDays }

// Len implements Rows.
func (r *ChurnDayRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *ChurnDayRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"day", r.Day}, {"new", r.New}, {"active", r.Active}, {"at_risk", r.AtRisk},
		{"churned", r.Churned}, {"resurrected", r.Resurrected}, {"left", r.Left}, {"entered_at_risk", r.EnteredAtRisk},
		{"entered_churned", r.EnteredChurned}, {"entered_left", r.EnteredLeft}, {"churn_rate", r.ChurnRate},
		{"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *ChurnDayRows) Reset() {
	reset(&r.Community)
	reset(&r.Day)
	reset(&r.New, &r.Active, &r.AtRisk, &r.Churned, &r.Resurrected, &r.Left, &r.EnteredAtRisk, &r.EnteredChurned, &r.EnteredLeft, &r.Version)
	reset(&r.ChurnRate)
	reset(&r.Definition)
}

// ChurnModelRows are rows of the table churn_models: all that a risk is computed from, but for the member's own days.
type ChurnModelRows struct {
	Community    []string
	FittedAt     []int64 // the local midnight of Day
	Day          []int32
	Coefficients []string // JSON
	GapTable     []string // JSON
	Rows         []uint64
	Provisional  []uint8
	Version      []uint64
	Definition   []uint32
}

// Table implements Rows.
func (*ChurnModelRows) Table() string { return TableChurnModels }

// Len implements Rows.
func (r *ChurnModelRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *ChurnModelRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"fitted_at", r.FittedAt}, {"day", r.Day}, {"coefficients", r.Coefficients},
		{"gap_table", r.GapTable}, {"rows", r.Rows}, {"provisional", r.Provisional}, {"version", r.Version},
		{"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *ChurnModelRows) Reset() {
	reset(&r.Community, &r.Coefficients, &r.GapTable)
	reset(&r.FittedAt)
	reset(&r.Day)
	reset(&r.Rows, &r.Version)
	reset(&r.Provisional)
	reset(&r.Definition)
}

// MemberChurnRows are rows of the table members_churn: what the communities stage says of a member, which the view members
// shows.
type MemberChurnRows struct {
	Community  Text
	Member     Text
	State      Text
	Since      []int64
	Alive      Floats
	Risk       Floats
	Reasons    Text // JSON
	Version    []uint64
	Definition []uint32
}

// Table implements Rows.
func (*MemberChurnRows) Table() string { return TableMembersChurn }

// Len implements Rows.
func (r *MemberChurnRows) Len() int { return len(r.Version) }

// Columns implements Rows.
func (r *MemberChurnRows) Columns() []Column {
	return []Column{
		{"community", &r.Community}, {"member", &r.Member}, {"state", &r.State}, {"state_since", r.Since}, {"p_alive", &r.Alive},
		{"risk", &r.Risk}, {"reasons", &r.Reasons}, {"version", r.Version}, {"definition", r.Definition},
	}
}

// mostKept is for how many rows the memory is kept: a midnight makes one of everybody who was seen lately, and a large
// community's are not to hold it until the next.
const mostKept = 1 << 16

// Reset implements Rows.
func (r *MemberChurnRows) Reset() {
	if r.Len() > mostKept {
		*r = MemberChurnRows{}
		return
	}
	for _, t := range []*Text{&r.Community, &r.Member, &r.State, &r.Reasons} {
		t.Reset()
	}
	r.Alive.Reset()
	r.Risk.Reset()
	reset(&r.Since)
	reset(&r.Version)
	reset(&r.Definition)
}

// Grow makes room for about n rows more, whose community's and members' names have so many bytes.
func (r *MemberChurnRows) Grow(n, community, member int) {
	r.Community.grow(n * (community + 1))
	r.Member.grow(n * (member + 1))
	r.State.grow(n * len("+active"))
	r.Reasons.grow(n * len("+[]"))
	r.Alive.grow(n)
	r.Risk.grow(n)
	r.Since = slices.Grow(r.Since, n)
	r.Version = slices.Grow(r.Version, n)
	r.Definition = slices.Grow(r.Definition, n)
}
