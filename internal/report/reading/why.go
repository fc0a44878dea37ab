package reading

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/internal/report"
)

// Lengths of lists.
const (
	mostAlerts   = 10
	mostSegments = 6 // of each dimension
	mostSources  = 6
)

// alerts reads those that opened in the week, and those that had not ended when it began.
func (r *reader) alerts(ctx context.Context) error {
	return r.each(ctx, `SELECT toString(kind), toString(severity), toString(state), toUnixTimestamp64Milli(opened), toString(cause), cause_name, title_en, title_zh, text_en, text_zh
		FROM rollcall.alerts FINAL
		WHERE <of> AND kind != 'test' AND opened < {end:DateTime64(3, 'UTC')}
			AND (opened >= {start:DateTime64(3, 'UTC')} OR toYear(resolved) = 1970 OR resolved >= {start:DateTime64(3, 'UTC')})
		ORDER BY opened >= {start:DateTime64(3, 'UTC')} DESC, transform(toString(severity), ['critical', 'warning'], [0, 1], 2), opened, alert_id`, nil, func(got row) {
		if len(r.out.Alerts) == mostAlerts {
			r.out.MoreAlerts++
			return
		}
		r.out.Alerts = append(r.out.Alerts, report.Alert{Kind: got.text(0), Severity: got.text(1), State: got.text(2), Opened: got.time(3, r.out.Zone),
			Cause: got.text(4), CauseName: got.text(5), Title: report.Text{EN: got.text(6), ZH: got.text(7)}, Text: report.Text{EN: got.text(8), ZH: got.text(9)}})
	})
}

// segments reads the channels and platforms whose actions changed most against the week before. Actions add up, members of
// several channels do not.
func (r *reader) segments(ctx context.Context) error {
	// two weeks of raw actions, and not the table activity: its last row before a week may be years old
	err := r.each(ctx, `SELECT dimension, segment, toFloat64(countIf(time >= {start:DateTime64(3, 'UTC')})), toFloat64(countIf(time < {start:DateTime64(3, 'UTC')})),
			toFloat64(uniqExactIf(member, time >= {start:DateTime64(3, 'UTC')} AND <active>))
		FROM rollcall.actions FINAL
		ARRAY JOIN ['channel', 'platform'] AS dimension, [toString(channel), toString(platform)] AS segment
		WHERE <of> AND late = 0 AND time >= {before:DateTime64(3, 'UTC')} AND <before end> AND segment != ''
		GROUP BY dimension, segment`, nil, func(got row) {
		r.out.Segments = append(r.out.Segments, report.Segment{Dimension: got.text(0), Name: got.text(1), This: got.number(2), Before: got.number(3), Active: got.number(4)})
	})
	slices.SortFunc(r.out.Segments, func(a, b report.Segment) int {
		return cmp.Or(cmp.Compare(a.Dimension, b.Dimension), cmp.Compare(math.Abs(b.This-b.Before), math.Abs(a.This-a.Before)),
			cmp.Compare(b.This, a.This), cmp.Compare(a.Name, b.Name))
	})
	of := map[string]int{}
	r.out.Segments = slices.DeleteFunc(r.out.Segments, func(s report.Segment) bool {
		of[s.Dimension]++
		return of[s.Dimension] > mostSegments
	})
	return err
}

// sources reads where new members did their first active action: by campaign if any has one, and by channel and platform.
func (r *reader) sources(ctx context.Context) error {
	counts := map[string][]report.Source{}
	err := r.each(ctx, `SELECT dimension, name, toFloat64(count()) AS n FROM (
			SELECT argMin((toString(campaign), toString(channel), toString(platform)), (time, id)) AS came
			FROM rollcall.actions FINAL WHERE <week> AND <active> AND member IN (<newcomers>) GROUP BY member)
		ARRAY JOIN ['campaign', 'channel', 'platform'] AS dimension, [came.1, came.2, came.3] AS name
		GROUP BY dimension, name ORDER BY dimension, n DESC, name`, nil, func(got row) {
		d := got.text(0)
		counts[d] = append(counts[d], report.Source{Dimension: d, Name: got.text(1), Members: got.number(2)})
	})
	for _, d := range []string{"campaign", "channel", "platform"} {
		if of := counts[d]; len(of) > 1 || len(of) == 1 && of[0].Name != "" { // nobody named one
			r.out.Sources = append(r.out.Sources, of[:min(len(of), mostSources)]...)
		}
	}
	return err
}
