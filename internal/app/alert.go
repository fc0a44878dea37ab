package app

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/outbox"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// AlertOptions are the settings of `rollcall alert`.
type AlertOptions struct {
	PartOptions
	Alerts AlertSettings
}

// Alert sends the alerts of an external Kafka to receivers until ctx ends.
func Alert(ctx context.Context, o AlertOptions) (err error) {
	if len(o.Alerts.Receivers) == 0 {
		return Usagef("no receiver is configured: name one below alerts: receivers: in rollcall.yaml (docs/alerts.md)")
	}
	p := newProgram("alert", false, o.Logger)
	defer func() { err = errors.Join(err, p.close()) }()
	receivers, err := o.Alerts.receivers()
	if err != nil {
		return err
	}
	part, err := p.openPart(ctx, o.PartOptions, registry.Options{Create: true})
	if err != nil {
		return err
	}
	if err := p.openAlerts(o.Alerts.ConsoleURL, receivers); err != nil {
		return err
	}
	return p.servePart(ctx, o.PartOptions, part)
}

// openAlerts begins to send. Where this process has the numbers, it makes the weekly reports that receivers want.
func (p *program) openAlerts(console string, receivers []outbox.Receiver) (err error) {
	config := p.config
	config.ClientID = clientID + "." + p.id
	places := places{registry: p.settings.registry, zones: new(sync.Map)}
	o := outbox.Options{Log: alertLog{config, p.logger, p.registry}, Receivers: receivers, Place: places.of,
		Registerer: p.registry, Logger: p.logger}
	if console != "" {
		o.Link = func(a *actionpb.Alert) string { return alertPage(console, a) }
	}
	if p.outbox, err = outbox.New(o); err != nil || len(receivers) == 0 {
		return err
	}
	p.background("the alerts", p.outbox.Run)
	if p.db != nil && slices.ContainsFunc(receivers, func(r outbox.Receiver) bool { return r.Weekly }) {
		p.background("the weekly reports", p.makeWeekly)
	}
	return nil
}

// alertPage is where the console shows an alert.
func alertPage(console string, a *actionpb.Alert) string {
	u, err := url.Parse(console)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("community", a.GetCommunity())
	switch {
	case a.GetKind() == alerts.WeeklyReport:
		u = u.JoinPath("api", "report")
		q.Set("week", weekOfReport(a))
	case a.GetChange() != "test":
		q.Set("alert", a.GetAlertId())
	}
	u.RawQuery = q.Encode()
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

// places tells what is set of communities now.
type places struct {
	registry *registry.Registry
	zones    *sync.Map // by name: the system's files are read once
}

func (p places) of(community string) outbox.Place {
	set, ok := p.registry.Community(community)
	if !ok {
		return outbox.Place{}
	}
	quiet, err := outbox.ParseHours(set.GetAlerting().GetQuietHours())
	if err != nil {
		quiet = outbox.Hours{} // of a newer program
	}
	return outbox.Place{Zone: p.zone(set.TimeZone), Quiet: quiet}
}

func (p places) zone(name string) *time.Location {
	if z, ok := p.zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		z = time.UTC
	}
	p.zones.Store(name, z)
	return z
}
