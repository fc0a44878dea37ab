// Bench measures Rollcall against its peers: the same events, the same broker, one run, ratios first. See
// docs/benchmarks.md.
//
//	bench [flags]            fold, sinks and peers in turn, several rounds
//	bench guard [flags]      our fold stage against the bare limit: fails below a fixed share
//	bench recovery [flags]   memory, snapshots and restoring
//	bench latency [flags]    from an action to its row, under load
//	bench up [flags]         an import into a whole `rollcall up`
//	bench collect [flags]    our collector against Benthos
//
// Each contender runs in a process of its own, which is this program again.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/rollcall-dev/rollcall/bench/broker"
	"github.com/rollcall-dev/rollcall/bench/collect"
	"github.com/rollcall-dev/rollcall/bench/contend"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	name := "folds"
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		name, args = args[0], args[1:]
	}
	switch name {
	case "folds":
		return folds(ctx, args)
	case "guard":
		return guard(ctx, args)
	case "recovery":
		return recovery(ctx, args)
	case restoreChild:
		return serveRestore(ctx)
	case "latency":
		return latency(ctx, args)
	case "up":
		return whole(ctx, args)
	case "collect":
		return collectors(ctx, args)
	case collect.OursChild:
		return collect.ServeOurs(args[0])
	case broker.KfakeChild:
		return broker.ServeKfake(args[0])
	case contenderChild:
		return contender(ctx)
	}
	return fmt.Errorf("there is no command %q", name)
}

// contenderChild is the argument by which this program runs as a contender: a Spec on standard input, a Result on standard
// output.
const contenderChild = "contender"

func contender(ctx context.Context) error {
	var s contend.Spec
	if err := json.NewDecoder(os.Stdin).Decode(&s); err != nil {
		return fmt.Errorf("reading the task: %w", err)
	}
	r, err := contend.Run(ctx, s)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

var errNothing = errors.New("nothing was measured")

func progress(format string, args ...any) { fmt.Fprintf(io.Writer(os.Stderr), format+"\n", args...) }
