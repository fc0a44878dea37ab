package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type alertCmd struct {
	part `embed:""`
}

func (alertCmd) Example() string {
	return "ROLLCALL_TOKEN=… rollcall alert --kafka kafka-1:9092 --config rollcall.yaml"
}

// Help says what a flag's line cannot.
func (alertCmd) Help() string {
	return "Sends alerts to the receivers of rollcall.yaml (alerts: receivers:, see docs/alerts.md): webhooks, Alertmanager, chats, e-mail. Each receiver has its own " +
		"place in the log, so one that is down holds up nobody, and is sent what it missed once it is back. A second process with the same receivers stands by. " +
		"`rollcall status` and `rollcall alerts test` speak to it with --server URL --key TOKEN."
}

func (c *alertCmd) Run(ctx context.Context, s *settingsFile, logger *slog.Logger, out printer) error {
	o, err := c.options(logger, out, func(w io.Writer, r app.Part) {
		fmt.Fprintf(w, "Sending to\t%s\nState\thttp://%s/api/status\n", strings.Join(s.alerts.Names(), ", "), r.HTTP)
	})
	if err != nil {
		return err
	}
	return app.Alert(ctx, app.AlertOptions{PartOptions: o, Alerts: s.alerts})
}

type alertsCmd struct {
	List    alertsListCmd    `cmd:"" help:"List them, the newest first." default:"withargs"`
	Show    alertsShowCmd    `cmd:"" help:"Show one: what happened, where, and whom to contact first."`
	Ack     alertsAckCmd     `cmd:"" help:"Say that somebody is on it."`
	Silence alertsSilenceCmd `cmd:"" help:"Let receivers hear no more of one, or of a kind, for a while."`
	Test    alertsTestCmd    `cmd:"" help:"Send a test message to every receiver, and say how each took it."`
}

func (alertsCmd) Example() string { return alertsListCmd{}.Example() }

type alertsListCmd struct {
	target    `embed:""`
	Community string `help:"Of this one only." placeholder:"C"`
	State     string `help:"In this state only: open, acknowledged or resolved." enum:",open,acknowledged,resolved" default:"" placeholder:"STATE"`
	Kind      string `help:"Of this kind only." placeholder:"KIND"`
	Limit     int    `help:"At most so many." default:"0" placeholder:"100"`
}

func (alertsListCmd) Example() string { return "rollcall alerts list --state open" }

func (l *alertsListCmd) Run(ctx context.Context, out printer) error {
	c, err := l.connect()
	if err != nil {
		return err
	}
	list, err := c.Alerts(ctx, app.AlertFilter{Community: l.Community, State: l.State, Kind: l.Kind, Limit: l.Limit})
	if err != nil {
		return err
	}
	return out.print(list, func(w io.Writer) {
		fmt.Fprintln(w, "ALERT\tCOMMUNITY\tKIND\tSEVERITY\tSTATE\tOPENED\tOBSERVED\tEXPECTED")
		for _, a := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", a.ID, a.Community, a.Kind, a.Severity, a.State, moment(a.Opened), figure(a.Observed), figure(a.Expected))
		}
	})
}

// moment is a time in UTC, as the tables have it.
func moment(ms int64) string {
	if ms == 0 {
		return "-"
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04")
}

func figure(f *float64) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf("%.4g", *f)
}

type alertsShowCmd struct {
	target    `embed:""`
	ID        string `arg:"" help:"Its id, as alerts list shows it."`
	Community string `help:"Whose, where several have an alert of that id." placeholder:"C"`
}

func (alertsShowCmd) Example() string { return "rollcall alerts show ALERT" }

func (s *alertsShowCmd) Run(ctx context.Context, out printer) error {
	c, err := s.connect()
	if err != nil {
		return err
	}
	a, err := c.Alert(ctx, s.Community, s.ID)
	if err != nil {
		return err
	}
	return out.print(a, func(w io.Writer) {
		fmt.Fprintf(w, "Alert\t%s\nCommunity\t%s\nKind\t%s, %s\n", a.ID, a.Community, a.Kind, a.Severity)
		fmt.Fprintf(w, "State\t%s\n", strings.TrimSpace(a.State+" "+by(a.AcknowledgedBy)))
		fmt.Fprintf(w, "Since\t%s\nOpened\t%s\nUpdated\t%s\nResolved\t%s\n", moment(a.IntervalStart), moment(a.Opened), moment(a.Updated), moment(a.Resolved))
		if a.SilencedUntil > a.Updated {
			fmt.Fprintf(w, "Silenced until\t%s\n", moment(a.SilencedUntil))
		}
		fmt.Fprintf(w, "Observed\t%s, expected %s, probability %s\n", figure(a.Observed), figure(a.Expected), figure(a.Probability))
		fmt.Fprintf(w, "Segments\t%s\nMembers\t%s\n\n", segments(a.Segments), members(a.Members))
		fmt.Fprintf(w, "%s\n%s\n\n%s\n%s\n", a.TitleEN, a.TextEN, a.TitleZH, a.TextZH)
	})
}

