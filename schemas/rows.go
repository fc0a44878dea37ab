package schemas

// Rows is a set of rows of one table, column by column, as the folds fill it and a sink inserts it.
// Columns returns every column with its values: []string, []uint8, []uint32, []uint64, []int64 (Unix milliseconds, for
// a DateTime64(3) column), []int32 (days since 1970, for a Date column), []float64, []*float64 (nil is NULL).
type Rows interface {
	Table() string
	Len() int
	Columns() []Column
	Reset() // empties it and keeps the memory
}

// Column is one column of Rows.
type Column struct {
	Name   string
	Values any
}

// ActionRows are rows of the table actions.
type ActionRows struct {
	Community, ID, Member, Kind, Name, Target, Object, Channel, Platform, Campaign, Properties, Source []string
	Time, Received                                                                                     []int64
	Value                                                                                              []*float64
	Late                                                                                               []uint8
	Version                                                                                            []uint64
}

// Table implements Rows.
func (*ActionRows) Table() string { return TableActions }

// Len implements Rows.
func (r *ActionRows) Len() int { return len(r.ID) }

// Columns implements Rows.
func (r *ActionRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"id", r.ID}, {"time", r.Time}, {"received", r.Received}, {"member", r.Member},
		{"kind", r.Kind}, {"name", r.Name}, {"target", r.Target}, {"object", r.Object}, {"channel", r.Channel},
		{"platform", r.Platform}, {"campaign", r.Campaign}, {"value", r.Value}, {"properties", r.Properties},
		{"source", r.Source}, {"late", r.Late}, {"version", r.Version},
	}
}

// Reset implements Rows.
func (r *ActionRows) Reset() {
	reset(&r.Community, &r.ID, &r.Member, &r.Kind, &r.Name, &r.Target, &r.Object, &r.Channel, &r.Platform,
		&r.Campaign, &r.Properties, &r.Source)
	reset(&r.Time, &r.Received)
	reset(&r.Value)
	reset(&r.Late)
	reset(&r.Version)
}

// RejectedRows are rows of the table rejected.
type RejectedRows struct {
	Community, Source, Reason, Field, Detail, Payload []string
	Digest                                            []string // of source and bytes: the row's identity
	Received                                          []int64
	Version                                           []uint64
}

// Table implements Rows.
func (*RejectedRows) Table() string { return TableRejected }

// Len implements Rows.
func (r *RejectedRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *RejectedRows) Columns() []Column {
	return []Column{
		{"received", r.Received}, {"community", r.Community}, {"source", r.Source}, {"reason", r.Reason},
		{"field", r.Field}, {"detail", r.Detail}, {"payload", r.Payload}, {"digest", r.Digest}, {"version", r.Version},
	}
}

// Reset implements Rows.
func (r *RejectedRows) Reset() {
	reset(&r.Community, &r.Source, &r.Reason, &r.Field, &r.Detail, &r.Payload, &r.Digest)
	reset(&r.Received)
	reset(&r.Version)
}

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

// MemberRows are rows of the table members.
type MemberRows struct {
	Community, Member      []string
	FirstSeen, LastSeen    []int64
	Actions, Contributions []uint64
	ActiveDays             []uint32
	Version                []uint64
	Definition             []uint32
}

// Table implements Rows.
func (*MemberRows) Table() string { return TableMembers }

// Len implements Rows.
func (r *MemberRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *MemberRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"member", r.Member}, {"first_seen", r.FirstSeen}, {"last_seen", r.LastSeen},
		{"actions", r.Actions}, {"active_days", r.ActiveDays}, {"contributions", r.Contributions},
		{"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *MemberRows) Reset() {
	reset(&r.Community, &r.Member)
	reset(&r.FirstSeen, &r.LastSeen)
	reset(&r.Actions, &r.Contributions, &r.Version)
	reset(&r.ActiveDays, &r.Definition)
}

// MemberDayRows are rows of the table member_days. Day counts days since 1970 in the community's calendar.
type MemberDayRows struct {
	Community, Member      []string
	Day                    []int32
	Actions, Contributions []uint32
	Version                []uint64
	Definition             []uint32
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

func reset[T any](columns ...*[]T) {
	for _, c := range columns {
		clear(*c) // a kept string would keep the memory it points into
		*c = (*c)[:0]
	}
}
