package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type evaluateAlertsCmd struct {
	target    `embed:""`
	Community string `help:"Community whose alerts are meant." required:"" placeholder:"C"`
	Truth     string `help:"What happened, as rollcall simulate writes it." required:"" placeholder:"FILE"`
}

func (evaluateAlertsCmd) Example() string {
	return "rollcall simulate --community lab --days 180 --plant mass-leave,raid && rollcall status --wait && rollcall evaluate alerts --truth lab.truth.json --community lab"
}

// Help says what a flag's line cannot.
func (evaluateAlertsCmd) Help() string {
	return "Precision: of the alerts raised, those that are of something that happened. Recall: of what should have raised an alert, what did. Right segment: of those found, where the " +
		"alert names the right channel or platform first. Delay: from the beginning of what happened to the alert's opening, the median. Consequences and what has an innocent cause " +
		"(a platform's outage, a holiday), if the alert names it, count neither way: excused."
}

func (e *evaluateAlertsCmd) Run(ctx context.Context, out printer) error {
	c, err := e.connect()
	if err != nil {
		return err
	}
	r, err := c.EvaluateAlerts(ctx, e.Community, e.Truth)
	if err != nil {
		return err
	}
	return out.print(r, func(w io.Writer) { printAlertsReport(w, r) })
}

func printAlertsReport(w io.Writer, r *app.AlertsReport) {
	share := func(p *float64) string {
		if p == nil {
			return "-"
		}
		return fmt.Sprintf("%.2f", *p)
	}
	fmt.Fprintln(w, "KIND\tEXPECTED\tFOUND\tFALSE\tEXCUSED\tPRECISION\tRECALL\tRIGHT SEGMENT\tDELAY")
	for _, f := range append(r.Kinds, r.All) {
		delay := "-"
		if f.MedianDelay != nil {
			delay = time.Duration(*f.MedianDelay * float64(time.Second)).Round(time.Second).String()
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", f.Kind, f.Expected, f.Found, f.False, f.Excused, share(f.Precision), share(f.Recall), share(f.Placed), delay)
	}
	for _, a := range r.FalseAlerts {
		fmt.Fprintf(w, "False: %s %s, opened %s\n", a.Kind, a.ID, a.Opened.Format(time.RFC3339))
	}
	for _, e := range r.MissedEvents {
		fmt.Fprintf(w, "Missed: %s, %s from %s\n", e.Plant, e.Kind, e.Start.Format(time.RFC3339))
	}
	fmt.Fprintf(w, "%s: %.0f days, %s false alerts in 180\n", r.Community, r.Days, share(r.FalsePer180))
}
