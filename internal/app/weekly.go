package app

import (
	"context"
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
)

// makeWeekly appends the report of each community's last week to the alerts, once stream time is a lateness past its end.
// Another process, or this one after a restart, may append the same again: it has the same id, and receivers take an id
// once (ADR 19).
func (p *program) makeWeekly(ctx context.Context) error {
	made := map[string]report.Week{}
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

// weekly makes the reports that are due now. made holds those that were.
func (p *program) weekly(ctx context.Context, now time.Time, made map[string]report.Week) error {
	rows, err := p.db.Query(ctx, `SELECT community, time_zone, toUnixTimestamp64Milli(time), toInt64(lateness_ms) FROM rollcall.communities FINAL
		WHERE position(community, '@') = 0 AND time >= {since:DateTime64(3, 'UTC')} ORDER BY community`,
		map[string]string{"since": now.Add(-weeklyFresh).UTC().Format("2006-01-02 15:04:05.000")})
	if err != nil {
		return fmt.Errorf("reading how far communities have come: %w", err)
	}
	for _, row := range rows.Rows {
		community, _ := row[0].(string)
		name, _ := row[1].(string)
		ms, _ := row[2].(int64)
		late, _ := row[3].(int64)
		zone, err := time.LoadLocation(name)
		if err != nil {
			return fmt.Errorf("the time zone of %s: %w", community, err)
		}
		week := report.WeekOf(time.UnixMilli(ms - late).In(zone)).Add(-1)
		due := week.End(zone).Add(time.Duration(late) * time.Millisecond)
		if made[community] == week || now.Sub(due) > weeklyFresh {
			continue
		}
		if err := p.appendWeekly(ctx, community, week, due); err != nil {
			return err
		}
		made[community] = week
	}
	return nil
}

// appendWeekly appends the report of one week. Of a community where nothing happens any more there is nothing to tell.
func (p *program) appendWeekly(ctx context.Context, community string, week report.Week, due time.Time) error {
	c, scope, err := p.scope(ctx, community)
	if err != nil || !scope.Begun.Before(week.End(c.Zone)) {
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
