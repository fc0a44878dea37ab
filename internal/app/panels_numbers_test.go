package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rollcall-dev/rollcall/dashboards"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
)

// What a panel shows is what plain SQL says, written here a second time and with days worked out by Go. Where a definition is
// short, it is over the raw actions (fromActions), so the panel is right whatever the tables hold. Else it is over the table
// (fromTables), of which `rollcall verify` proves, in the same tests, that it is what the actions say.

// agrees compares the columns that the plain statement has.
func (in *instance) agrees(p dashboards.Panel, v view, r *clickhouse.Result) {
	in.t.Helper()
	if p.ID == "activity" {
		in.drawsTheTable(p, v, r)
		return
	}
	plain, ok := fromActions[p.ID]
	if !ok {
		plain, ok = fromTables[p.ID]
	}
	if !ok {
		in.t.Fatal("nothing says what this panel must show: add a statement to fromActions or fromTables")
	}
	sql := v.fill(plain)
	want, err := in.db.Query(in.t.Context(), sql, nil)
	if err != nil {
		in.t.Fatalf("%s: %v\n%s", v, err, sql)
	}
	if diff := cmp.Diff(only(want, want.Columns), only(r, want.Columns), cmpopts.EquateApprox(1e-9, 1e-9)); diff != "" {
		in.t.Errorf("%s: -plain +panel:\n%s%s", v, diff, sql)
	}
}

// only are the rows with these columns alone, and numbers as such, of whatever type.
func only(r *clickhouse.Result, columns []string) (rows [][]any) {
	for _, row := range r.Rows {
		var some []any
		for _, c := range columns {
			some = append(some, asFloat(row[slices.Index(r.Columns, c)]))
		}
		rows = append(rows, some)
	}
	return rows
}

// drawsTheTable: every point of the curve is a number published for exactly that time, no peak is lost, and the curve begins
// with what held before.
func (in *instance) drawsTheTable(p dashboards.Panel, v view, r *clickhouse.Result) {
	in.t.Helper()
	published := in.ask(dashboards.Panel{ID: p.ID, SQL: v.fill(`SELECT time, active_members, contributing_members, actions FROM rollcall.activity FINAL
		WHERE community = '<community>' AND dimension = '<dimension>' AND segment = '<segment>' AND window = '<window>' AND time < <end of <window>> ORDER BY time`)}, v)
	var want [][]any
	held, points := []any(nil), map[string]bool{}
	peak := 0.0
	for _, row := range published.Rows {
		if before(v.from, row[0]) {
			want = append(want, row)
			points[fmt.Sprint(row)] = true
			peak = max(peak, asFloat(row[1]).(float64))
		} else {
			held = append([]any{v.from.UTC()}, row[1:]...)
		}
	}
	if held != nil {
		want = slices.Insert(want, 0, held)
		points[fmt.Sprint(held)] = true
	}
	if len(want) < 300 && v.to.Sub(v.from).Hours() < 8 { // nothing is thinned out
		if diff := cmp.Diff(want, r.Rows, cmpopts.EquateEmpty()); diff != "" {
			in.t.Errorf("%s: -published +panel:\n%s", v, diff)
		}
	}
	drawn := 0.0
	for i, row := range r.Rows {
		if !points[fmt.Sprint(row)] {
			in.t.Errorf("%s: the point %v was never published", v, row)
		}
		if i > 0 || held == nil {
			drawn = max(drawn, asFloat(row[1]).(float64))
		}
	}
	if drawn != peak || len(want) > 0 && (len(r.Rows) == 0 || !cmp.Equal(want[0], r.Rows[0]) && held != nil || !cmp.Equal(want[len(want)-1], r.Rows[len(r.Rows)-1])) {
		in.t.Errorf("%s: the peak is %v, drawn %v; or the first or last of %d points is not that of %d published", v, peak, drawn, len(r.Rows), len(want))
	}
}

const contributing = "kind IN ('post', 'comment', 'answer', 'message', 'react', 'share', 'mention', 'vote', 'attend', 'invite', 'feedback')"

// fill puts a view's values into a plain statement.
func (v view) fill(sql string) string {
	segment := "1"
	if v.dimension != "" {
		segment = v.dimension + " = '" + v.segment + "'"
	}
	replace := strings.NewReplacer(
		"<acted>", `(SELECT *, toDate(toTimeZone(time, '<zone>')) AS day, kind NOT IN ('leave', 'reward', 'violation') AS active, `+contributing+` AS contributes
			FROM rollcall.actions FINAL WHERE community = '<community>' AND late = 0)`,
		"<starts>", `(SELECT member, arraySort(groupUniqArray(`+sqlStart(v.interval)+`)) AS starts FROM <acted> WHERE active GROUP BY member)`,
		"<days>", "day BETWEEN greatest(<first>, <since>) AND least(<last>, <until>)",
		"<fill days>", "WITH FILL FROM <since> TO <until> + 1",
		"<start>", sqlStart(v.step), "<start of week or month>", sqlStart(v.weekOrMonth()),
		"<end of window>", v.endOf("window"), "<end of <window>>", v.endOf("'"+v.window+"'"))
	for range 3 { // what stands for something has some in it
		sql = replace.Replace(sql)
	}
	date := func(d string) string { return "toDate('" + d + "')" }
	instant := func(ms int64) string { return fmt.Sprintf("fromUnixTimestamp64Milli(%d, 'UTC')", ms) }
	return strings.NewReplacer("<community>", v.community, "<zone>", v.zone, "<dimension>", v.dimension, "<segment>", v.segment, "<window>", v.window, "<member>", v.member, "<by segment>", segment,
		"<interval>", v.interval, "<step>", v.step, "<week or month>", v.weekOrMonth(), "<open>", date(startOf(v.weekOrMonth(), min(v.until, next(v.lastDay)))),
		"<first>", date(v.firstDay), "<last>", date(v.lastDay), "<since>", date(v.since), "<until>", date(v.until),
		"<first start>", date(v.firstStart), "<until start>", date(v.untilStart), "<since start>", date(v.at),
		"<from>", instant(v.from.UnixMilli()), "<to>", instant(v.to.UnixMilli()), "<now>", instant(v.now.UnixMilli()),
		"<longest>", map[string]string{"day": "30", "week": "26", "month": "24"}[v.interval]).Replace(sql)
}

// sqlStart is SQL for the first day of the interval with a day.
func sqlStart(interval string) string {
	return map[string]string{"day": "day", "week": "toMonday(day)", "month": "toStartOfMonth(day)"}[interval]
}

func (v view) weekOrMonth() string {
	if v.interval == "month" {
		return "month"
	}
	return "week"
}

// endOf is SQL for the first end of a window that is not shown: of the pane that holds the range's last instant, the next
// one's.
func (v view) endOf(window string) string {
	day := fmt.Sprintf("fromUnixTimestamp64Milli(%d, 'UTC')", v.to.AddDate(0, 0, 1).UnixMilli())
	return "multiIf(" + window + " IN ('5m', '1h'), <to> + INTERVAL 1 MINUTE, " + window + " = '24h', <to> + INTERVAL 1 HOUR, " + day + ")"
}

func next(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}
