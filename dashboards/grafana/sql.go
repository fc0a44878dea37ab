package grafana

import (
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"

	"github.com/rollcall-dev/rollcall/dashboards"
)

const (
	clickhousePlugin = "grafana-clickhouse-datasource"
	clickhouseUID    = "rollcall"
	pluginVersion    = "4.0.0" // whose form of a query this is
)

func clickhouseRef() common.DataSourceRef {
	return common.DataSourceRef{Type: cog.ToPtr(clickhousePlugin), Uid: cog.ToPtr(clickhouseUID)}
}

// query is a statement as version 4 of the plugin keeps it. The SDK has no type for it. Format 1 is a table: rows come as they
// are, also where they are drawn over time.
type query struct{ sql string }

// Build makes the query's JSON.
func (q query) Build() (variants.Dataquery, error) {
	return variants.UnknownDataquery{
		"refId": "A", "datasource": map[string]any{"type": clickhousePlugin, "uid": clickhouseUID},
		"pluginVersion": pluginVersion, "editorType": "sql", "queryType": "table", "format": 1, "rawSql": strings.TrimSpace(q.sql),
	}, nil
}

// taggedAs asks Grafana itself for annotations with a tag.
type taggedAs string

// Build makes the query's JSON.
func (t taggedAs) Build() (variants.Dataquery, error) {
	return variants.UnknownDataquery{"refId": "A", "type": "tags", "tags": []string{string(t)}, "matchAny": false, "limit": 100}, nil
}

// quote is a text of ours as ClickHouse reads it.
func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// values stand in for the parameters that a panel binds: the plugin's macros for the range, dashboards' variables for the
// rest. Grafana's quoting for SQL leaves a backslash alone, which ClickHouse does not, so names that may have one come
// percent-encoded: no character of that means anything in SQL.
var values = map[string]string{
	"from":      "toDateTime64($__fromTime, 3, 'UTC')",
	"to":        "toDateTime64($__toTime, 3, 'UTC')",
	"community": "${community:sqlstring}",
	"window":    "${window:sqlstring}",
	// One at a time, the first of them, also where an address names several.
	"dimension": "multiIf(" + chosenChannel + " != '', 'channel', " + chosenPlatform + " != '', 'platform', " + chosenKind + " != '', 'kind', '')",
	"segment":   "decodeURLComponent(multiIf(" + chosenChannel + " != '', " + chosenChannel + ", " + chosenPlatform + " != '', " + chosenPlatform + ", " + chosenKind + "))",
	"time_zone": "${time_zone:sqlstring}",
	"interval":  "${interval:sqlstring}",
	"member":    "decodeURLComponent('${member:percentencode}')",
}

// statement is a panel's, as the plugin takes it, with the columns that its picture needs and no others.
func statement(o Options, p dashboards.Panel) string {
	text := p.SQL
	for _, param := range dashboards.Params {
		text = strings.ReplaceAll(text, param.Placeholder(), values[param.Name])
	}
	from := "\nFROM (\n" + text + "\n)"
	switch {
	case p.Kind == dashboards.Heatmap:
		return weekSQL(o, p, from)
	case p.Kind == dashboards.Cohorts:
		return triangleSQL(from)
	case p.Kind == dashboards.Histogram:
		return fmt.Sprintf("SELECT toString(k) AS %[1]s, %[2]s\nFROM (\nSELECT toUInt32(%[1]s) AS k, %[2]s%[3]s\nORDER BY k WITH FILL FROM 1\n)", p.Columns[2].Name, p.Columns[3].Name, from)
	case isHeadline(p):
		name := p.Columns[0].Name
		return fmt.Sprintf("SELECT transform(toString(%[1]s), ['5m', '1h', '24h', '7d', '30d'], %[2]s) AS %[1]s, %[3]s%[4]s", name,
			o.text("['5 minutes', '1 hour', '24 hours', '7 days', '30 days']", "['5 分钟', '1 小时', '24 小时', '7 天', '30 天']"), p.Columns[1].Name, from)
	}
	var columns []string
	for i, c := range shown(o, p) {
		switch {
		case i == 0 && overTime(p) && c.Unit == dashboards.Date:
			columns = append(columns, fmt.Sprintf("toDateTime(%s, %s) AS time", c.Name, values["time_zone"]))
		case c.Unit == dashboards.Date: // a day is no instant: another time zone must not move it
			columns = append(columns, fmt.Sprintf("toString(%[1]s) AS %[1]s", c.Name))
		default:
			columns = append(columns, c.Name)
		}
	}
	return "SELECT " + strings.Join(columns, ", ") + from
}

