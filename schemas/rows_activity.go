package schemas

// ActivityRows are rows of the table activity. A deleted row takes back one that was published before.
type ActivityRows struct {
	Community, Dimension, Segment, Window []string
	Time                                  []int64
	Actions, Active, Contributing         []uint64
	Deleted                               []uint8
	Version                               []uint64
	Definition                            []uint32
}

// Table implements Rows.
func (*ActivityRows) Table() string { return TableActivity }

// Len implements Rows.
func (r *ActivityRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *ActivityRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"dimension", r.Dimension}, {"segment", r.Segment}, {"window", r.Window},
		{"time", r.Time}, {"actions", r.Actions}, {"active_members", r.Active},
		{"contributing_members", r.Contributing}, {"is_deleted", r.Deleted}, {"version", r.Version},
		{"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *ActivityRows) Reset() {
	reset(&r.Community, &r.Dimension, &r.Segment, &r.Window)
	reset(&r.Time)
	reset(&r.Actions, &r.Active, &r.Contributing, &r.Version)
	reset(&r.Deleted)
	reset(&r.Definition)
}

// ActivityDayRows are rows of the table activity_days. Day counts days since 1970 in the community's calendar.
type ActivityDayRows struct {
	Community    []string
	Day          []int32
	DAU          []uint64
	WAU          []uint64
	MAU          []uint64
	Ratio        []*float64
	Actions      []uint64
	Contributing []uint64
	Lurkers      []uint64
	Version      []uint64
	Definition   []uint32
}

// Table implements Rows.
func (*ActivityDayRows) Table() string { return TableActivityDays }

// Len implements Rows.
func (r *ActivityDayRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *ActivityDayRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"day", r.Day}, {"dau", r.DAU}, {"wau", r.WAU}, {"mau", r.MAU},
		{"stickiness_ratio", r.Ratio}, {"actions", r.Actions}, {"contributing_members", r.Contributing},
		{"lurkers", r.Lurkers}, {"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *ActivityDayRows) Reset() {
	reset(&r.Community)
	reset(&r.Day)
	reset(&r.DAU, &r.WAU, &r.MAU, &r.Actions, &r.Contributing, &r.Lurkers, &r.Version)
	reset(&r.Ratio)
	reset(&r.Definition)
}

// LifecycleRows are rows of the table lifecycle. Start is a day, as in ActivityDayRows.
type LifecycleRows struct {
	Community        []string
	Interval         []string
	Start            []int32
	New              []uint64
	Returning        []uint64
	Resurrecting     []uint64
	Dormant          []uint64
	Active           []uint64
	PeriodOverPeriod []*float64
	Version          []uint64
	Definition       []uint32
}

// Table implements Rows.
func (*LifecycleRows) Table() string { return TableLifecycle }

// Len implements Rows.
func (r *LifecycleRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *LifecycleRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"interval", r.Interval}, {"start", r.Start}, {"new", r.New},
		{"returning", r.Returning}, {"resurrecting", r.Resurrecting}, {"dormant", r.Dormant}, {"active", r.Active},
		{"period_over_period", r.PeriodOverPeriod}, {"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *LifecycleRows) Reset() {
	reset(&r.Community, &r.Interval)
	reset(&r.Start)
	reset(&r.New, &r.Returning, &r.Resurrecting, &r.Dormant, &r.Active, &r.Version)
	reset(&r.PeriodOverPeriod)
	reset(&r.Definition)
}

// RetentionRows are rows of the table retention. Cohort is a day, as in ActivityDayRows.
type RetentionRows struct {
	Community   []string
	Interval    []string
	Cohort      []int32
	N           []uint32
	Size        []uint64
	NDay        []uint64
	Unbounded   []uint64
	Consecutive []uint64
	Deleted     []uint8
	Version     []uint64
	Definition  []uint32
}

// Table implements Rows.
func (*RetentionRows) Table() string { return TableRetention }

// Len implements Rows.
func (r *RetentionRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *RetentionRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"interval", r.Interval}, {"cohort", r.Cohort}, {"n", r.N}, {"cohort_size", r.Size},
		{"n_day", r.NDay}, {"unbounded", r.Unbounded}, {"consecutive", r.Consecutive}, {"is_deleted", r.Deleted},
		{"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *RetentionRows) Reset() {
	reset(&r.Community, &r.Interval)
	reset(&r.Cohort)
	reset(&r.N, &r.Definition)
	reset(&r.Size, &r.NDay, &r.Unbounded, &r.Consecutive, &r.Version)
	reset(&r.Deleted)
}

// StickinessRows are rows of the table stickiness. Start is a day, as in ActivityDayRows.
type StickinessRows struct {
	Community  []string
	Interval   []string
	Start      []int32
	ActiveDays []uint32
	Members    []uint64
	Deleted    []uint8
	Version    []uint64
	Definition []uint32
}

// Table implements Rows.
func (*StickinessRows) Table() string { return TableStickiness }

// Len implements Rows.
func (r *StickinessRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *StickinessRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"interval", r.Interval}, {"start", r.Start}, {"active_days", r.ActiveDays},
		{"members", r.Members}, {"is_deleted", r.Deleted}, {"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *StickinessRows) Reset() {
	reset(&r.Community, &r.Interval)
	reset(&r.Start)
	reset(&r.ActiveDays, &r.Definition)
	reset(&r.Members, &r.Version)
	reset(&r.Deleted)
}

// CommunityDayRows are rows of the table community_days. Day is as in ActivityDayRows; the values are as of its end.
type CommunityDayRows struct {
	Community     []string
	Day           []int32
	AbsenceFactor []uint64
	Members       []uint64
	Contributors  []uint64
	Contributions []uint64
	Version       []uint64
	Definition    []uint32
}

// Table implements Rows.
func (*CommunityDayRows) Table() string { return TableCommunityDays }

// Len implements Rows.
func (r *CommunityDayRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *CommunityDayRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"day", r.Day}, {"absence_factor", r.AbsenceFactor}, {"members", r.Members},
		{"contributors", r.Contributors}, {"contributions", r.Contributions}, {"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *CommunityDayRows) Reset() {
	reset(&r.Community)
	reset(&r.Day)
	reset(&r.AbsenceFactor, &r.Members, &r.Contributors, &r.Contributions, &r.Version)
	reset(&r.Definition)
}
