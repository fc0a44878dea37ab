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
	start  string // SQL of the instant, of column end
}

func panes(zone string) []pane {
	minute := [2]string{"intDiv(toUnixTimestamp64Milli(time), 60000)", "fromUnixTimestamp64Milli(end * 60000, 'UTC')"}
	hour := [2]string{"intDiv(toUnixTimestamp64Milli(time), 3600000)", "fromUnixTimestamp64Milli(end * 3600000, 'UTC')"}
	day := [2]string{"toInt64(toDate(time, '" + zone + "'))", "toDateTime64(toTimeZone(toDateTime(toDate(toInt32(end)), '" + zone + "'), 'UTC'), 3, 'UTC')"}
	return []pane{{"5m", 5, minute[0], minute[1]}, {"1h", 60, minute[0], minute[1]}, {"24h", 24, hour[0], hour[1]},
		{"7d", 7, day[0], day[1]}, {"30d", 30, day[0], day[1]}}
}

// activity is the definition of one window, for every dimension at once: %[1]s pane of a time, %[2]d panes of the window,
// %[3]s community, %[4]s and %[5]s conditions of an active and a contributing member, %[6]s begin of pane end, %[7]d now.
const activity = `
WITH acted AS ( -- an action in each of its segments
         SELECT member, kind, %[1]s AS pane,
                arrayJoin([('', ''), ('channel', toString(channel)), ('platform', toString(platform)), ('kind', toString(kind))]) AS d,
                d.1 AS dimension, d.2 AS segment
         FROM rollcall.actions FINAL WHERE community = '%[3]s' AND late = 0 AND (dimension = '' OR segment != '')),
     ends AS ( -- a window that ends with pane e covers it and those before
         SELECT dimension, segment, pane + arrayJoin(range(1, %[2]d + 1)) AS e,
                count() AS n, uniqExactIf(member, %[4]s) AS a, uniqExactIf(member, %[5]s) AS c
         FROM acted GROUP BY dimension, segment, e)
SELECT dimension, segment, %[6]s AS time, -- each end beside the one before
       sumIf(n, NOT before) AS actions, sumIf(a, NOT before) AS active_members, sumIf(c, NOT before) AS contributing_members
FROM (SELECT dimension, segment, n, a, c, pair.1 AS end, pair.2 AS before FROM ends ARRAY JOIN [(e, 0), (e + 1, 1)] AS pair)
WHERE end <= (SELECT %[1]s FROM (SELECT fromUnixTimestamp64Milli(toInt64(%[7]d), 'UTC') AS time)) + 1
GROUP BY dimension, segment, end
HAVING actions != sumIf(n, before) OR active_members != sumIf(a, before) OR contributing_members != sumIf(c, before)`

// Activity returns the differences between the table activity of a community and its definition, none if they agree.
// now is the community's stream time in Unix milliseconds.
func Activity(ctx context.Context, q Query, community, zone string, now int64) ([]string, error) {
	if zone == "" {
		zone = "UTC"
	}
	var diffs []string
	for _, p := range panes(zone) {
		want := fmt.Sprintf(activity, p.of, p.panes, community, active, contributing, p.start, now)
		got := fmt.Sprintf(`SELECT dimension, segment, time, actions, active_members, contributing_members FROM %s.%s FINAL
	WHERE community = '%s' AND window = '%s'`, schemas.Database, schemas.TableActivity, community, p.window)
		d, err := compare(ctx, q, "activity "+p.window, "dimension, segment, time", "actions, active_members, contributing_members", want, got)
		if err != nil {
			return nil, err
		}
		diffs = append(diffs, d...)
	}
	return diffs, nil
}

// Members returns the differences of the tables member_days and members.
func Members(ctx context.Context, q Query, community, zone string) ([]string, error) {
	if zone == "" {
		zone = "UTC"
	}
	from := fmt.Sprintf(` FROM rollcall.actions FINAL WHERE community = '%s' AND late = 0 GROUP BY `, community)
	days, err := compare(ctx, q, "member_days", "member, day", "actions, contributions",
		`SELECT member, toDate(time, '`+zone+`') AS day, count() AS actions, countIf(`+contributing+`) AS contributions`+from+`member, day`,
		`SELECT member, day, actions, contributions FROM rollcall.member_days FINAL WHERE community = '`+community+`'`)
	if err != nil {
		return nil, err
	}
	members, err := compare(ctx, q, "members", "member", "first_seen, last_seen, actions, active_days, contributions",
		`SELECT member, min(time) AS first_seen, max(time) AS last_seen, count() AS actions, uniqExactIf(toDate(time, '`+zone+`'), `+active+`) AS active_days,
	countIf(`+contributing+`) AS contributions`+from+`member`,
		`SELECT member, first_seen, last_seen, actions, active_days, contributions FROM rollcall.members FINAL WHERE community = '`+community+`'`)
	return append(days, members...), err
}

// compare returns up to five of the keys that have not one row with the same values on each side.
func compare(ctx context.Context, q Query, what, keys, values, want, got string) ([]string, error) {
	side := func(name, sql string) string {
		return "SELECT '" + name + "' AS side, " + keys + ", (" + values + ") AS v FROM (" + sql + ")"
	}
	rows, err := q(ctx, "SELECT "+keys+", toString(groupArrayIf(v, side = 'want')), toString(groupArrayIf(v, side = 'got')), count() OVER () FROM ("+
		side("want", want)+" UNION ALL "+side("got", got)+") GROUP BY "+keys+
		" HAVING count() != 2 OR uniqExact(side) != 2 OR uniqExact(v) != 1 ORDER BY "+keys+" LIMIT 5")
	if err != nil {
		return nil, fmt.Errorf("comparing %s: %w", what, err)
	}
	var diffs []string
	for _, r := range rows {
		n := len(r) - 3
		diffs = append(diffs, fmt.Sprintf("%s: one of %v differences: %s = %v: (%s) is %v, want %v", what, r[n+2], keys, r[:n], strings.TrimSpace(values), r[n+1], r[n]))
	}
	return diffs, nil
}
