package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/zeebo/xxh3"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/internal/report"
	"github.com/rollcall-dev/rollcall/internal/report/reading"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	weeklyLook  = time.Minute        // how often it is looked whether a week is over
	weeklyFresh = 3 * 24 * time.Hour // a report that is made later than this is nobody's news
	weeklyPause = time.Hour          // the longest before a community whose report failed is tried again
)

// weeks is how far the reports of a community are.
type weeks struct {
	made  report.Week   // the last one
	pause time.Duration // after a failure, and longer after each; 0: it went well
	next  time.Time     // not before this
}

// makeWeekly appends the report of each community's last week to the alerts, once stream time is a lateness past its end.
// Another process, or this one after a restart, may append the same again: it has the same id, and receivers take an id
// once (ADR 19).
func (p *program) makeWeekly(ctx context.Context) error {
	made := map[string]*weeks{}
	every := time.NewTicker(weeklyLook)
	defer every.Stop()
	for {
		if err := p.weekly(ctx, time.Now(), made); err != nil && ctx.Err() == nil {
			p.logger.Warn("a weekly report could not be made; trying again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
	}
}

// weekly makes the reports that are due now. made holds those that were. One community's failure is not another's.
func (p *program) weekly(ctx context.Context, now time.Time, made map[string]*weeks) error {
	rows, err := p.db.Query(ctx, `SELECT community, time_zone, toUnixTimestamp64Milli(time), toInt64(lateness_ms) FROM rollcall.communities FINAL
		WHERE position(community, '@') = 0 AND time >= {since:DateTime64(3, 'UTC')} ORDER BY community`,
		map[string]string{"since": now.Add(-weeklyFresh).UTC().Format("2006-01-02 15:04:05.000")})
	if err != nil {
		return fmt.Errorf("reading how far communities have come: %w", err)
	}
	var failed []error
	for _, row := range rows.Rows {
		c := cameTo(row)
		of := made[c.community]
		if of == nil {
			of = &weeks{}
			made[c.community] = of
		}
		if now.Before(of.next) {
			continue
		}
		if err := p.weeklyOf(ctx, now, c, of); err != nil {
			failed = append(failed, err)
			of.pause = min(max(2*of.pause, 2*weeklyLook), weeklyPause)
			of.next = now.Add(of.pause)
			continue
		}
		of.pause = 0
	}
	return errors.Join(failed...)
}

// come is how far a community has come.
type come struct {
	community, zone string
	to              time.Time
	lateness        time.Duration
}

func cameTo(row []any) come {
	community, _ := row[0].(string)
	zone, _ := row[1].(string)
	to, _ := row[2].(int64)
	late, _ := row[3].(int64)
	return come{community, zone, time.UnixMilli(to), time.Duration(late) * time.Millisecond}
}

// weeklyOf makes a community's report if it is due now.
func (p *program) weeklyOf(ctx context.Context, now time.Time, c come, of *weeks) error {
	zone, err := time.LoadLocation(c.zone)
	if err != nil {
		return fmt.Errorf("the time zone of %s: %w", c.community, err)
	}
	week := report.WeekOf(c.to.Add(-c.lateness).In(zone)).Add(-1)
	due := week.End(zone).Add(c.lateness)
	if of.made == week || now.Sub(due) > weeklyFresh {
		return nil
	}
	if err := p.appendWeekly(ctx, c.community, week, due); err != nil {
		return err
	}
	of.made = week
	return nil
}

// appendWeekly appends the report of one week. Of a community where nothing happens any more there is nothing to tell.
func (p *program) appendWeekly(ctx context.Context, community string, week report.Week, due time.Time) error {
	c, err := p.reported(ctx, community)
	if err != nil {
		return err
	}
	scope, err := reading.Look(ctx, querier{p.db}.rows, c)
	if err != nil || scope.Now.IsZero() || !scope.Begun.Before(week.End(c.Zone)) {
		return err
	}
	r, err := reading.Week(ctx, querier{p.db}.rows, c, scope, week)
	if err != nil {
		return err
	}
	if before, ok := r.Before(1); r.This().Values[report.Actions] == 0 && (!ok || before.Values[report.Actions] == 0) {
		return nil
	}
	value, err := proto.Marshal(weeklyRecord(r, due))
	if err != nil {
		return fmt.Errorf("encoding the report of %s: %w", community, err)
	}
	if err := p.producer.Append(ctx, schemas.TopicAlerts, []schemas.Record{{Key: []byte(community), Value: value}}); err != nil {
		return fmt.Errorf("appending the report of %s: %w", community, err)
	}
	return nil
}

// weeklyRecord is a report as a message: what is notable, who to thank, and as its members who to call. Its times are those
// at which it was due, whenever it is made.
func weeklyRecord(r *report.Report, due time.Time) *actionpb.Alert {
	a := &actionpb.Alert{
		Version: schemas.Version, Community: r.Community, AlertId: weeklyID(r.Community, r.Week), Sequence: 1, Kind: alerts.WeeklyReport,
		State: "open", Change: "opened", Severity: "info", Opened: due.UnixMilli(), Updated: due.UnixMilli(),
		IntervalStart: r.Week.Start(r.Zone).UnixMilli(), IntervalEnd: r.Week.End(r.Zone).UnixMilli(), Observed: r.This().Values[report.Active],
		TitleEn: r.Headline("en"), TitleZh: r.Headline("zh"), TextEn: strings.Join(r.Message("en"), "\n"), TextZh: strings.Join(r.Message("zh"), "\n"),
	}
	for _, s := range r.Slipping {
		m := &actionpb.AlertMember{Member: s.Member, Value: s.Score}
		if len(s.Why) > 0 {
			m.WhyEn, m.WhyZh = s.Why[0].EN, s.Why[0].ZH
		}
		a.Members = append(a.Members, m)
	}
	return a
}

const weeklyPrefix = alerts.WeeklyReport + "-"

// weeklyID names a community's week: weekly_report-2026-W47- and a digest of the community, for ids are told apart over all.
func weeklyID(community string, week report.Week) string {
	return fmt.Sprintf("%s%s-%016x", weeklyPrefix, week, xxh3.HashString(community))
}

// weekOfReport reads the week out of such an id.
func weekOfReport(a *actionpb.Alert) string {
	rest := strings.TrimPrefix(a.GetAlertId(), weeklyPrefix)
	return rest[:min(len(rest), len("2026-W47"))]
}
