package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rollcall-dev/rollcall/bench/live"
	"github.com/rollcall-dev/rollcall/bench/report"
)

// latency finds the highest rate of a `rollcall up` and measures at shares of it.
func latency(ctx context.Context, args []string) (err error) {
	var c common
	f := flag.NewFlagSet("bench latency", flag.ExitOnError)
	c.flags(f)
	program := f.String("rollcall", "bin/rollcall", "the program")
	each := f.Int("each", 20, "actions a request")
	d := f.Duration("for", 20*time.Second, "how long at each rate")
	highest := f.Float64("highest", 0, "the highest rate in actions a second; 0: found first, in half of -for")
	_ = f.Parse(args)
	dir, remove, err := c.scratch()
	if err != nil {
		return err
	}
	defer remove()
	u, err := live.StartUp(ctx, *program, filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.Close()) }()
	if *highest == 0 {
		if *highest, err = live.Highest(ctx, u, c.load, *each, *d/2); err != nil {
			return err
		}
		progress("highest: %.0f actions/s", *highest)
	}
	var all []live.Latency
	for _, share := range []float64{0.1, 0.5, 0.9} {
		l, err := live.Measure(ctx, u, c.load, *each, share**highest, *d)
		if err != nil {
			return fmt.Errorf("at %.0f %%: %w", 100*share, err)
		}
		l.Share = share
		all = append(all, l)
		progress("%+v", l)
	}
	fmt.Printf("%s\n\nHighest rate %.0f actions/s, %d actions a request.\n\n", report.Machine(), *highest, *each)
	fmt.Println("| load | actions/s | answered p50 | p99 | visible p50 | p90 | p99 | most | CPU |\n|---|---|---|---|---|---|---|---|---|")
	for _, l := range all {
		fmt.Printf("| %.0f %% | %.0f | %.0f ms | %.0f ms | %.0f ms | %.0f ms | %.0f ms | %.0f ms | %.2f cores |\n", 100*l.Share, l.Rate,
			l.Answered.P50, l.Answered.P99, l.Visible.P50, l.Visible.P90, l.Visible.P99, l.Visible.Max, l.CPU)
	}
	return c.write(map[string]any{"machine": report.Machine(), "highest": *highest, "latency": all})
}

// whole imports the load into a `rollcall up`.
func whole(ctx context.Context, args []string) error {
	var c common
	f := flag.NewFlagSet("bench up", flag.ExitOnError)
	c.flags(f)
	program := f.String("rollcall", "bin/rollcall", "the program")
	rounds := f.Int("rounds", 3, "rounds")
	_ = f.Parse(args)
	var runs []report.Run
	for round := range *rounds {
		r, err := c.importOnce(ctx, *program)
		if err != nil {
			return err
		}
		r.Load, r.Round = c.load.String(), round
		progress("round %d %8.0f ns CPU an action, %9.0f actions/s, peak %d MiB", round+1, r.NSPerEvent(), float64(r.Events)/r.Wall, r.PeakRSS>>20)
		runs = append(runs, r)
	}
	report.WriteRuns(os.Stdout, runs)
	return c.write(map[string]any{"machine": report.Machine(), "runs": runs})
}

func (c common) importOnce(ctx context.Context, program string) (r report.Run, err error) {
	dir, remove, err := c.scratch()
	if err != nil {
		return r, err
	}
	defer remove()
	u, err := live.StartUp(ctx, program, filepath.Join(dir, "data"))
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, u.Close()) }()
	r.Result, err = u.Import(ctx, c.load)
	if err == nil && r.Done != r.Total {
		err = fmt.Errorf("%d actions are in the tables, want %d", r.Done, r.Total)
	}
	return r, err
}
