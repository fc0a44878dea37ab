package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rollcall-dev/rollcall/internal/evaluate/alerts"
)

// AlertsReport is the answer of EvaluateAlerts.
type AlertsReport struct {
	Community string    `json:"community"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"` // the truth's end, or how far the community has come
	alerts.Report
}

// EvaluateAlerts compares the alerts of a community with a file of what happened there.
func (c *Client) EvaluateAlerts(ctx context.Context, community, file string) (*AlertsReport, error) {
	if err := CheckCommunity(CommunitySetting{Community: community}); err != nil {
		return nil, Usagef("--community: %v", err)
	}
	truth, err := readTruth(file)
	if err != nil {
		return nil, err
	}
	now, err := c.streamTime(ctx, community)
	if err != nil {
		return nil, err
	}
	if !now.After(truth.From) {
		return nil, fmt.Errorf("%s has come to %s, and %s begins at %s: there is nothing to compare", community, now.Format(time.RFC3339), file, truth.From.UTC().Format(time.RFC3339))
	}
	if truth.To.IsZero() || now.Before(truth.To) {
		truth.To = now
	}
	raised, err := c.alerts(ctx, community)
	if err != nil {
		return nil, err
	}
	tally := alerts.Judge(truth, raised)
	return &AlertsReport{community, truth.From, truth.To, tally.Report()}, nil
}

func readTruth(file string) (alerts.Truth, error) {
	var t alerts.Truth
	b, err := os.ReadFile(file)
	if err != nil {
		return t, fmt.Errorf("reading the truth: %w", err)
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff")) // as some editors begin a file
	if err := json.Unmarshal(b, &t); err != nil {
		return t, fmt.Errorf("reading the truth: %s is not what `rollcall simulate` writes: %w", file, err)
	}
	if err := t.Check(); err != nil {
		return t, fmt.Errorf("reading the truth: %s is not what `rollcall simulate` writes: %w", file, err)
	}
	return t, nil
}

// streamTime returns how far a community has come.
func (c *Client) streamTime(ctx context.Context, community string) (time.Time, error) {
	var now time.Time
	err := c.queryRows(ctx, "SELECT toUnixTimestamp64Milli(time) AS now FROM rollcall.communities FINAL WHERE community = '"+community+"'", func(row []byte) error {
		var v struct{ Now int64 }
		if err := json.Unmarshal(row, &v); err != nil {
			return err
		}
		now = time.UnixMilli(v.Now).UTC()
		return nil
	})
	if err == nil && now.IsZero() {
		err = fmt.Errorf("there is no community %q, or nothing has come of it yet: `rollcall community list` shows those there are", community)
	}
	if err != nil {
		return now, fmt.Errorf("reading how far %s has come: %w", community, err)
	}
	return now, nil
}

// alerts reads the alerts of a community.
func (c *Client) alerts(ctx context.Context, community string) ([]alerts.Alert, error) {
	var out []alerts.Alert
	err := c.queryRows(ctx, "SELECT alert_id, kind, toUnixTimestamp64Milli(opened) AS at, cause, cause_name, segments FROM rollcall.alerts FINAL WHERE community = '"+community+"' AND kind != 'test' ORDER BY opened, alert_id", func(row []byte) error {
		var v struct {
			ID        string `json:"alert_id"`
			Kind      string
			At        int64
			Cause     string
			CauseName string `json:"cause_name"`
			Segments  string
		}
		if err := json.Unmarshal(row, &v); err != nil {
			return err
		}
		a := alerts.Alert{ID: v.ID, Kind: v.Kind, Cause: v.Cause, CauseName: v.CauseName}
		a.Opened = time.UnixMilli(v.At).UTC()
		if v.Segments != "" {
			if err := json.Unmarshal([]byte(v.Segments), &a.Segments); err != nil {
				return fmt.Errorf("segments of alert %s: %w", v.ID, err)
			}
		}
		out = append(out, a)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the alerts of %s: %w", community, err)
	}
	return out, nil
}

// queryRows runs SQL and hands out each row as a JSON object.
func (c *Client) queryRows(ctx context.Context, sql string, row func([]byte) error) error {
	var out bytes.Buffer
	if err := c.Query(ctx, sql+" SETTINGS output_format_json_quote_64bit_integers = 0", "JSONEachRow", &out); err != nil {
		return err
	}
	for d := json.NewDecoder(&out); ; {
		var one json.RawMessage
		err := d.Decode(&one)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = row(one)
		}
		if err != nil {
			return err
		}
	}
}
