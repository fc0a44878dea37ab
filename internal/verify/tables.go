package verify

import (
	"embed"
	"slices"
	"strings"
)

//go:embed sql
var files embed.FS

// table is one published table: its key, its values, and the SQL that says what it must hold.
type table struct {
	name         string
	keys, values []column
	parts        []part
}

// column is a column's name and how it is compared.
type column struct{ name, kind string }

const (
	text    = "toString(%s)"
	count   = "toInt64(%s)" // a count that fell below zero shows as such
	date    = "toDate(%s)"
	instant = "toDateTime64(%s, 3, 'UTC')"
	portion = "toFloat64(%s)"                 // within 1e-3: it is kept in less places
	ratio   = "CAST(%s AS Nullable(Float64))" // within 1e-6 of what it must be
)

// part is what is compared at once, to bound memory: all of a table, or the rows with some values of its key.
type part struct {
	params map[string]string
	where  string // the rows of the table that belong to it; empty: all
	none   bool   // there must be no such row
}

func (p part) String() string {
	if len(p.params) == 0 {
		return ""
	}
	return fmtParams(p.params)
}

var whole = []part{{}}

var tables = []table{
	{"activity",
		[]column{{"dimension", text}, {"segment", text}, {"window", text}, {"time", instant}},
		[]column{{"actions", count}, {"active_members", count}, {"contributing_members", count}}, activityParts()},
	{"activity_days",
		[]column{{"day", date}},
		[]column{{"dau", count}, {"wau", count}, {"mau", count}, {"stickiness_ratio", ratio}, {"actions", count},
			{"contributing_members", count}, {"lurkers", count}}, whole},
	{"community_days",
		[]column{{"day", date}},
		[]column{{"absence_factor", count}, {"members", count}, {"contributors", count}, {"contributions", count}}, whole},
	{"lifecycle",
		[]column{{"interval", text}, {"start", date}},
		[]column{{"new", count}, {"returning", count}, {"resurrecting", count}, {"dormant", count}, {"active", count},
			{"period_over_period", ratio}}, whole},
	{"retention",
		[]column{{"interval", text}, {"cohort", date}, {"n", count}},
		[]column{{"cohort_size", count}, {"n_day", count}, {"unbounded", count}, {"consecutive", count}}, whole},
	{"stickiness",
		[]column{{"interval", text}, {"start", date}, {"active_days", count}},
		[]column{{"members", count}}, whole},
	{"active_hours",
		[]column{{"member", text}, {"hour_of_week", count}},
		[]column{{"actions", count}}, whole},
	{"members",
		[]column{{"member", text}},
		[]column{{"first_seen", instant}, {"last_seen", instant}, {"actions", count}, {"active_days", count},
			{"contributions", count}, {"engagement", ratio}, {"top_channel", text}, {"is_bot", count}}, whole},
	{"member_days",
		[]column{{"member", text}, {"day", date}},
		[]column{{"actions", count}, {"contributions", count}}, whole},
	{"members_churn",
		[]column{{"member", text}},
		[]column{{"state", text}, {"state_since", instant}, {"risk", ratio}, {"p_alive", ratio}}, whole},
	{"churn_transitions",
		[]column{{"member", text}, {"time", instant}, {"to_state", text}},
		[]column{{"from_state", text}}, whole},
	{"churn_days",
		[]column{{"day", date}},
		[]column{{"new", count}, {"active", count}, {"at_risk", count}, {"churned", count}, {"resurrected", count}, {"left", count},
			{"entered_at_risk", count}, {"entered_churned", count}, {"entered_left", count}, {"churn_rate", ratio}}, whole},
	{"kols",
		[]column{{"board", text}, {"member", text}},
		[]column{{"endorsers", count}, {"h_index", count}, {"reach", count}, {"dependents", count}}, newestRanking},
	{"kol_dependents",
		[]column{{"member", text}, {"kol", text}},
		[]column{{"share", portion}}, newestRanking},
	{"members_kol",
		[]column{{"member", text}},
		[]column{{"influence_rank", count}}, []part{{where: "influence_rank > 0"}}},
}

// newestRanking is the one whose midnight nothing can come before any more.
var newestRanking = []part{{where: "toUnixTimestamp64Milli(as_of) = (" + file("asof") + ")"}}

var windows, dimensions = []string{"5m", "1h", "24h", "7d", "30d"}, []string{"", "channel", "platform", "kind"}

// activityParts are each window of each dimension, and what is neither.
func activityParts() []part {
	var parts []part
	for _, w := range windows {
		for _, d := range dimensions {
			parts = append(parts, part{params: map[string]string{"windows": array(w), "dimensions": array(d)},
				where: "has({windows:Array(String)}, window) AND has({dimensions:Array(String)}, dimension)"})
		}
	}
	return append(parts, part{none: true, where: "window NOT IN " + array(windows...) + " OR dimension NOT IN " + array(dimensions...)})
}

// together are the tables of a community with few actions, where planning a query takes longer than running it.
func together(of []table) []table {
	of = slices.Clone(of)
	for i := range of {
		if of[i].name == "activity" {
			of[i].parts = []part{{params: map[string]string{"windows": array(windows...), "dimensions": array(dimensions...)}}}
		}
	}
	return of
}

// array is names as SQL.
func array(names ...string) string { return "['" + strings.Join(names, "', '") + "']" }

// want is the definition of a table.
func (t table) want() string {
	sql := file("acted")
	if strings.Contains(t.name, "churn") {
		sql += file("churn")
	}
	if strings.Contains(t.name, "kol") {
		sql += ", (" + file("asof") + ") AS asof\n" + file("ties")
	}
	return sql + file(t.name)
}

// got is the table as it was published.
func (t table) got(p part) string {
	names := make([]string, 0, len(t.keys)+len(t.values))
	for _, c := range t.keys {
		names = append(names, c.name)
	}
	for _, c := range t.values {
		names = append(names, c.name)
	}
	sql := "SELECT " + strings.Join(names, ", ") + " FROM rollcall." + t.name + " FINAL WHERE community = {community:String}"
	if p.where != "" {
		sql += " AND (" + p.where + ")"
	}
	return sql
}

func file(name string) string {
	b, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err) // the program was built without it, which a test sees
	}
	return string(b)
}
