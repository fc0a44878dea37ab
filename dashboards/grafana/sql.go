package grafana

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// values stand in for the parameters that a panel binds: the plugin's macros for the range, dashboards' variables for the
// rest, quoted by Grafana itself (sqlstring).
var values = map[string]string{
	"from":      "toDateTime64($__fromTime, 3, 'UTC')",
	"to":        "toDateTime64($__toTime, 3, 'UTC')",
	"community": "${community:sqlstring}",
	"window":    "${window:sqlstring}",
	"dimension": "trim(${dimension:sqlstring})",
	"segment":   "${segment:sqlstring}",
	"time_zone": "${time_zone:sqlstring}",
	"interval":  "${interval:sqlstring}",
}

// rawSQL is a panel's statement as the plugin takes it. A panel that is drawn over time names its first column time.
func rawSQL(p dashboards.Panel) string {
	text := p.SQL
	for _, param := range dashboards.Params {
		text = strings.ReplaceAll(text, param.Placeholder(), values[param.Name])
	}
	if overTime(p) && p.Columns[0].Unit == dashboards.Date {
		columns := []string{fmt.Sprintf("toDateTime(%s, %s) AS time", p.Columns[0].Name, values["time_zone"])}
		for _, c := range drawn(p) {
			columns = append(columns, c.Name)
		}
		return "SELECT " + strings.Join(columns, ", ") + " FROM (\n" + text + "\n)"
	}
	return text
}

// overTime reports whether a panel is a chart over time here; the others are tables.
func overTime(p dashboards.Panel) bool {
	switch p.Kind {
	case dashboards.Timeseries, dashboards.Trend, dashboards.Bars, dashboards.Stacked:
		return true
	default:
		return false
	}
}

// drawn are the columns of a chart over time that are drawn: not its time, and not how long an interval is.
func drawn(p dashboards.Panel) []dashboards.Column {
	var out []dashboards.Column
	for _, c := range p.Columns[1:] {
		if c.Unit != dashboards.IntervalLen && (p.Kind != dashboards.Stacked || slices.Contains(p.Above, c.Name) || slices.Contains(p.Below, c.Name)) {
			out = append(out, c)
		}
	}
	return out
}
