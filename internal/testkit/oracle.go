package testkit

import (
	"context"
	"fmt"
	"strings"

	"github.com/rollcall-dev/rollcall/schemas"
)

// The oracle is written from metrics.md and contract.md alone: it expands every action into the window ends that cover
// it, counts, and keeps the ends that differ from the one before. It shares nothing with the folds, and it is slow.

// Query runs SQL and returns its rows.
type Query func(ctx context.Context, sql string) ([][]any, error)

const (
	active       = `kind NOT IN ('leave', 'reward', 'violation')`
	contributing = `kind IN ('post', 'comment', 'answer', 'message', 'react', 'share', 'mention', 'vote', 'attend', 'invite', 'feedback')`
)

// pane is how one window is cut: the pane an action lies in, and the instant at which a pane begins.
type pane struct {
	window string
	panes  int
	of     string // SQL of the pane's number, of column time
	start  string // SQL of the instant, of column e
}

func panes(zone string) []pane {
	minute := [2]string{"intDiv(toUnixTimestamp64Milli(time), 60000)", "fromUnixTimestamp64Milli(e * 60000, 'UTC')"}
	hour := [2]string{"intDiv(toUnixTimestamp64Milli(time), 3600000)", "fromUnixTimestamp64Milli(e * 3600000, 'UTC')"}
	day := [2]string{"toInt64(toDate(time, '" + zone + "'))", "toDateTime64(toTimeZone(toDateTime(toDate(toInt32(e)), '" + zone + "'), 'UTC'), 3, 'UTC')"}
	return []pane{{"5m", 5, minute[0], minute[1]}, {"1h", 60, minute[0], minute[1]}, {"24h", 24, hour[0], hour[1]},
		{"7d", 7, day[0], day[1]}, {"30d", 30, day[0], day[1]}}
}

// Activity returns the differences between the table activity of a community and its definition, none if they agree.
// now is the community's stream time in Unix milliseconds.
func Activity(ctx context.Context, q Query, community, zone string, now int64) ([]string, error) {
	if zone == "" {
		zone = "UTC"
	}
	var diffs []string
	for _, p := range panes(zone) {
		for dimension, segment := range map[string]string{"": "''", "channel": "channel", "platform": "platform", "kind": "toString(kind)"} {
			want := fmt.Sprintf(`
	WITH %[1]s AS pane,
	     values AS (
	         SELECT %[2]s AS segment, pane + arrayJoin(range(1, %[3]d + 1)) AS e,
	                count() AS actions, uniqExactIf(member, %[4]s) AS active_members, uniqExactIf(member, %[5]s) AS contributing_members
	         FROM rollcall.actions FINAL WHERE community = '%[6]s' AND late = 0 AND ('%[7]s' = '' OR segment != '')
	         GROUP BY segment, e),
	     ends AS (SELECT segment, e FROM values UNION DISTINCT SELECT segment, e + 1 FROM values),
	     filled AS (
	         SELECT segment, e, v.actions AS actions, v.active_members AS active_members, v.contributing_members AS contributing_members,
	                b.actions != actions OR b.active_members != active_members OR b.contributing_members != contributing_members AS differs
	         FROM ends LEFT JOIN values AS v USING (segment, e) LEFT JOIN (SELECT segment, e + 1 AS e, actions, active_members, contributing_members FROM values) AS b USING (segment, e))
	SELECT segment, %[8]s AS time, actions, active_members, contributing_members FROM filled
	WHERE differs AND e <= (SELECT %[9]s) + 1`,
				p.of, segment, p.panes, active, contributing, community, dimension, p.start,
				strings.ReplaceAll(p.of, "time", fmt.Sprintf("fromUnixTimestamp64Milli(toInt64(%d), 'UTC')", now)))
			got := fmt.Sprintf(`SELECT segment, time, actions, active_members, contributing_members FROM %s.%s FINAL
	WHERE community = '%s' AND dimension = '%s' AND window = '%s'`, schemas.Database, schemas.TableActivity, community, dimension, p.window)
			d, err := compare(ctx, q, fmt.Sprintf("activity %s %q", p.window, dimension), want, got)
			if err != nil {
				return nil, err
			}
			diffs = append(diffs, d...)
		}
	}
	return diffs, nil
}

// Members returns the differences of the tables member_days and members.
func Members(ctx context.Context, q Query, community, zone string) ([]string, error) {
	if zone == "" {
		zone = "UTC"
	}
	from := fmt.Sprintf(` FROM rollcall.actions FINAL WHERE community = '%s' AND late = 0 GROUP BY `, community)
	days, err := compare(ctx, q, "member_days",
		`SELECT member, toDate(time, '`+zone+`') AS day, count(), countIf(`+contributing+`)`+from+`member, day`,
		`SELECT member, day, actions, contributions FROM rollcall.member_days FINAL WHERE community = '`+community+`'`)
	if err != nil {
		return nil, err
	}
	members, err := compare(ctx, q, "members",
		`SELECT member, min(time), max(time), count(), uniqExactIf(toDate(time, '`+zone+`'), `+active+`), countIf(`+contributing+`)`+from+`member`,
		`SELECT member, first_seen, last_seen, actions, active_days, contributions FROM rollcall.members FINAL WHERE community = '`+community+`'`)
	return append(days, members...), err
}

// compare returns up to three rows each that only one side has.
func compare(ctx context.Context, q Query, what, want, got string) ([]string, error) {
	var diffs []string
	for _, side := range []struct{ name, a, b string }{{"missing", want, got}, {"too much", got, want}} {
		rows, err := q(ctx, "SELECT * FROM (SELECT * FROM ("+side.a+") EXCEPT SELECT * FROM ("+side.b+")) LIMIT 3")
		if err != nil {
			return nil, fmt.Errorf("comparing %s: %w", what, err)
		}
		for _, r := range rows {
			diffs = append(diffs, fmt.Sprintf("%s: %s: %v", what, side.name, r))
		}
	}
	// EXCEPT compares sets; equal counts make them equal as bags.
	rows, err := q(ctx, "SELECT (SELECT count() FROM ("+want+")), (SELECT count() FROM ("+got+"))")
	if err != nil {
		return nil, fmt.Errorf("counting %s: %w", what, err)
	}
	if rows[0][0] != rows[0][1] {
		diffs = append(diffs, fmt.Sprintf("%s: %v rows, want %v", what, rows[0][1], rows[0][0]))
	}
	return diffs, nil
}
