package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/alerts/outbox"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// AlertRules are a community's alerts as users write them.
type AlertRules struct {
	QuietHours string               `json:"quiet_hours,omitempty"` // of its local day, as 22:00-08:00
	Kinds      map[string]AlertRule `json:"kinds,omitempty"`
	Holidays   []Holiday            `json:"holidays,omitempty"`
}

// AlertRule sets one kind of alert. A zero is the default.
type AlertRule struct {
	Off         bool    `json:"off,omitempty"`
	Probability float64 `json:"probability,omitempty"`
	MinCount    uint32  `json:"min_count,omitempty"`
	Ratio       float64 `json:"ratio,omitempty"`
}

// Holiday names local days, as 2026-02-17. Without To it is one day.
type Holiday struct {
	Name string `json:"name"`
	From string `json:"from"`
	To   string `json:"to,omitempty"`
}

// AlertKinds are the kinds of alerts that can be set.
var AlertKinds = registry.AlertKinds

const secondsOfDay = 86400

func alertRulesOf(a *actionpb.Alerting) *AlertRules {
	if a == nil {
		return nil
	}
	out := &AlertRules{QuietHours: a.QuietHours}
	for _, r := range a.Rules {
		if out.Kinds == nil {
			out.Kinds = map[string]AlertRule{}
		}
		out.Kinds[r.Kind] = AlertRule{Off: r.Off, Probability: r.Probability, MinCount: r.MinCount, Ratio: r.Ratio}
	}
	day := func(d int32) string { return time.Unix(int64(d)*secondsOfDay, 0).UTC().Format(time.DateOnly) }
	for _, h := range a.Holidays {
		out.Holidays = append(out.Holidays, Holiday{Name: h.Name, From: day(h.From), To: day(h.To)})
	}
	return out
}

// alerting returns the rules in their wire form, nil for none. The registry checks the numbers.
func (r *AlertRules) alerting() (*actionpb.Alerting, error) {
	if _, err := outbox.ParseHours(r.QuietHours); err != nil {
		return nil, fmt.Errorf("alerts: quiet_hours: %w", err)
	}
	out := &actionpb.Alerting{QuietHours: strings.ReplaceAll(r.QuietHours, " ", "")}
	for _, kind := range slices.Sorted(maps.Keys(r.Kinds)) {
		k := r.Kinds[kind]
		out.Rules = append(out.Rules, &actionpb.AlertRule{Kind: kind, Off: k.Off, Probability: k.Probability, MinCount: k.MinCount, Ratio: k.Ratio})
	}
	for _, h := range r.Holidays {
		from, err := localDay(h.From)
		to := from
		if err == nil && h.To != "" {
			to, err = localDay(h.To)
		}
		if err != nil {
			return nil, fmt.Errorf("alerts: holidays: %s: %w", h.Name, err)
		}
		out.Holidays = append(out.Holidays, &actionpb.Holiday{Name: h.Name, From: from, To: to})
	}
	if out.QuietHours == "" && len(out.Rules) == 0 && len(out.Holidays) == 0 {
		return nil, nil
	}
	return out, nil
}

func localDay(text string) (int32, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fmt.Errorf("%q is no day: write it like 2026-02-17", text)
	}
	return int32(t.Unix() / secondsOfDay), nil
}

// mergeChurn lays what is set of churn and alerts over what is in force.
func mergeChurn(set *actionpb.Settings, c CommunitySetting) (err error) {
	if c.ChurnAfterDays < 0 || c.ChurnAfterDays > registry.MaxChurnAfter {
		return fmt.Errorf("churn_after_days: it is from 1 to %d, got %d", registry.MaxChurnAfter, c.ChurnAfterDays)
	}
	if c.ChurnAfterDays != 0 {
		set.ChurnAfterDays = uint32(c.ChurnAfterDays)
	}
	if c.AtRisk != 0 {
		set.AtRisk = c.AtRisk
	}
	if c.Alerts != nil {
		set.Alerting, err = c.Alerts.alerting()
	}
	return err
}
