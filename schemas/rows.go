package schemas

// Rows is a set of rows of one table, column by column, as the folds fill it and a sink inserts it.
// Columns returns every column with its values: *Text or []string, []uint8, []uint32, []uint64, []int64 (Unix milliseconds, for
// a DateTime64(3) column), []int32 (days since 1970, for a Date column), []float64, *Floats or []*float64 (nil is NULL).
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
	Community, ID, Member, Kind, Name, Target, Object, Channel, Platform, Campaign, Properties, Source Text
	Time, Received                                                                                     []int64
	Value                                                                                              Floats
	Late                                                                                               []uint8
	Restated                                                                                           []uint32
	Version                                                                                            []uint64
}

// Table implements Rows.
func (*ActionRows) Table() string { return TableActions }

// Len implements Rows.
func (r *ActionRows) Len() int { return len(r.Version) }

// Columns implements Rows.
func (r *ActionRows) Columns() []Column {
	return []Column{
		{"community", &r.Community}, {"id", &r.ID}, {"time", r.Time}, {"received", r.Received}, {"member", &r.Member},
		{"kind", &r.Kind}, {"name", &r.Name}, {"target", &r.Target}, {"object", &r.Object}, {"channel", &r.Channel},
		{"platform", &r.Platform}, {"campaign", &r.Campaign}, {"value", &r.Value}, {"properties", &r.Properties},
		{"source", &r.Source}, {"late", r.Late}, {"restated", r.Restated}, {"version", r.Version},
	}
}

// Reset implements Rows.
func (r *ActionRows) Reset() {
	for _, t := range []*Text{&r.Community, &r.ID, &r.Member, &r.Kind, &r.Name, &r.Target, &r.Object, &r.Channel, &r.Platform,
		&r.Campaign, &r.Properties, &r.Source} {
		t.Reset()
	}
	reset(&r.Time, &r.Received)
	r.Value.Reset()
	reset(&r.Late)
	reset(&r.Restated)
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

func reset[T any](columns ...*[]T) {
	for _, c := range columns {
		clear(*c) // a kept string would keep the memory it points into
		*c = (*c)[:0]
	}
}
