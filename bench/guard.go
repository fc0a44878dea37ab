package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"

	"github.com/rollcall-dev/rollcall/bench/broker"
	"github.com/rollcall-dev/rollcall/bench/contend"
	"github.com/rollcall-dev/rollcall/bench/load"
	"github.com/rollcall-dev/rollcall/bench/report"
)

// guardShare is what the fold stage must reach of the bare limit, in events a CPU second. It is below what it reaches by
// what a restless machine takes away: the median of guardPairs pairs wanders by a tenth.
const guardShare = 0.05

const guardPairs = 5

// guard fails where our fold stage became slow in proportion to fetching and decoding alone: a ratio, never a time.
func guard(ctx context.Context, args []string) (err error) {
	f := flag.NewFlagSet("bench guard", flag.ExitOnError)
	least := f.Float64("least", guardShare, "share of the bare limit to reach")
	_ = f.Parse(args)
	c := common{}
	dir, remove, err := c.scratch()
	if err != nil {
		return err
	}
	defer remove()
	b, err := broker.StartKfake(ctx, filepath.Join(dir, "broker"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	o := load.Options{Seed: 1, Members: 20_000, Zipf: 1.1, Prelude: true, Events: 200_000, Communities: 4, Days: 2}
	filled, err := broker.Fill(ctx, b.Addr, 4, o, broker.Actions)
	if err != nil {
		return err
	}
	var runs []report.Run
	for round := range guardPairs {
		for place, name := range []string{"bare", "ours-fold"} {
			r, err := runChild(ctx, contend.Spec{Name: name, Broker: b.Addr, Topic: broker.Actions, Ends: filled.Ends[broker.Actions],
				Prelude: int64(o.PreludeEvents()), Total: int64(o.Total()), Members: o.Members, Communities: o.Communities,
				Dir: filepath.Join(dir, "contender"), RunID: fmt.Sprintf("%d-%d", round, place)})
			if err != nil {
				return err
			}
			runs = append(runs, report.Run{Result: r, Load: o.String(), Round: round, Place: place})
		}
	}
	got := report.Ratios(runs, []report.Pair{{Ours: "ours-fold", Peer: "bare"}})[0]
	fmt.Printf("the fold stage does %.0f %% (%.0f to %.0f) of what fetching and decoding alone do, in events a CPU second\n",
		100*got.Median, 100*got.Least, 100*got.Most)
	if got.Median < *least {
		return fmt.Errorf("that is less than %.0f %%: something on the way of an action became slow; "+
			"`bin/bench -only bare,ours-fold -profiles FOLDER` shows where", 100**least)
	}
	return nil
}
