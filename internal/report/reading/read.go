package reading

import (
	"context"
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/internal/report"
)

// Query runs one statement with bound parameters. Values are as clickhouse-go scans them.
type Query func(ctx context.Context, sql string, params map[string]string) ([][]any, error)

// Community is whose report it is.
type Community struct {
	Name    string
	Zone    *time.Location
	Weights map[string]float64 // of the engagement score, by kind
}

// Scope is how far a community has come.
type Scope struct {
	Now, Begun time.Time // stream time and the first action's; zero: nothing has happened yet
	Lateness   time.Duration
}

// reader reads one report.
type reader struct {
	query  Query
	out    *report.Report
	params map[string]string
}

// Look reads how far a community has come.
func Look(ctx context.Context, query Query, c Community) (Scope, error) {
	var s Scope
	rows, err := query(ctx, `SELECT toUnixTimestamp64Milli(time), toInt64(lateness_ms),
			(SELECT toUnixTimestamp64Milli(min(first_seen)) FROM rollcall.members_activity FINAL WHERE community = {community:String})
		FROM rollcall.communities FINAL WHERE community = {community:String}`, map[string]string{"community": c.Name})
	if err != nil {
		return s, fmt.Errorf("reading how far %s has come: %w", c.Name, err)
	}
	for _, r := range rows {
		s.Lateness = time.Duration(row(r).whole(1)) * time.Millisecond
		if begun := row(r).whole(2); begun != 0 {
			s.Now, s.Begun = row(r).time(0, c.Zone), row(r).time(2, c.Zone)
		}
	}
	return s, nil
}

// Week reads the report of a week, which must have begun, of a community that has.
func Week(ctx context.Context, query Query, c Community, s Scope, week report.Week) (*report.Report, error) {
	out := &report.Report{Community: c.Name, Week: week, Zone: c.Zone, Now: s.Now, Begun: s.Begun, Lateness: s.Lateness}
	if s.Now.IsZero() {
		return out, nil
	}
	start, end := week.Start(c.Zone), week.End(c.Zone)
	r := &reader{query: query, out: out, params: map[string]string{
		"community": c.Name, "zone": c.Zone.String(), "start": instant(start), "end": instant(end), "before": instant(week.Add(-1).Start(c.Zone)),
		"monday": week.Monday().Format(time.DateOnly), "sunday": week.Sunday().Format(time.DateOnly),
	}}
	var kinds, weights []string
	for kind, w := range c.Weights {
		kinds, weights = append(kinds, "'"+kind+"'"), append(weights, strconv.FormatFloat(w, 'g', -1, 64))
	}
	r.params["kinds"], r.params["weights"] = "["+strings.Join(kinds, ",")+"]", "["+strings.Join(weights, ",")+"]"
	for _, part := range []struct {
		what string
		read func(context.Context) error
	}{
		{"the weeks", r.weeks}, {"the days", r.days}, {"the hours", r.hours}, {"the cohorts", r.cohorts}, {"the alerts", r.alerts},
		{"the segments", r.segments}, {"where new members came from", r.sources}, {"who took part", r.contributors}, {"the leaders", r.rising},
		{"the newcomers", r.helpers}, {"who became at risk", r.slipping}, {"leaders at risk", r.lost}, {"what nobody answered", r.unanswered},
	} {
		if err := part.read(ctx); err != nil {
			return nil, fmt.Errorf("reading %s of %s: %w", part.what, c.Name, err)
		}
	}
	return out, nil
}

// each runs a statement, with more parameters if given, and calls f for each row.
func (r *reader) each(ctx context.Context, sql string, more map[string]string, f func(row)) error {
	params := r.params
	if more != nil {
		params = maps.Clone(params)
		maps.Copy(params, more)
	}
	rows, err := r.query(ctx, fragments.Replace(sql), params)
	for _, one := range rows {
		f(one)
	}
	return err
}

// fragments are what several statements share.
var fragments = strings.NewReplacer(
	"<of>", "community = {community:String}",
	"<week>", "community = {community:String} AND late = 0 AND time >= {start:DateTime64(3, 'UTC')} AND time < {end:DateTime64(3, 'UTC')}",
	"<before end>", "time < {end:DateTime64(3, 'UTC')}",
	"<active>", "kind NOT IN ('leave', 'reward', 'violation')",
	"<weight>", "transform(toString(kind), {kinds:Array(String)}, {weights:Array(Float64)}, 0.)",
	// Who was active for the first time in the week. A row in the archive twice does not matter here, so without FINAL.
	"<newcomers>", `SELECT DISTINCT member FROM rollcall.actions FINAL
		WHERE community = {community:String} AND late = 0 AND time >= {start:DateTime64(3, 'UTC')} AND time < {end:DateTime64(3, 'UTC')}
			AND kind NOT IN ('leave', 'reward', 'violation')
			AND member NOT IN (
				SELECT member FROM rollcall.actions
				WHERE community = {community:String} AND late = 0 AND time < {start:DateTime64(3, 'UTC')} AND kind NOT IN ('leave', 'reward', 'violation'))`,
)

// row is one of an answer.
type row []any

// number is NaN where there is none.
func (r row) number(i int) float64 {
	if v, ok := r[i].(float64); ok {
		return v
	}
	return math.NaN()
}

func (r row) whole(i int) int64 {
	v, _ := r[i].(int64)
	return v
}

func (r row) text(i int) string {
	v, _ := r[i].(string)
	return v
}

// time reads Unix milliseconds; 0 is no time.
func (r row) time(i int, zone *time.Location) time.Time {
	if ms := r.whole(i); ms != 0 {
		return time.UnixMilli(ms).In(zone)
	}
	return time.Time{}
}

// instant is a time as ClickHouse reads it.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000") }
