package schemas

// MemberRows are rows of the table members_activity: what the members stage says of a member.
type MemberRows struct {
	Community     []string
	Member        []string
	FirstSeen     []int64
	LastSeen      []int64
	Actions       []uint64
	ActiveDays    []uint32
	Contributions []uint64
	Engagement    []float64
	TopChannel    []string
	Bot           []uint8
	Version       []uint64
	Definition    []uint32
}

// Table implements Rows.
func (*MemberRows) Table() string { return TableMembersActivity }

// Len implements Rows.
func (r *MemberRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *MemberRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"member", r.Member}, {"first_seen", r.FirstSeen}, {"last_seen", r.LastSeen},
		{"actions", r.Actions}, {"active_days", r.ActiveDays}, {"contributions", r.Contributions},
		{"engagement", r.Engagement}, {"top_channel", r.TopChannel}, {"is_bot", r.Bot}, {"version", r.Version},
		{"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *MemberRows) Reset() {
	reset(&r.Community, &r.Member, &r.TopChannel)
	reset(&r.FirstSeen, &r.LastSeen)
	reset(&r.Actions, &r.Contributions, &r.Version)
	reset(&r.ActiveDays, &r.Definition)
	reset(&r.Engagement)
	reset(&r.Bot)
}

// MemberDayRows are rows of the table member_days. Day is as in ActivityDayRows.
type MemberDayRows struct {
	Community     []string
	Member        []string
	Day           []int32
	Actions       []uint32
	Contributions []uint32
	Version       []uint64
	Definition    []uint32
}

// Table implements Rows.
func (*MemberDayRows) Table() string { return TableMemberDays }

// Len implements Rows.
func (r *MemberDayRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *MemberDayRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"member", r.Member}, {"day", r.Day}, {"actions", r.Actions},
		{"contributions", r.Contributions}, {"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *MemberDayRows) Reset() {
	reset(&r.Community, &r.Member)
	reset(&r.Day)
	reset(&r.Actions, &r.Contributions, &r.Definition)
	reset(&r.Version)
}

// ActiveHourRows are rows of the table active_hours. Member "" is the whole community.
type ActiveHourRows struct {
	Community  []string
	Member     []string
	Hour       []uint32
	Actions    []uint64
	Version    []uint64
	Definition []uint32
}

// Table implements Rows.
func (*ActiveHourRows) Table() string { return TableActiveHours }

// Len implements Rows.
func (r *ActiveHourRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *ActiveHourRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"member", r.Member}, {"hour_of_week", r.Hour}, {"actions", r.Actions},
		{"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *ActiveHourRows) Reset() {
	reset(&r.Community, &r.Member)
	reset(&r.Hour, &r.Definition)
	reset(&r.Actions, &r.Version)
}

// CommunityRows are rows of the table communities.
type CommunityRows struct {
	Community  []string
	Time       []int64
	TimeZone   []string
	Clock      []string
	Lateness   []uint64
	Epoch      []uint32
	Version    []uint64
	Definition []uint32
}

// Table implements Rows.
func (*CommunityRows) Table() string { return TableCommunities }

// Len implements Rows.
func (r *CommunityRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *CommunityRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"time", r.Time}, {"time_zone", r.TimeZone}, {"clock", r.Clock},
		{"lateness_ms", r.Lateness}, {"epoch", r.Epoch}, {"version", r.Version},
		{"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *CommunityRows) Reset() {
	reset(&r.Community, &r.TimeZone, &r.Clock)
	reset(&r.Time)
	reset(&r.Lateness, &r.Version)
	reset(&r.Epoch, &r.Definition)
}
