package schemas

import (
	"encoding/json"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// TableAlerts is what the communities stage raised: a row an alert, as it stands.
const TableAlerts = "alerts"

// AlertRows are rows of the table alerts. A time of 0 is not yet.
type AlertRows struct {
	Community, AlertID, Kind, State, Change []string
	Sequence                                []uint32
	Opened, Updated, Resolved               []int64
	IntervalStart, IntervalEnd              []int64
	Expected, Observed, Probability         []float64
	Cause, CauseName                        []string
	Segments, Members                       []string // JSON
	AcknowledgedBy                          []string
	SilencedUntil                           []int64
	Severity                                []string
	TitleEN, TitleZH, TextEN, TextZH        []string
	Version                                 []uint64
	Definition                              []uint32
}

// Add appends the row of an alert, under the community's label (a rebuild's second state has one of its own).
func (r *AlertRows) Add(label string, a *actionpb.Alert, version uint64, definition uint32) {
	r.Community = append(r.Community, label)
	r.AlertID = append(r.AlertID, a.AlertId)
	r.Kind = append(r.Kind, a.Kind)
	r.State = append(r.State, a.State)
	r.Change = append(r.Change, a.Change)
	r.Sequence = append(r.Sequence, a.Sequence)
	r.Opened = append(r.Opened, a.Opened)
	r.Updated = append(r.Updated, a.Updated)
	r.Resolved = append(r.Resolved, a.Resolved)
	r.IntervalStart = append(r.IntervalStart, a.IntervalStart)
	r.IntervalEnd = append(r.IntervalEnd, a.IntervalEnd)
	r.Expected = append(r.Expected, a.Expected)
	r.Observed = append(r.Observed, a.Observed)
	r.Probability = append(r.Probability, a.Probability)
	r.Cause = append(r.Cause, a.Cause)
	r.CauseName = append(r.CauseName, a.CauseName)
	r.Segments = append(r.Segments, segmentsJSON(a.Segments))
	r.Members = append(r.Members, membersJSON(a.Members))
	r.AcknowledgedBy = append(r.AcknowledgedBy, a.AcknowledgedBy)
	r.SilencedUntil = append(r.SilencedUntil, a.SilencedUntil)
	r.Severity = append(r.Severity, a.Severity)
	r.TitleEN = append(r.TitleEN, a.TitleEn)
	r.TitleZH = append(r.TitleZH, a.TitleZh)
	r.TextEN = append(r.TextEN, a.TextEn)
	r.TextZH = append(r.TextZH, a.TextZh)
	r.Version = append(r.Version, version)
	r.Definition = append(r.Definition, definition)
}

// segmentsJSON is the column segments: an array, the segment that tells most first.
func segmentsJSON(list []*actionpb.AlertSegment) string {
	type segment struct {
		Dimension string  `json:"dimension"`
		Segment   string  `json:"segment"`
		Expected  float64 `json:"expected"`
		Observed  float64 `json:"observed"`
		Share     float64 `json:"share"`
		State     string  `json:"state,omitempty"`
	}
	out := make([]segment, 0, len(list))
	for _, s := range list {
		out = append(out, segment{s.Dimension, s.Segment, s.Expected, s.Observed, s.Share, s.State})
	}
	return asJSON(out)
}

// membersJSON is the column members: an array, whom to contact first.
func membersJSON(list []*actionpb.AlertMember) string {
	type member struct {
		Member string  `json:"member"`
		Value  float64 `json:"value"`
		WhyEN  string  `json:"why_en"`
		WhyZH  string  `json:"why_zh"`
	}
	out := make([]member, 0, len(list))
	for _, m := range list {
		out = append(out, member{m.Member, m.Value, m.WhyEn, m.WhyZh})
	}
	return asJSON(out)
}

func asJSON(list any) string {
	b, err := json.Marshal(list)
	if err != nil {
		return "[]" // only a number that is not finite can do that
	}
	return string(b)
}

// Table implements Rows.
func (*AlertRows) Table() string { return TableAlerts }

// Len implements Rows.
func (r *AlertRows) Len() int { return len(r.Community) }

// Columns implements Rows.
func (r *AlertRows) Columns() []Column {
	return []Column{
		{"community", r.Community}, {"alert_id", r.AlertID}, {"kind", r.Kind}, {"state", r.State}, {"change", r.Change},
		{"sequence", r.Sequence}, {"opened", r.Opened}, {"updated", r.Updated}, {"resolved", r.Resolved},
		{"interval_start", r.IntervalStart}, {"interval_end", r.IntervalEnd}, {"expected", r.Expected}, {"observed", r.Observed},
		{"probability", r.Probability}, {"cause", r.Cause}, {"cause_name", r.CauseName}, {"segments", r.Segments},
		{"members", r.Members}, {"acknowledged_by", r.AcknowledgedBy}, {"silenced_until", r.SilencedUntil},
		{"severity", r.Severity}, {"title_en", r.TitleEN}, {"title_zh", r.TitleZH}, {"text_en", r.TextEN}, {"text_zh", r.TextZH},
		{"version", r.Version}, {"definition", r.Definition},
	}
}

// Reset implements Rows.
func (r *AlertRows) Reset() {
	reset(&r.Community, &r.AlertID, &r.Kind, &r.State, &r.Change, &r.Cause, &r.CauseName, &r.Segments, &r.Members, &r.AcknowledgedBy,
		&r.Severity, &r.TitleEN, &r.TitleZH, &r.TextEN, &r.TextZH)
	reset(&r.Sequence, &r.Definition)
	reset(&r.Opened, &r.Updated, &r.Resolved, &r.IntervalStart, &r.IntervalEnd, &r.SilencedUntil)
	reset(&r.Expected, &r.Observed, &r.Probability)
	reset(&r.Version)
}
