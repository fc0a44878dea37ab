package app

import (
	"context"
	"encoding/json"
	"fmt"
)

// AlertRow is an alert as the read model has it. Times are Unix milliseconds of stream time, 0 for not yet.
type AlertRow struct {
	Community      string          `json:"community"`
	ID             string          `json:"alert_id"`
	Kind           string          `json:"kind"`
	Severity       string          `json:"severity"`
	State          string          `json:"state"`  // open, acknowledged or resolved
	Change         string          `json:"change"` // the last one
	Sequence       uint32          `json:"sequence"`
	Opened         int64           `json:"opened"`
	Updated        int64           `json:"updated"`
	Resolved       int64           `json:"resolved"`
	IntervalStart  int64           `json:"interval_start"`
	IntervalEnd    int64           `json:"interval_end"`
	SilencedUntil  int64           `json:"silenced_until"`
	Expected       *float64        `json:"expected"` // null where it is not known
	Observed       *float64        `json:"observed"`
	Probability    *float64        `json:"probability"`
	Cause          string          `json:"cause"`
	CauseName      string          `json:"cause_name"`
	Segments       json.RawMessage `json:"segments"`
	Members        json.RawMessage `json:"members"`
	AcknowledgedBy string          `json:"acknowledged_by"`
	TitleEN        string          `json:"title_en"`
	TitleZH        string          `json:"title_zh"`
	TextEN         string          `json:"text_en"`
	TextZH         string          `json:"text_zh"`
}

const alertsSQL = `SELECT community, alert_id, kind, severity, state, change, acknowledged_by, cause, cause_name, segments, members,
		title_en, title_zh, text_en, text_zh, toInt64(sequence), toUnixTimestamp64Milli(opened), toUnixTimestamp64Milli(updated),
		toUnixTimestamp64Milli(resolved), toUnixTimestamp64Milli(interval_start), toUnixTimestamp64Milli(interval_end),
		toUnixTimestamp64Milli(silenced_until), expected, observed, probability
	FROM rollcall.alerts FINAL
	WHERE position(community, '@') = 0
		AND ({community:String} = '' OR community = {community:String}) AND ({state:String} = '' OR state = {state:String})
		AND ({kind:String} = '' OR kind = {kind:String}) AND ({id:String} = '' OR alert_id = {id:String})
	ORDER BY opened DESC, community, alert_id LIMIT {limit:UInt32}`

func (s *server) queryAlerts(ctx context.Context, params map[string]string) ([]AlertRow, error) {
	rows, err := s.db.Query(ctx, alertsSQL, params)
	if err != nil {
		return nil, fmt.Errorf("reading the alerts: %w", err)
	}
	out := []AlertRow{}
	for _, row := range rows.Rows {
		var a AlertRow
		var sequence int64
		var segments, members string
		texts := []*string{&a.Community, &a.ID, &a.Kind, &a.Severity, &a.State, &a.Change, &a.AcknowledgedBy, &a.Cause, &a.CauseName, &segments, &members,
			&a.TitleEN, &a.TitleZH, &a.TextEN, &a.TextZH}
		times := []*int64{&sequence, &a.Opened, &a.Updated, &a.Resolved, &a.IntervalStart, &a.IntervalEnd, &a.SilencedUntil}
		numbers := []**float64{&a.Expected, &a.Observed, &a.Probability}
		if len(row) != len(texts)+len(times)+len(numbers) {
			return nil, fmt.Errorf("reading the alerts: a row of %d columns", len(row))
		}
		for i, to := range texts {
			*to, _ = row[i].(string)
		}
		for i, to := range times {
			*to, _ = row[len(texts)+i].(int64)
		}
		for i, to := range numbers {
			*to = number(row[len(texts)+len(times)+i])
		}
		a.Sequence, a.Segments, a.Members = uint32(sequence), list(segments), list(members)
		out = append(out, a)
	}
	return out, nil
}

// number is one that JSON can say.
func number(v any) *float64 {
	f, ok := v.(float64)
	if !ok || f-f != 0 {
		return nil
	}
	return &f
}

// list is a JSON list out of a column of text.
func list(text string) json.RawMessage {
	if !json.Valid([]byte(text)) {
		return json.RawMessage("[]")
	}
	return json.RawMessage(text)
}