func by(who string) string {
	if who == "" {
		return ""
	}
	return "by " + who
}

// segments are where it happened, the largest share first.
func segments(list json.RawMessage) string {
	var all []struct {
		Dimension, Segment string
		Share              float64
	}
	_ = json.Unmarshal(list, &all) // what is no such list shows as none
	var out []string
	for _, s := range all {
		out = append(out, fmt.Sprintf("%s %s (%.0f %%)", s.Dimension, s.Segment, 100*s.Share))
	}
	return cmp.Or(strings.Join(out, ", "), "-")
}

// members are those to contact first.
func members(list json.RawMessage) string {
	var all []struct{ Member string }
	_ = json.Unmarshal(list, &all)
	var out []string
	for _, m := range all {
		out = append(out, m.Member)
	}
	return cmp.Or(strings.Join(out, ", "), "-")
}

type alertsAckCmd struct {
	target    `embed:""`
	ID        string `arg:"" help:"Its id."`
	Community string `help:"Whose, where several have an alert of that id." placeholder:"C"`
	By        string `help:"Who is on it; shown to all." placeholder:"NAME" default:"admin"`
}

func (alertsAckCmd) Example() string { return "rollcall alerts ack ALERT --by ada" }

func (a *alertsAckCmd) Run(ctx context.Context, out printer) error {
	c, err := a.connect()
	if err != nil {
		return err
	}
	done, err := c.Acknowledge(ctx, a.ID, app.AlertCommand{Community: a.Community, By: a.By})
	if err != nil {
		return err
	}
	return out.print(done, func(w io.Writer) { fmt.Fprintf(w, "%s is acknowledged by %s.\n", done.ID, done.By) })
}

type alertsSilenceCmd struct {
	target    `embed:""`
	ID        string        `arg:"" optional:"" help:"Its id; or none, with --community and --kind."`
	Community string        `help:"Whose." placeholder:"C"`
	Kind      string        `help:"Every alert of this kind, also those to come." placeholder:"KIND"`
	For       time.Duration `help:"How long, of the community's time." default:"24h" placeholder:"24h"`
	By        string        `help:"Who says so." placeholder:"NAME" default:"admin"`
}

func (alertsSilenceCmd) Example() string {
	return "rollcall alerts silence ALERT --for 2h\n  rollcall alerts silence --community lausanne --kind activity_drop --for 72h"
}

func (s *alertsSilenceCmd) Run(ctx context.Context, out printer) error {
	if (s.ID == "") == (s.Kind == "") || s.ID == "" && s.Community == "" {
		return app.Usagef("name an alert, or --community and --kind for every alert of a kind")
	}
	c, err := s.connect()
	if err != nil {
		return err
	}
	done, err := c.Silence(ctx, s.ID, app.AlertCommand{Community: s.Community, Kind: s.Kind, By: s.By, For: s.For.String()})
	if err != nil {
		return err
	}
	return out.print(done, func(w io.Writer) {
		fmt.Fprintf(w, "%s of %s is silent until %s UTC.\n", cmp.Or(done.ID, "every "+done.Kind), done.Community, moment(done.Until))
	})
}

type alertsTestCmd struct {
	target   `embed:""`
	Receiver string `help:"Only this one." placeholder:"NAME"`
}

func (alertsTestCmd) Example() string { return "rollcall alerts test" }

// Help says what a flag's line cannot.
func (alertsTestCmd) Help() string {
	return "Sends at once and past the log, so quiet hours, filters and rates do not matter: it tells of addresses and secrets. Exit status 1 where one did not take it."
}

func (t *alertsTestCmd) Run(ctx context.Context, out printer) error {
	c, err := t.connect()
	if err != nil {
		return err
	}
	all, err := c.TestAlerts(ctx, t.Receiver)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errors.New("no receiver is configured: name one below alerts: receivers: in rollcall.yaml, and start again")
	}
	failed := 0
	err = out.print(all, func(w io.Writer) {
		for _, r := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\t%.1f s\n", r.Name, r.Type, cmp.Or(r.Error, "ok"), r.Seconds)
		}
	})
	for _, r := range all {
		if !r.OK {
			failed++
		}
	}
	if err == nil && failed > 0 {
		return fmt.Errorf("%d of %d receivers did not take the message", failed, len(all))
	}
	return err
}
