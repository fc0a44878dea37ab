package reading

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/rollcall-dev/rollcall/internal/report"
)

// weeks reads the numbers of the weeks that are drawn. The community's first week is the first of them at most.
func (r *reader) weeks(ctx context.Context) error {
	first := report.WeekOf(r.out.Begun)
	at := map[string]int{} // by Monday
	for i := report.Drawn - 1; i >= 0; i-- {
		w := r.out.Week.Add(-i)
		if w.Monday().Before(first.Monday()) {
			continue
		}
		n := report.Numbers{Week: w}
		n.Values[report.AbsenceFactor] = math.NaN()
		n.Values[report.Stickiness] = math.NaN()
		at[w.Monday().Format(time.DateOnly)] = len(r.out.Weeks)
		r.out.Weeks = append(r.out.Weeks, n)
	}
	// fill reads a statement of a Monday and numbers.
	fill := func(sql string, into ...report.Number) error {
		return r.each(ctx, sql, map[string]string{"first": r.out.Weeks[0].Week.Monday().Format(time.DateOnly)}, func(got row) {
			if i, ok := at[got.text(0)]; ok {
				for k, n := range into {
					r.out.Weeks[i].Values[n] = got.number(k + 1)
				}
			}
		})
	}
	err := fill(`SELECT toString(start), toFloat64(active), toFloat64(new), toFloat64(returning), toFloat64(resurrecting), toFloat64(dormant)
		FROM rollcall.lifecycle FINAL WHERE <of> AND interval = 'week' AND start BETWEEN {first:Date} AND {monday:Date}`,
		report.Active, report.New, report.Returning, report.Resurrecting, report.Dormant)
	if err == nil {
		err = fill(`SELECT toString(toMonday(day)) AS week, toFloat64(sum(actions)), avg(toFloat64(stickiness_ratio))
			FROM rollcall.activity_days FINAL WHERE <of> AND day BETWEEN {first:Date} AND {sunday:Date} GROUP BY week`, report.Actions, report.Stickiness)
	}
	if err == nil {
		err = fill(`SELECT toString(toMonday(day)) AS week, toFloat64(argMax(at_risk, day)), toFloat64(sum(entered_at_risk)), toFloat64(sum(entered_churned)), toFloat64(sum(entered_left))
			FROM rollcall.churn_days FINAL WHERE <of> AND day BETWEEN {first:Date} AND {sunday:Date} GROUP BY week`,
			report.AtRisk, report.EnteredAtRisk, report.Churned, report.Left)
	}
	if err == nil {
		err = fill(`SELECT toString(toMonday(day)) AS week, nullIf(toFloat64(argMax(absence_factor, day)), 0)
			FROM rollcall.community_days FINAL WHERE <of> AND day BETWEEN {first:Date} AND {sunday:Date} GROUP BY week`, report.AbsenceFactor)
	}
	if err == nil {
		err = r.contributing(ctx)
	}
	return err
}

// contributing reads the windows of seven days that end with the weeks. A row holds until the next one.
func (r *reader) contributing(ctx context.Context) error {
	firstEnd := instant(r.out.Weeks[0].Week.End(r.out.Zone))
	i := 0
	last := 0.0
	err := r.each(ctx, `SELECT toUnixTimestamp64Milli(time) AS at, toFloat64(contributing_members)
		FROM rollcall.activity FINAL
		WHERE <of> AND dimension = '' AND segment = '' AND window = '7d' AND time <= {end:DateTime64(3, 'UTC')} AND time >= (
			SELECT max(time) FROM rollcall.activity FINAL
			WHERE <of> AND dimension = '' AND segment = '' AND window = '7d' AND time <= {first_end:DateTime64(3, 'UTC')})
		ORDER BY at`, map[string]string{"first_end": firstEnd}, func(got row) {
		for at := got.time(0, r.out.Zone); i < len(r.out.Weeks) && at.After(r.out.Weeks[i].Week.End(r.out.Zone)); i++ {
			r.out.Weeks[i].Values[report.Contributing] = last
		}
		last = got.number(1)
	})
	for ; i < len(r.out.Weeks); i++ {
		r.out.Weeks[i].Values[report.Contributing] = last
	}
	return err
}

// days reads each weekday's actions in this week, in the one before, and on average in up to four before.
func (r *reader) days(ctx context.Context) error {
	today := r.out.Now.In(r.out.Zone).Format(time.DateOnly)
	begun := r.out.Begun.In(r.out.Zone).Format(time.DateOnly)
	byDay := map[string]float64{}
	err := r.each(ctx, `SELECT toString(day), toFloat64(actions) FROM rollcall.activity_days FINAL
		WHERE <of> AND day BETWEEN {monday:Date} - 28 AND {sunday:Date}`, nil, func(got row) { byDay[got.text(0)] = got.number(1) })
	// of a day before the first and after the newest nothing is known
	known := func(day time.Time) (float64, bool) {
		name := day.Format(time.DateOnly)
		return byDay[name], name >= begun && name <= today
	}
	orNaN := func(v float64, ok bool) float64 {
		if !ok {
			return math.NaN()
		}
		return v
	}
	for i := range r.out.Days {
		day := r.out.Week.Monday().AddDate(0, 0, i)
		d := report.Day{This: orNaN(known(day)), Before: orNaN(known(day.AddDate(0, 0, -7))), Mean: math.NaN()}
		sum, n := 0.0, 0.0
		for back := 1; back <= 4; back++ {
			if v, ok := known(day.AddDate(0, 0, -7*back)); ok {
				sum, n = sum+v, n+1
			}
		}
		if n > 0 {
			d.Mean = sum / n
		}
		r.out.Days[i] = d
	}
	return err
}

func (r *reader) hours(ctx context.Context) error {
	return r.each(ctx, `SELECT toInt64((toDayOfWeek(time, 0, {zone:String}) - 1) * 24 + toHour(time, {zone:String})) AS hour, toFloat64(count())
		FROM rollcall.actions FINAL WHERE <week> GROUP BY hour`, nil, func(got row) {
		if h := got.whole(0); h >= 0 && h < int64(len(r.out.Hours)) {
			r.out.Hours[h] = got.number(1)
		}
	})
}

// cohorts reads the newcomers of the last weeks and who of them came again, up to this week.
func (r *reader) cohorts(ctx context.Context) error {
	var newest *report.Cohort
	var failed error
	err := r.each(ctx, `SELECT toString(cohort), toInt64(n), toFloat64(n_day) / cohort_size, toFloat64(cohort_size)
		FROM rollcall.retention FINAL
		WHERE <of> AND interval = 'week' AND cohort BETWEEN {monday:Date} - 56 AND {monday:Date} - 7 AND n >= 1 AND cohort + 7 * n <= {monday:Date} AND cohort_size > 0
		ORDER BY cohort, n`, nil, func(got row) {
		day, err := time.Parse(time.DateOnly, got.text(0))
		if err != nil {
			failed = fmt.Errorf("cohort %q is no day: %w", got.text(0), err)
			return
		}
		if w := report.WeekOf(day); newest == nil || newest.Week != w {
			r.out.Cohorts = append(r.out.Cohorts, report.Cohort{Week: w, Size: got.number(3)})
			newest = &r.out.Cohorts[len(r.out.Cohorts)-1]
		}
		if got.whole(1) == int64(len(newest.Shares)+1) {
			newest.Shares = append(newest.Shares, got.number(2))
		}
	})
	if err != nil {
		return err
	}
	return failed
}
