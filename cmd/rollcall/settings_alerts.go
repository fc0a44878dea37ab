package main

import (
	"fmt"
	"net/url"

	"go.yaml.in/yaml/v3"

	"github.com/rollcall-dev/rollcall/internal/app"
)

// readAlerts reads where alerts go.
func (s *settingsFile) readAlerts(n *yaml.Node) error {
	console := func() error {
		u, err := url.Parse(s.alerts.ConsoleURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("console_url: an address like https://rollcall.example.org, as those who read the messages reach the console, got %q", s.alerts.ConsoleURL)
		}
		return nil
	}
	return s.fields(n, "alerts", map[string]field{
		"console_url": {into: &s.alerts.ConsoleURL},
		"receivers": {read: func(list *yaml.Node) error {
			return s.items(list, "receivers", s.readReceiver)
		}},
	}, console)
}

func (s *settingsFile) readReceiver(n *yaml.Node) error {
	r := app.ReceiverSetting{At: fmt.Sprintf("%s:%d", s.path, n.Line)}
	text := func(into *string) field { return field{into: into, kind: "a text"} }
	list := func(into *[]string) field { return field{into: into, kind: "a list of texts"} }
	unique := func() error {
		for _, other := range s.alerts.Receivers {
			if other.Name == r.Name && r.Name != "" {
				return fmt.Errorf("name: there is another receiver %s, at %s; what it has been sent is kept by its name", r.Name, other.At)
			}
		}
		return r.Check()
	}
	err := s.fields(n, "a receiver", map[string]field{
		"name": text(&r.Name), "type": text(&r.Type), "url": text(&r.URL), "url_file": text(&r.URLFile), "url_env": text(&r.URLEnv),
		"secret_file": text(&r.SecretFile), "secret_env": text(&r.SecretEnv), "language": text(&r.Language),
		"communities": list(&r.Communities), "kinds": list(&r.Kinds), "min_severity": text(&r.MinSeverity), "quiet_hours": text(&r.QuietHours),
		"time_zone": text(&r.TimeZone), "group_for": text(&r.GroupFor), "give_up_after": text(&r.GiveUpAfter), "max_age": text(&r.MaxAge),
		"per_minute": {into: &r.PerMinute, kind: "a number"}, "from": text(&r.From), "to": list(&r.To),
		"weekly_report": {into: &r.Weekly, kind: "true or false"},
	}, unique)
	if err != nil {
		return err
	}
	if err := r.Complete(); err != nil {
		return s.at(n, "%v", err)
	}
	s.alerts.Receivers = append(s.alerts.Receivers, r)
	return nil
}

// readRules reads a community's alerts.
func (s *settingsFile) readRules(c *app.CommunitySetting, n *yaml.Node) error {
	c.Alerts = &app.AlertRules{Kinds: map[string]app.AlertRule{}}
	check := func() error { return app.CheckCommunity(*c) }
	return s.fields(n, "a community's alerts", map[string]field{
		"quiet_hours": {into: &c.Alerts.QuietHours, kind: "hours like 22:00-08:00"},
		"kinds":       {read: func(kinds *yaml.Node) error { return s.readKinds(c, kinds) }},
		"holidays": {read: func(list *yaml.Node) error {
			return s.items(list, "holidays", func(n *yaml.Node) error { return s.readHoliday(c, n) })
		}},
	}, check)
}

func (s *settingsFile) readKinds(c *app.CommunitySetting, n *yaml.Node) error {
	known := map[string]field{}
	for _, kind := range app.AlertKinds {
		known[kind] = field{read: func(value *yaml.Node) error {
			var rule app.AlertRule
			return s.fields(value, kind, map[string]field{
				"off":         {into: &rule.Off, kind: "true or false"},
				"probability": {into: &rule.Probability, kind: "a number above 0", some: true},
				"min_count":   {into: &rule.MinCount, kind: "a whole number from 1", some: true},
				"ratio":       {into: &rule.Ratio, kind: "a number above 1", some: true},
			}, func() error {
				c.Alerts.Kinds[kind] = rule
				return app.CheckCommunity(*c)
			})
		}}
	}
	return s.fields(n, "a community's kinds of alerts", known, nil)
}

func (s *settingsFile) readHoliday(c *app.CommunitySetting, n *yaml.Node) error {
	var h app.Holiday
	day := "a day like 2026-02-17"
	err := s.fields(n, "a holiday", map[string]field{
		"name": {into: &h.Name, kind: "a text"}, "from": {into: &h.From, kind: day}, "to": {into: &h.To, kind: day},
	}, func() error { return nil })
	if err == nil && (h.Name == "" || h.From == "") {
		err = s.at(n, "a holiday needs a name and from; without to it is one day")
	}
	if err != nil {
		return err
	}
	c.Alerts.Holidays = append(c.Alerts.Holidays, h)
	if err := app.CheckCommunity(*c); err != nil {
		return s.at(n, "%v", err)
	}
	return nil
}

// readCommunity reads a community's settings.
func (s *settingsFile) readCommunity(name, below *yaml.Node) error {
	c := app.CommunitySetting{Community: name.Value}
	if err := app.CheckCommunity(c); err != nil {
		return s.at(name, "%v", err)
	}
	if below.Kind != yaml.MappingNode && below.Kind != yaml.AliasNode {
		return s.at(below, "community %s: expected its settings below it", c.Community)
	}
	err := s.fields(below, "a community", map[string]field{
		"time_zone": {into: &c.TimeZone}, "clock": {into: &c.Clock}, "lateness": {into: &c.Lateness},
		"weights": {into: &c.Weights, kind: "kinds and their weights"}, "bots": {into: &c.Bots, kind: "a list of members"},
		"staff":            {into: &c.Staff, kind: "a list of members"},
		"churn_after_days": {into: &c.ChurnAfterDays, kind: "a whole number of days from 1", some: true},
		"at_risk":          {into: &c.AtRisk, kind: "a risk, between 0 and 1", some: true},
		"churn_after": {read: func(n *yaml.Node) (err error) {
			if c.ChurnAfterDays, err = days(n.Value); err == nil {
				err = app.CheckCommunity(c)
			}
			if err != nil {
				return s.at(n, "churn_after: %v", err)
			}
			return nil
		}},
		"alerts": {read: func(n *yaml.Node) error { return s.readRules(&c, n) }},
	}, func() error { return app.CheckCommunity(c) })
	if err != nil {
		return err
	}
	s.communities = append(s.communities, c)
	return nil
}
