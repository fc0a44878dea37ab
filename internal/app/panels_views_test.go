package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/dashboards"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
)

// view is what a reader of panels has chosen.
type view struct {
	name                       string
	from, to                   time.Time
	window, interval           string
	dimension, segment, member string
	community, zone            string
	since, until               string    // the local days of the first action and of stream time, as 2006-01-02
	now                        time.Time // stream time
	firstDay, lastDay, step    string    // the range's days, and the interval of a chart of days, worked out here
	firstStart, untilStart, at string    // the starts of the chosen interval: of firstDay, of stream time, of since
}

func (v view) String() string {
	return strings.TrimRight(fmt.Sprintf("%s of %s, window %s, interval %s, %s %s", v.name, v.community, v.window, v.interval, v.dimension, v.segment), " ,")
}

// params are what the panel binds, as the console would.
func (v view) params(p dashboards.Panel) map[string]string {
	const layout = "2006-01-02 15:04:05.000"
	bound := map[string]string{}
	for _, name := range p.Binds() {
		bound[name] = map[string]string{"community": v.community, "from": v.from.UTC().Format(layout), "to": v.to.UTC().Format(layout), "window": v.window,
			"dimension": v.dimension, "segment": v.segment, "time_zone": v.zone, "interval": v.interval, "member": v.member}[name]
	}
	return bound
}

// ask runs a panel's statement.
func (in *instance) ask(p dashboards.Panel, v view) *clickhouse.Result {
	in.t.Helper()
	r, err := in.db.Query(in.t.Context(), p.SQL, v.params(p))
	if err != nil {
		in.t.Fatalf("%s, %s: %v", p.ID, v, err)
	}
	return r
}

// views are ranges short and long, before and after everything and over a change of clocks, each with another window and
// interval, whole and by the busiest kind and channel of a community, and of its busiest member.
func (in *instance) views(community, zone string) (views []view) {
	in.t.Helper()
	where := " FROM rollcall.actions FINAL WHERE late = 0 AND community = '" + community + "'"
	rows, err := in.query(in.t.Context(), "SELECT min(time), max(time), (SELECT max(time) FROM rollcall.communities FINAL WHERE community = '"+community+"'),"+
		" topKWeighted(1)(toString(kind), 1)[1], topKWeightedIf(1)(toString(channel), 1, channel != '')[1], topKWeighted(1)(member, 1)[1]"+where)
	if err != nil || len(rows) != 1 {
		in.t.Fatalf("%d rows, %v", len(rows), err)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		in.t.Fatal(err)
	}
	first, last, now := rows[0][0].(time.Time).In(loc), rows[0][1].(time.Time).In(loc), rows[0][2].(time.Time).In(loc)
	end := time.Date(last.Year(), last.Month(), last.Day(), 0, 0, 0, 0, loc)
	change := clockChange(first, last)
	for i, r := range []struct {
		name     string
		from, to time.Time
	}{
		{"all", first.AddDate(0, 0, -1), last.AddDate(0, 0, 1)},
		{"a year", last.AddDate(-1, 0, 0), last},
		{"two years", end.AddDate(-2, 0, 0), end},
		{"a month", end.AddDate(0, -1, 0), end},
		{"a day", end.AddDate(0, 0, -1), end},
		{"a change of clocks", change.AddDate(0, 0, -4), change.AddDate(0, 0, 5)},
		{"before", first.AddDate(0, 0, -30), first.AddDate(0, 0, -10)},
		{"after", last.AddDate(0, 0, 10), last.AddDate(0, 0, 40)},
	} {
		for n, by := range [][2]string{{}, {"kind", rows[0][3].(string)}, {"channel", fmt.Sprint(rows[0][4])}} {
			v := view{name: r.name, from: r.from, to: r.to, community: community, zone: zone, now: now, dimension: by[0], segment: by[1], member: rows[0][5].(string),
				window: dashboards.Windows[(i+n)%len(dashboards.Windows)], interval: dashboards.CalendarIntervals[(i+n)%len(dashboards.CalendarIntervals)]}
			if n == 2 && by[1] == "" || n > 0 && (r.name == "before" || r.name == "after") {
				continue // without channels, or nothing to see
			}
			v.days(first)
			views = append(views, v)
		}
	}
	return views
}

// days works out the calendar of a view, with Go's time zones rather than ClickHouse's.
func (v *view) days(first time.Time) {
	day := func(t time.Time) string { return t.In(first.Location()).Format(time.DateOnly) }
	v.since, v.until, v.firstDay, v.lastDay = day(first), day(v.now), day(v.from), day(v.to.Add(-time.Millisecond))
	switch days := v.to.Sub(v.from).Hours() / 24; {
	case days <= 400:
		v.step = "day"
	case days <= 2500:
		v.step = "week"
	default:
		v.step = "month"
	}
	v.firstStart, v.untilStart, v.at = startOf(v.interval, v.firstDay), startOf(v.interval, v.until), startOf(v.interval, v.since)
}

// startOf is the first day of the interval that holds a day.
func startOf(interval, day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	switch interval {
	case "week":
		t = t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
	case "month":
		t = t.AddDate(0, 0, 1-t.Day())
	}
	return t.Format(time.DateOnly)
}

// clockChange is the midnight before the last change of clocks in between, or some odd instant in the middle.
func clockChange(first, last time.Time) time.Time {
	for t := time.Date(last.Year(), last.Month(), last.Day(), 0, 0, 0, 0, last.Location()); t.After(first); t = t.AddDate(0, 0, -1) {
		if t.AddDate(0, 0, 1).Sub(t) != 24*time.Hour {
			return t
		}
	}
	return first.Add(last.Sub(first) / 2).Truncate(time.Second)
}

// askedOf are the views that differ for a panel: those that bind the same are asked once.
func askedOf(p dashboards.Panel, views []view) (different []view) {
	seen := map[string]bool{}
	for _, v := range views {
		if key := fmt.Sprint(v.params(p)); !seen[key] {
			seen[key] = true
			different = append(different, v)
		}
	}
	return different
}

// panels is what must hold of every panel over a community, looked at over all ranges of views, or those that are named.
func (in *instance) panels(t *testing.T, community, zone string, ranges ...string) {
	t.Helper()
	views := slices.DeleteFunc(in.views(community, zone), func(v view) bool { return ranges != nil && !slices.Contains(ranges, v.name) })
	for _, p := range dashboards.Panels() {
		t.Run("panel "+p.ID, func(t *testing.T) {
			here := *in
			here.t = t
			for _, v := range askedOf(p, views) {
				r := here.ask(p, v)
				hasItsShape(t, p, v, r)
				here.agrees(p, v, r)
			}
		})
	}
}

// valuesOf are the values of a column, by row.
func valuesOf(r *clickhouse.Result, column string) (values []any) {
	if i := slices.Index(r.Columns, column); i >= 0 {
		for _, row := range r.Rows {
			values = append(values, row[i])
		}
	}
	return values
}
