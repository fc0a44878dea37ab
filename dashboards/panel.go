package dashboards

import (
	"regexp"
	"slices"
)

// Text is one piece of text in both languages of the product.
type Text struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

// Kind says how a panel is drawn.
type Kind string

// The kinds of panel. A renderer must know all of them.
const (
	// Timeseries has a first column time (a window's end) and values that hold
	// until the next row: draw steps, not slopes.
	Timeseries Kind = "timeseries"
	// Bars has a first column with the start of an interval, a second one with its
	// length, and one value; an interval without a row is zero.
	Bars Kind = "bars"
	// Heatmap has hour_of_week (0 = Monday 00:00) and one value; a missing cell is zero.
	Heatmap Kind = "heatmap"
	// Trend has a first column with the start of an interval, a second one with its
	// length, and values to draw as lines; a share has its own axis.
	Trend Kind = "trend"
	// Stacked has the same first two columns and pieces of a pile: those in Above
	// upwards from zero, first at the bottom, those in Below downwards. Other columns are
	// told beside them and not drawn.
	Stacked Kind = "stacked"
	// Cohorts has cohort, interval, n and a share first; a missing cell is not over yet.
	Cohorts Kind = "cohorts"
	// Curve has a first column n, intervals since the cohort's, and shares.
	Curve Kind = "curve"
	// Histogram has start and interval, the same in all rows, then a number of days and
	// how many members have it; a missing number is zero.
	Histogram Kind = "histogram"
	// Table is shown as it is, row by row.
	Table Kind = "table"
	// Stat has one row per number.
	Stat Kind = "stat"
	// Who lists the members whom a number of another panel counts; it stands on no board.
	Who Kind = "who"
	// Choices lists the values of a filter; it is not drawn.
	Choices Kind = "choices"
)

// Unit is what a column counts.
type Unit string

// The units of columns. Empty means plain text.
const (
	Members     Unit = "members"
	Actions     Unit = "actions"
	Days        Unit = "days"
	Share       Unit = "share" // 0 to 1, drawn as per cent
	Score       Unit = "score" // points of the engagement score
	Intervals   Unit = "intervals"
	Flag        Unit = "flag"     // 1: it is so
	Millis      Unit = "ms"       // a duration
	Time        Unit = "time"     // an instant
	Date        Unit = "date"     // a calendar day in the community's time zone
	HourOfWeek  Unit = "hour"     // 0 = Monday 00:00 to 167, local
	WindowName  Unit = "window"   // 5m 1h 24h 7d 30d
	IntervalLen Unit = "interval" // day week month
)

// Level is what a number means to who looks after the community.
type Level string

// The levels.
const (
	Good  Level = "good"
	Watch Level = "watch"
	Bad   Level = "bad"
)

// Limit says that a column's numbers from here up are of a level, up to the column's next limit. The first of a column is from
// 0: no number of a panel is below.
type Limit struct {
	Column string  `json:"column"`
	From   float64 `json:"from"`
	Level  Level   `json:"level"`
}

// AlertID is the column of which alert a row is. It is not shown: what the row says of the alert leads there.
const AlertID = "alert_id"

// Column is one column of a panel's answer. One whose name ends in _en or _zh is text in that language, and shown to who
// reads it.
type Column struct {
	Name  string `json:"name"`
	Title Text   `json:"title"`
	Unit  Unit   `json:"unit"`
}

// NamesMember reports whether the column holds names of members, so that each can lead to the board of one.
func (c Column) NamesMember() bool {
	return slices.Contains([]string{"member", "leader", "counterpart", "target"}, c.Name)
}

// Panel is one question and its answer.
type Panel struct {
	ID          string   `json:"id"`
	Kind        Kind     `json:"kind"`
	Title       Text     `json:"title"`       // the question, short
	Description Text     `json:"description"` // the formula and how to read it
	Empty       Text     `json:"empty"`       // what to do when there is no row
	Columns     []Column `json:"columns"`
	Above       []string `json:"above,omitempty"` // of Stacked: columns piled up from zero
	Below       []string `json:"below,omitempty"` // of Stacked: columns drawn downwards
	Limits      []Limit  `json:"limits,omitempty"`
	SQL         string   `json:"sql"`
	Meaning     Meaning  `json:"meaning"`

	Who map[string]Asked `json:"who,omitempty"` // by column: whom its numbers count
}

// A Param is a name that SQL binds and its ClickHouse type.
type Param struct{ Name, Type string }

// Params are all names a panel's SQL may bind. Values are text as ClickHouse
// reads it; from and to are "2006-01-02 15:04:05.000" in UTC.
var Params = []Param{
	{"community", "String"},
	{"from", "DateTime64(3, 'UTC')"}, // first instant shown
	{"to", "DateTime64(3, 'UTC')"},   // first instant no longer shown
	{"window", "String"},             // one of Windows
	{"dimension", "String"},          // one of Dimensions
	{"segment", "String"},            // a value of the dimension; empty without one
	{"time_zone", "String"},          // IANA name; the community's
	{"interval", "String"},           // one of CalendarIntervals
	{"member", "String"},             // whose portrait: 1 to 128 bytes
	{"at", "DateTime64(3, 'UTC')"},   // of Who: an instant, or a calendar day as its midnight in UTC
	{"n", "UInt16"},                  // of Who: how many intervals or days
	{"group", "String"},              // of Who: which of the members
}

// Windows are the sliding windows of the table activity, shortest first.
var Windows = []string{"5m", "1h", "24h", "7d", "30d"}

// Dimensions are what activity is split by; the first is the whole community.
var Dimensions = []string{"", "channel", "platform", "kind"}

// CalendarIntervals are what lifecycle and retention count by. Stickiness knows no day
// and reads it as week.
var CalendarIntervals = []string{"day", "week", "month"}

// Placeholder is the parameter as it stands in SQL. A renderer that has no bound
// parameters (Grafana) replaces exactly this text.
func (p Param) Placeholder() string { return "{" + p.Name + ":" + p.Type + "}" }

var boundName = regexp.MustCompile(`\{(\w+):`)

// Binds returns the names that the panel's SQL binds, sorted, each once.
func (p Panel) Binds() []string {
	var names []string
	for _, m := range boundName.FindAllStringSubmatch(p.SQL, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Panels returns all panels in the order of the page. The caller may change the slice.
func Panels() []Panel {
	panels := []Panel{
		today(), headline(), activity(), activityDays(), lurkers(), churnStates(), churnEntries(), atRiskMembers(), alertsPanel(), riskDistribution(),
		kols(), dependents(), clusters(), absence(),
		lifecycle(), stickiness(), retention(), retentionCurve(),
		actionsByDay(), activeHours(), topMembers(), engagedMembers(), lateActions(), segments(),
		riskReasons(), alertSegments(), alertMembers(),
		memberPortrait(), memberDays(), memberHours(), memberTransitions(), memberTies(), memberActions(),
	}
	for i := range panels {
		panels[i].Meaning = meanings[panels[i].ID]
		if panels[i].Meaning.Tables == nil { // in JSON an empty list, not null
			panels[i].Meaning.Tables = []string{}
		}
		panels[i].Who = who[panels[i].ID]
	}
	return panels
}

// Find returns the panel or list with this id.
func Find(id string) (Panel, bool) {
	for _, p := range slices.Concat(Panels(), Lists()) {
		if p.ID == id {
			return p, true
		}
	}
	return Panel{}, false
}
