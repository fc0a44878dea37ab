package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rollcall-dev/rollcall/internal/app"
)

type simulateCmd struct {
	target    `embed:""`
	Community string   `help:"Name of the community." default:"simulated" placeholder:"C"`
	Members   int      `help:"How many members it has over the whole time." default:"1000" placeholder:"N"`
	Days      int      `help:"How many days of history." default:"90" placeholder:"N"`
	Actions   int64    `help:"End after this many actions; 0 is all." default:"0" placeholder:"N"`
	From      string   `help:"First day, YYYY-MM-DD; so many days ago if not given." placeholder:"DAY"`
	Rate      float64  `help:"Mean actions a second of the whole community, instead of six a member and day." default:"0" placeholder:"N"`
	Seed      uint64   `help:"The same seed makes the same community." default:"1" placeholder:"N"`
	TimeZone  string   `help:"Time zone of its habits." default:"UTC" placeholder:"ZONE"`
	Scenario  string   `help:"demo has something of everything; quiet is lifelike and nothing goes wrong but what --plant says. If not given: quiet where --plant is, else demo." placeholder:"NAME"`
	Plant     []string `help:"What goes wrong, or seems to: NAME, or NAME@TIME to say when; they are listed above." placeholder:"NAME"`
	Out       string   `help:"Write NDJSON here instead of sending; - is standard output." placeholder:"FILE"`
	Truth     string   `help:"Where the truth goes; FILE.truth.json beside --out if not given." placeholder:"FILE"`
	Live      bool     `help:"Go on in real time after --days of history, without end."`
}

func (simulateCmd) Example() string {
	return "rollcall simulate --community lab --members 2000 --days 120 --out lab.ndjson && rollcall import lab.ndjson --community lab --clock data\n" +
		"  rollcall simulate --community lab --days 180 --plant mass-leave,raid --seed 7"
}

// Help says what can be planted.
func (simulateCmd) Help() string { return "What --plant knows:\n\n" + app.PlantHelp() }

func (s *simulateCmd) Run(ctx context.Context, out printer) error {
	o := app.SimulateOptions{Community: s.Community, Members: s.Members, Days: s.Days, Limit: s.Actions, Rate: s.Rate, Seed: s.Seed,
		TimeZone: s.TimeZone, Scenario: s.Scenario, Plants: s.Plant, Out: s.Out, Stdout: os.Stdout, Truth: s.Truth, Live: s.Live, Progress: app.ProgressBar(os.Stderr)}
	if s.From != "" {
		from, err := time.Parse(time.DateOnly, s.From)
		if err != nil {
			return app.Usagef("--from %q: write it like 2026-01-31", s.From)
		}
		o.From = from
	}
	if s.Out == "" {
		c, err := s.connect()
		if err != nil {
			return err
		}
		o.Client = c
	}
	sum, err := app.Simulate(ctx, o)
	if err != nil || s.Out == "-" {
		return err
	}
	return out.print(sum, func(w io.Writer) {
		fmt.Fprintf(w, "Actions\t%d\nTruth\t%s\n", sum.Actions, sum.Truth)
		if sum.Out != "" {
			fmt.Fprintf(w, "File\t%s\n", sum.Out)
		}
	})
}
