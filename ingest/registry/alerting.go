package registry

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// AlertKinds are the kinds of alerts that can be set: a closed set.
var AlertKinds = []string{"leave_spike", "activity_drop", "activity_surge", "at_risk_spike", "churn_spike", "kol_at_risk"}

// Bounds of what is set of churn and alerts.
const (
	MaxChurnAfter  = 365 // days
	maxHolidays    = 400
	maxHoliday     = 60 // days
	maxHolidayName = 64 // bytes
	maxRatio       = 1000
)

// checkChurn checks what is set of churn and alerts. Not so written that NaN passes.
func checkChurn(s *actionpb.Settings) error {
	if s.ChurnAfterDays > MaxChurnAfter {
		return fmt.Errorf("churn_after_days: it is from 1 to %d, got %d", MaxChurnAfter, s.ChurnAfterDays)
	}
	if s.AtRisk != 0 && !(s.AtRisk > 0 && s.AtRisk < 1) {
		return fmt.Errorf("at_risk: a risk is above 0 and below 1, got %v", s.AtRisk)
	}
	for _, r := range s.GetAlerting().GetRules() {
		if err := checkRule(r); err != nil {
			return fmt.Errorf("alerts: %s: %w", strings.ToValidUTF8(r.Kind, "�"), err)
		}
	}
	if n := len(s.GetAlerting().GetHolidays()); n > maxHolidays {
		return fmt.Errorf("alerts: holidays: at most %d, got %d", maxHolidays, n)
	}
	for _, h := range s.GetAlerting().GetHolidays() {
		switch {
		case h.Name == "" || len(h.Name) > maxHolidayName || !utf8.ValidString(h.Name):
			return fmt.Errorf("alerts: holidays: a name is 1 to %d bytes of UTF-8, got %q", maxHolidayName, strings.ToValidUTF8(h.Name, "�"))
		case h.To < h.From:
			return fmt.Errorf("alerts: holidays: %s ends before it begins", h.Name)
		case int64(h.To)-int64(h.From) >= maxHoliday:
			return fmt.Errorf("alerts: holidays: %s is longer than %d days", h.Name, maxHoliday)
		}
	}
	return nil
}

func checkRule(r *actionpb.AlertRule) error {
	switch {
	case !slices.Contains(AlertKinds, r.Kind):
		return fmt.Errorf("there is no such kind; there are: %s", strings.Join(AlertKinds, ", "))
	case r.Probability != 0 && !(r.Probability > 0 && r.Probability <= 0.5):
		return fmt.Errorf("probability: it is above 0 and at most 0.5, got %v", r.Probability)
	case r.Ratio != 0 && !(r.Ratio > 1 && r.Ratio <= maxRatio):
		return fmt.Errorf("ratio: it is above 1 and at most %d, got %v", maxRatio, r.Ratio)
	}
	return nil
}