// weekSQL makes a row of each weekday and a column of each hour: Grafana's heat map knows no axis but time.
func weekSQL(o Options, p dashboards.Panel, from string) string {
	var columns, inner []string
	for h := range 24 {
		columns = append(columns, fmt.Sprintf("`%02d`", h))
		inner = append(inner, fmt.Sprintf("sumIf(%s, %s %% 24 = %d) AS `%02d`", p.Columns[1].Name, p.Columns[0].Name, h, h))
	}
	days := o.text("['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']", "['周一', '周二', '周三', '周四', '周五', '周六', '周日']")
	return "SELECT " + days + "[weekday + 1] AS weekday, " + strings.Join(columns, ", ") + "\nFROM (\nSELECT toUInt8(intDiv(" + p.Columns[0].Name + ", 24)) AS weekday,\n       " +
		strings.Join(inner, ", ") + from + "\nGROUP BY weekday\nORDER BY weekday WITH FILL FROM 0 TO 7\n)"
}

// farthest is the n of the last column of the triangle of cohorts: more do not fit a page, and days and weeks go on in the
// console.
const farthest = 24

// triangleSQL makes a row of each cohort and a column of each interval after it; what is not over yet is NULL.
func triangleSQL(from string) string {
	columns := []string{"toString(cohort) AS cohort", "toString(any(cohort_size)) AS size"}
	for n := 1; n <= farthest; n++ {
		columns = append(columns, fmt.Sprintf("anyOrNullIf(share, n = %d) AS `%d`", n, n))
	}
	return "SELECT " + strings.Join(columns, ", ") + from + "\nGROUP BY cohort\nORDER BY cohort"
}

// overTime reports whether a panel is a chart over time.
func overTime(p dashboards.Panel) bool {
	return slices.Contains([]dashboards.Kind{dashboards.Timeseries, dashboards.Trend, dashboards.Bars, dashboards.Stacked}, p.Kind)
}

// isHeadline reports whether each row of a panel is a number of its own; of the other panels of this kind, each column is.
func isHeadline(p dashboards.Panel) bool {
	return p.Kind == dashboards.Stat && p.Columns[0].Unit == dashboards.WindowName
}

// shown are the columns of a panel that a reader in this language sees.
func shown(o Options, p dashboards.Panel) []dashboards.Column {
	other := map[string]string{"en": "_zh", "zh": "_en"}[o.Lang]
	all := slices.Clone(p.Columns)
	if p.Kind == dashboards.Stacked { // a pile grows in the order of its columns
		piles := append(slices.Clone(p.Above), p.Below...)
		slices.SortStableFunc(all[1:], func(a, b dashboards.Column) int { return slices.Index(piles, a.Name) - slices.Index(piles, b.Name) })
	}
	var out []dashboards.Column
	for i, c := range all {
		switch {
		case strings.HasSuffix(c.Name, other), c.Name == dashboards.AlertID:
		case isHeadline(p) && i > 1:
		case p.Kind == dashboards.Stat && strings.HasPrefix(c.Name, "why_"): // sentences, that the changes of state have too
		case p.Kind == dashboards.Histogram && i < 2: // which interval it is stands in the title of no axis
		case overTime(p) && c.Unit == dashboards.IntervalLen:
		case p.Kind == dashboards.Stacked && i > 0 && !slices.Contains(p.Above, c.Name) && !slices.Contains(p.Below, c.Name):
		case p.Kind == dashboards.Curve && i > 0 && c.Unit != dashboards.Share: // how many were counted has another scale
		default:
			out = append(out, c)
		}
	}
	return out
}
