package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rollcall-dev/rollcall/bench/broker"
	"github.com/rollcall-dev/rollcall/bench/collect"
	"github.com/rollcall-dev/rollcall/bench/report"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
)

const benthosTopic = "bench.benthos"

// collectors runs our collector and Benthos in turn with the same requests.
func collectors(ctx context.Context, args []string) (err error) {
	var c common
	f := flag.NewFlagSet("bench collect", flag.ExitOnError)
	c.flags(f)
	rounds := f.Int("rounds", 5, "rounds")
	program := f.String("benthos", "bin/bench-benthos", "the program of bench/benthos")
	singles := f.Int("requests", 40_000, "requests of one action, and a tenth as many of 100, a round")
	_ = f.Parse(args)
	dir, remove, err := c.scratch()
	if err != nil {
		return err
	}
	defer remove()
	b, err := broker.Start(ctx, c.script, filepath.Join(dir, "broker"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := broker.Ensure(ctx, kafka.Config{Brokers: []string{b.Addr}}, c.partitions, schemas.TopicActions, schemas.TopicRejected, benthosTopic); err != nil {
		return err
	}
	ours, err := collect.StartOurs(b.Addr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.Close()) }()
	servers := []*collect.Server{ours}
	if _, err := os.Stat(*program); err != nil {
		progress("SKIPPED Benthos: %v (make bench-build)", err)
	} else {
		peer, err := collect.StartBenthos(ctx, *program, dir, b.Addr, benthosTopic)
		if err != nil {
			return err
		}
		defer func() { _ = peer.Close() }()
		servers = append(servers, peer)
	}
	var runs []report.Run
	for _, each := range []int{1, 100} {
		n := *singles
		if each > 1 {
			n /= 10
		}
		bodies, err := collect.Bodies(c.load, n, each)
		if err != nil {
			return err
		}
		for _, s := range servers { // connections, and what a first request makes
			if _, err := collect.Drive(ctx, s, b.Addr, bodies[:n/10], each); err != nil {
				return err
			}
		}
		for round := range *rounds {
			for place, s := range servers {
				r, err := collect.Drive(ctx, s, b.Addr, bodies, each)
				if err != nil {
					return err
				}
				runs = append(runs, report.Run{Result: r, Load: fmt.Sprintf("%d an HTTP request", each), Round: round, Place: place})
				progress("round %d %-14s %d a request %8.0f ns CPU an action, %9.0f actions/s, peak %d MiB", round+1, s.Name, each,
					r.NSPerEvent(), float64(r.Events)/r.Wall, r.PeakRSS>>20)
			}
		}
	}
	ratios := report.Ratios(runs, []report.Pair{{Ours: "ours-collector", Peer: "benthos", Aim: 5}})
	fmt.Printf("%s, %s\n\n", report.Machine(), b.Name)
	report.WriteRatios(os.Stdout, ratios)
	fmt.Println()
	report.WriteRuns(os.Stdout, runs)
	return c.write(map[string]any{"machine": report.Machine(), "broker": b.Name, "ratios": ratios, "runs": runs})
}
