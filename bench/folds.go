package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/bench/broker"
	"github.com/rollcall-dev/rollcall/bench/contend"
	"github.com/rollcall-dev/rollcall/bench/load"
	"github.com/rollcall-dev/rollcall/bench/report"
)

// sequence is a round: each peer stands beside what it is compared with.
var sequence = []string{"bare", "ours-fold", "goka", "goka-json", "ours-fold", "ours-folds", kafkaStreams, "ours-sinks", "kafka-engine",
	"ours-engine", "ours-engine-30s"}

var pairs = []report.Pair{
	{Ours: "ours-fold", Peer: "bare", Aim: 0.6}, {Ours: "ours-fold", Peer: "goka", Aim: 8}, {Ours: "ours-fold", Peer: "goka-json"},
	{Ours: "ours-fold", Peer: kafkaStreams, Aim: 15}, {Ours: "ours-sinks", Peer: kafkaStreams, Aim: 6},
	{Ours: "ours-folds", Peer: "ours-fold", Aim: 0.8}, {Ours: "ours-sinks", Peer: "kafka-engine", Aim: 3}, {Ours: "ours-engine-30s", Peer: "ours-engine", Aim: 0.95},
}

// common are the flags of every command.
type common struct {
	load       load.Options
	partitions int
	script     string
	dir        string
	json       string
}

func (c *common) flags(f *flag.FlagSet) {
	c.load.Seed, c.load.Communities = 1, 4
	f.IntVar(&c.load.Members, "members", 1_000_000, "members")
	f.IntVar(&c.load.Events, "events", 1_000_000, "events that count, after each member's first")
	f.Float64Var(&c.load.Zipf, "zipf", 0, "exponent of how often a member acts; 0: all alike")
	f.BoolVar(&c.load.Prelude, "prelude", true, "each member acts once before the events that count")
	f.IntVar(&c.partitions, "partitions", 4, "partitions of each topic")
	f.IntVar(&c.load.Days, "days", 1, "days of event time")
	f.StringVar(&c.script, "kafka", "scripts/kafka/node.sh", "script that starts Apache Kafka (new DIR 1) and stops it (stop DIR); empty: kfake")
	f.StringVar(&c.dir, "dir", "", "where the broker and the contenders keep their data; a temporary folder if not given")
	f.StringVar(&c.json, "json", "", "file for all figures as JSON")
}

// scratch makes the folder of this run; the returned function removes it.
func (c *common) scratch() (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp(c.dir, "rollcall-bench-")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}

func folds(ctx context.Context, args []string) error {
	var c common
	f := flag.NewFlagSet("bench", flag.ExitOnError)
	c.flags(f)
	rounds := f.Int("rounds", 3, "rounds; each runs every contender in turn")
	only := f.String("only", "bare,ours-fold,ours-folds,goka,kafka-streams,ours-sinks,kafka-engine", "contenders")
	full := f.Bool("full", false, "10 k, 1 M and 10 M members, all alike and Zipf 1.1, instead of one load")
	profiles := f.String("profiles", "", "folder for CPU profiles of the contenders in Go")
	_ = f.Parse(args)
	names := slices.DeleteFunc(slices.Clone(sequence), func(n string) bool { return !slices.Contains(strings.Split(*only, ","), n) })
	if len(names) == 0 {
		return fmt.Errorf("-only %s names no contender; there are %s", *only, strings.Join(sequence, ", "))
	}
	var runs []report.Run
	for _, o := range loadsOf(c.load, *full) {
		got, err := one(ctx, c, o, slices.Compact(names), *rounds, *profiles)
		runs = append(runs, got...)
		if err != nil {
			return err
		}
	}
	if len(runs) == 0 {
		return errNothing
	}
	return c.report(runs)
}

func loadsOf(o load.Options, full bool) []load.Options {
	if !full {
		return []load.Options{o}
	}
	var all []load.Options
	for _, members := range []int{10_000, 1_000_000, 10_000_000} {
		for _, zipf := range []float64{0, 1.1} {
			o.Members, o.Zipf = members, zipf
			all = append(all, o)
		}
	}
	return all
}

func topicOf(name string) string {
	if c, ok := contend.Find(name); ok {
		return c.Topic
	}
	return broker.JSONByCommunity
}

// one starts a broker, fills it with a load and runs the rounds on it.
func one(ctx context.Context, c common, o load.Options, names []string, rounds int, profiles string) (runs []report.Run, err error) {
	dir, remove, err := c.scratch()
	if err != nil {
		return nil, err
	}
	defer remove()
	b, err := broker.Start(ctx, c.script, filepath.Join(dir, "broker"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	var topics []string
	for _, n := range names {
		if t := topicOf(n); !slices.Contains(topics, t) {
			topics = append(topics, t)
		}
	}
	began := time.Now()
	filled, err := broker.Fill(ctx, b.Addr, c.partitions, o, topics...)
	if err != nil {
		return nil, err
	}
	for _, t := range topics {
		progress("%s, %s: %s with %d events of %d bytes", b.Name, o, t, o.Total(), filled.Bytes[t]/int64(o.Total()))
	}
	progress("filled in %.1f s", time.Since(began).Seconds())
	skipped := map[string]bool{}
	for round := range rounds {
		for place, name := range names {
			if skipped[name] {
				continue
			}
			s := contend.Spec{Name: name, Broker: b.Addr, Topic: topicOf(name), Ends: filled.Ends[topicOf(name)],
				Prelude: int64(o.PreludeEvents()), Total: int64(o.Total()), Members: o.Members, Communities: o.Communities,
				Dir: filepath.Join(dir, "contender"), RunID: fmt.Sprintf("%d-%d", round, place)}
			if profiles != "" {
				s.Profile = filepath.Join(profiles, name+".prof")
			}
			r, err := runChild(ctx, s)
			if errors.Is(err, errSkipped) {
				skipped[name] = true
				progress("SKIPPED %s: %v", name, err)
				continue
			}
			if err != nil {
				return runs, err
			}
			runs = append(runs, report.Run{Result: r, Load: o.String(), Round: round, Place: place})
			progress("round %d %-14s %8.0f ns CPU an event, %9.0f events/s, peak %5d MiB, whole process %.1f CPU s %v",
				round+1, name, r.NSPerEvent(), float64(r.Events)/r.Wall, r.PeakRSS>>20, r.Process, r.Extra)
		}
	}
	return runs, nil
}

// report prints the tables and writes the JSON.
func (c common) report(runs []report.Run) error {
	ratios := report.Ratios(runs, pairs)
	fmt.Printf("%s\n\n", report.Machine())
	report.WriteRatios(os.Stdout, ratios)
	fmt.Println()
	report.WriteRuns(os.Stdout, runs)
	return c.write(map[string]any{"machine": report.Machine(), "ratios": ratios, "runs": runs})
}

func (c common) write(all any) error {
	if c.json == "" {
		return nil
	}
	b, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(c.json, append(b, '\n'), 0o644)
}
