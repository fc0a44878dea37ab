package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/files"
	"github.com/rollcall-dev/rollcall/internal/simulate"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// SimulateOptions are the settings of `rollcall simulate`.
type SimulateOptions struct {
	Community string
	Members   int
	Days      int
	Limit     int64 // actions; 0 is all
	From      time.Time
	Rate      float64
	Seed      uint64
	TimeZone  string
	Scenario  string   // demo or quiet; empty: quiet with Plants, else demo
	Plants    []string // NAME or NAME@TIME
	Out       string   // a file, - for standard output; else Client
	Client    *Client  // where Out is empty
	Stdout    io.Writer
	Truth     string
	Live      bool
	Progress  func(files.Progress)
}

// SimulateSummary is what a simulation wrote.
type SimulateSummary struct {
	Actions int64  `json:"actions"`
	Out     string `json:"out,omitempty"`
	Truth   string `json:"truth"`
}

const (
	simulateBatch = 10_000
	livePace      = 500 * time.Millisecond // live actions leave in batches this far apart
)

// Simulate makes a community and sends or writes its actions, and writes the truth beside them.
func Simulate(ctx context.Context, o SimulateOptions) (*SimulateSummary, error) {
	so, err := o.simulation()
	if err != nil {
		return nil, err
	}
	sim, err := simulate.New(so)
	if err != nil {
		return nil, Usagef("%v", err)
	}
	out := &SimulateSummary{Out: o.Out, Truth: o.Truth}
	var sender files.Sender
	finish := func() error { return nil }
	switch {
	case o.Out == "-":
		w := files.NewWriter(o.Stdout, "")
		sender, finish = w, w.Close
	case o.Out != "":
		f, err := os.Create(o.Out)
		if err != nil {
			return nil, fmt.Errorf("writing the simulation: %w", err)
		}
		w := files.NewWriter(f, "")
		sender, finish = w, func() error { return errors.Join(w.Close(), f.Close()) }
	default:
		if err := o.settle(ctx, sim.Truth().Holidays); err != nil {
			return nil, err
		}
		sender = files.NewClient(o.Client.base, o.Client.token)
	}
	if out.Truth == "" {
		out.Truth = o.Community + ".truth.json"
		if o.Out != "" && o.Out != "-" {
			out.Truth = o.Out + ".truth.json"
		}
	}
	if err := writeTruth(out.Truth, sim.Truth()); err != nil {
		return nil, err
	}
	out.Actions, err = o.send(ctx, sim, sender)
	if o.Live && ctx.Err() != nil {
		err = nil // Ctrl-C is how a live simulation ends
	}
	return out, errors.Join(err, finish())
}

// settle tells the instance what it is to know of the community: its clock, its time zone, and the holidays that are
// planted beside those that are set.
func (o SimulateOptions) settle(ctx context.Context, holidays []simulate.DayOff) error {
	set := CommunitySetting{Community: o.Community}
	if !o.Live {
		set.Clock = "data"
	}
	if o.TimeZone != "UTC" { // which is what is not set
		set.TimeZone = o.TimeZone
	}
	now, err := o.Client.SetCommunity(ctx, set)
	if err != nil || len(holidays) == 0 {
		return err
	}
	if set.Alerts = now.Alerts; set.Alerts == nil {
		set.Alerts = &AlertRules{}
	}
	for _, h := range holidays {
		if day := (Holiday{Name: h.Name, From: h.From, To: h.To}); !slices.Contains(set.Alerts.Holidays, day) {
			set.Alerts.Holidays = append(set.Alerts.Holidays, day)
		}
	}
	_, err = o.Client.SetCommunity(ctx, set)
	return err
}

func (o SimulateOptions) simulation() (simulate.Options, error) {
	if err := CheckCommunity(CommunitySetting{Community: o.Community}); err != nil {
		return simulate.Options{}, Usagef("--community: %v", err)
	}
	if o.Rate < 0 || o.Limit < 0 {
		return simulate.Options{}, Usagef("--rate and --actions must not be negative")
	}
	from, to := o.From, time.Time{}
	if from.IsZero() {
		from = time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -o.Days)
	}
	switch {
	case o.Live:
		from = time.Now().AddDate(0, 0, -o.Days) // what lies behind is sent at once, then it goes on in real time
	case o.Days <= 0:
		return simulate.Options{}, Usagef("--days %d: it takes at least one", o.Days)
	default:
		to = from.AddDate(0, 0, o.Days)
	}
	so := simulate.Demo(o.Community, o.Seed, o.Members, from, to)
	switch {
	case o.Scenario == "quiet", o.Scenario == "" && len(o.Plants) > 0:
		so = simulate.Quiet(o.Community, o.Seed, o.Members, from, to)
	case o.Scenario != "" && o.Scenario != "demo":
		return simulate.Options{}, Usagef("--scenario %q: there are demo and quiet", o.Scenario)
	}
	so.TimeZone = o.TimeZone
	for _, text := range o.Plants {
		p, err := plant(text)
		if err != nil {
			return simulate.Options{}, err
		}
		so.Plants = append(so.Plants, p)
	}
	if o.Rate > 0 {
		so.Rate, so.PerDay = o.Rate, 0
	}
	return so, nil
}

// PlantHelp lists what can be planted, a line each.
func PlantHelp() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(simulate.Plants)) {
		fmt.Fprintf(&b, "  %s: %s\n", name, simulate.Plants[name])
	}
	return b.String()
}

// plant reads NAME or NAME@TIME.
func plant(text string) (simulate.Plant, error) {
	name, at, timed := strings.Cut(text, "@")
	p := simulate.Plant{Name: name}
	if !timed {
		return p, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, at); err == nil {
			p.From = t
			return p, nil
		}
	}
	return p, Usagef("--plant %q: write the time like 2026-01-31 or 2026-01-31T15:04:05Z", text)
}

func writeTruth(path string, t simulate.Truth) error {
	b, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("writing the truth: %w", err)
	}
	return nil
}

// send passes the simulation on in batches: as fast as they are taken, or in real time.
func (o SimulateOptions) send(ctx context.Context, sim *simulate.Simulation, to files.Sender) (int64, error) {
	var a schemas.Action
	var sent int64
	batch := &actionpb.ImportBatch{}
	began := time.Now()
	flush := func() error {
		if len(batch.Actions) == 0 {
			return nil
		}
		if err := to.Send(ctx, batch); err != nil {
			return fmt.Errorf("sending the simulation: %w", err)
		}
		sent += int64(len(batch.Actions))
		batch = &actionpb.ImportBatch{Actions: make([][]byte, 0, simulateBatch)}
		if o.Progress != nil {
			o.Progress(files.Progress{Sending: true, Sent: sent, Actions: o.Limit, Elapsed: time.Since(began)})
		}
		return nil
	}
	for o.Limit == 0 || sent+int64(len(batch.Actions)) < o.Limit {
		if !sim.Next(&a) {
			break
		}
		if o.Live {
			due := time.UnixMilli(a.Time)
			if wait := time.Until(due); wait > 0 && (wait > livePace || len(batch.Actions) >= simulateBatch) {
				if err := flush(); err != nil {
					return sent, err
				}
			}
			if err := sleepUntil(ctx, due.Add(-livePace)); err != nil {
				return sent, err
			}
		}
		batch.Actions = append(batch.Actions, a.Append(nil))
		if len(batch.Actions) >= simulateBatch {
			if err := flush(); err != nil {
				return sent, err
			}
		}
	}
	return sent, flush()
}

func sleepUntil(ctx context.Context, t time.Time) error {
	timer := time.NewTimer(time.Until(t))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
