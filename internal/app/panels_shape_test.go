package app

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/dashboards"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
)

const (
	wholeNumbers = `U?Int\d+`
	anyNumber    = `U?Int\d+|Float64|Nullable\((UInt64|Float64)\)`
	plainText    = `String|LowCardinality\(String\)`
)

// typeOf is what the pictures can draw of each unit.
var typeOf = map[dashboards.Unit]string{
	"": plainText, dashboards.WindowName: plainText, dashboards.IntervalLen: plainText,
	dashboards.Members: wholeNumbers, dashboards.Actions: wholeNumbers, dashboards.Days: wholeNumbers, dashboards.Intervals: wholeNumbers,
	dashboards.Flag: wholeNumbers, dashboards.Millis: wholeNumbers, dashboards.HourOfWeek: wholeNumbers,
	dashboards.Score: `Float64`, dashboards.Share: `Float64|Nullable\(Float64\)`,
	dashboards.Time: `DateTime64\(3, 'UTC'\)|Nullable\(DateTime64\(3, 'UTC'\)\)`, dashboards.Date: `Date`,
}

// notWhole are the panels whose members are means or expectations, or are not counted in each row.
var notWhole = []string{"today", "activity_days", "lurkers", "absence", "risk_distribution", "alerts", "alert_segments"}

// overTime are the kinds that are drawn along their first column.
var overTime = []dashboards.Kind{dashboards.Timeseries, dashboards.Bars, dashboards.Trend, dashboards.Stacked, dashboards.Curve, dashboards.Heatmap}

var lastLimit = regexp.MustCompile(`LIMIT (\d+)$`)

// hasItsShape checks what a picture needs of an answer: the columns, their types, values that can be, in order, not too many.
func hasItsShape(t *testing.T, p dashboards.Panel, v view, r *clickhouse.Result) {
	t.Helper()
	if limit, err := strconv.Atoi(lastLimit.FindStringSubmatch(p.SQL)[1]); err != nil || len(r.Rows) > limit {
		t.Errorf("%s: %d rows, the limit is %d (%v)", v, len(r.Rows), limit, err)
	}
	for i, c := range p.Columns {
		if len(r.Rows) == 0 {
			break // the native protocol names no columns then
		}
		if i >= len(r.Columns) || r.Columns[i] != c.Name {
			t.Fatalf("%s: columns %v, declared is %s at %d", v, r.Columns, c.Name, i)
		}
		want := typeOf[c.Unit]
		if c.Unit == dashboards.Members && slices.Contains(notWhole, p.ID) {
			want = anyNumber
		}
		if i == 0 && slices.Contains(overTime, p.Kind) {
			want = strings.Split(want, "|")[0] // no time at all can not be drawn
		}
		if !regexp.MustCompile("^(" + want + ")$").MatchString(r.Types[i]) {
			t.Errorf("%s: %s, in %s, is of type %s, want %s", v, c.Name, c.Unit, r.Types[i], want)
		}
		for _, x := range valuesOf(r, c.Name) {
			if n, ok := asFloat(x).(float64); ok && (math.IsNaN(n) || n < 0 || c.Unit == dashboards.Share && n > 1) {
				t.Errorf("%s: %s is %v", v, c.Name, x)
			}
		}
	}
	if slices.Contains(overTime, p.Kind) {
		for i := 1; i < len(r.Rows); i++ {
			if !before(r.Rows[i-1][0], r.Rows[i][0]) {
				t.Errorf("%s: %v comes before %v", v, r.Rows[i-1][0], r.Rows[i][0])
			}
		}
	}
	if len(r.Rows) == 0 && v.name == "all" && v.segment == "" && slices.Contains(always, p.ID) {
		t.Errorf("%s: shows nothing of all there is", v)
	}
}

// always are panels that have something to show of every community.
var always = []string{"headline", "activity", "activity_days", "lurkers", "churn_states", "churn_entries", "absence", "lifecycle",
	"actions_by_day", "active_hours", "top_members", "late_actions", "segments"}

func before(a, b any) bool {
	if t, ok := a.(time.Time); ok {
		return t.Before(b.(time.Time))
	}
	x, ok := asFloat(a).(float64)
	return ok && x < asFloat(b).(float64)
}

// asFloat is a value of any of ClickHouse's types of numbers as a float64; anything else as it is.
func asFloat(x any) any {
	switch n := x.(type) {
	case uint64:
		return float64(n)
	case int64:
		return float64(n)
	case uint32:
		return float64(n)
	case int32:
		return float64(n)
	case uint16:
		return float64(n)
	case int16:
		return float64(n)
	case uint8:
		return float64(n)
	case int8:
		return float64(n)
	}
	return x
}
