package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/bench/broker"
	"github.com/rollcall-dev/rollcall/bench/contend"
	"github.com/rollcall-dev/rollcall/bench/load"
	"github.com/rollcall-dev/rollcall/bench/report"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
)

// restoreChild is the argument by which this program runs as the process that is killed.
const restoreChild = "restore"

// restoreEvery is how often the process that is killed snapshots: it is killed when all is covered, so that what is
// measured is the restoring and not a replay, which the rate of the fold tells.
const restoreEvery = 2 * time.Second

func serveRestore(ctx context.Context) error {
	var s contend.Spec
	if err := json.NewDecoder(os.Stdin).Decode(&s); err != nil {
		return err
	}
	return contend.ServeRestore(ctx, s, restoreEvery, func(line string) { fmt.Println(line) })
}

// recovery measures memory, what snapshots cost, and how long a killed process takes to be back.
func recovery(ctx context.Context, args []string) (err error) {
	var c common
	f := flag.NewFlagSet("bench recovery", flag.ExitOnError)
	c.flags(f)
	rounds := f.Int("rounds", 3, "pairs with and without snapshots, and restores")
	_ = f.Parse(args)
	names := []string{"ours-state", "ours-engine", "ours-engine-30s", "ours-engine", "ours-engine-2s"}
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
	filled, err := broker.Fill(ctx, b.Addr, c.partitions, c.load, broker.Actions)
	if err != nil {
		return err
	}
	spec := contend.Spec{Broker: b.Addr, Topic: broker.Actions, Ends: filled.Ends[broker.Actions], Prelude: int64(c.load.PreludeEvents()),
		Total: int64(c.load.Total()), Members: c.load.Members, Communities: c.load.Communities, Dir: filepath.Join(dir, "contender")}
	seconds, err := restores(ctx, spec, *rounds)
	if err != nil {
		return err
	}
	var runs []report.Run
	for round := range *rounds {
		for place, name := range names {
			s := spec
			s.Name, s.RunID = name, fmt.Sprintf("%d-%d", round, place)
			r, err := runChild(ctx, s)
			if err != nil {
				return err
			}
			runs = append(runs, report.Run{Result: r, Load: c.load.String(), Round: round, Place: place})
			progress("round %d %-16s %6.0f ns CPU an event, peak %d MiB %v", round+1, name, r.NSPerEvent(), r.PeakRSS>>20, r.Extra)
		}
	}
	ratios := report.Ratios(runs, []report.Pair{{Ours: "ours-engine-30s", Peer: "ours-engine", Aim: 0.95}, {Ours: "ours-engine-2s", Peer: "ours-engine"}})
	median, least, most := report.Spread(seconds)
	fmt.Printf("%s, %s\n\nFrom the start of the process to the first new row, after kill -9, %s: %.2f s (%.2f–%.2f, %d)\n\n", report.Machine(), b.Name,
		c.load, median, least, most, len(seconds))
	report.WriteRatios(os.Stdout, ratios)
	fmt.Println()
	report.WriteRuns(os.Stdout, runs)
	return c.write(map[string]any{"machine": report.Machine(), "broker": b.Name, "restore_s": seconds, "ratios": ratios, "runs": runs})
}

// restores folds all, kills the process when its snapshots cover that, appends a new action to each partition, and times
// how long after its start the next process delivers the rows. Each time the members of the consumer group are new, for
// how long a broker waits for a dead one is a setting and not ours.
func restores(ctx context.Context, s contend.Spec, times int) (seconds []float64, err error) {
	defer func() { err = errors.Join(err, os.RemoveAll(s.Dir)) }()
	for i := range times + 1 {
		s.RunID = fmt.Sprintf("restore-%d", i)
		began := time.Now()
		p, err := startRestore(ctx, s)
		if err != nil {
			return nil, err
		}
		rows, covered := map[string]bool{}, false
		for !covered || i > 0 && len(rows) < len(s.Ends) {
			line, err := p.line()
			if err != nil {
				return nil, err
			}
			covered = covered || line == "snapshot"
			if partition, ok := strings.CutPrefix(line, fmt.Sprintf("row %s%d-", contend.MarkedMember, i-1)); ok {
				if len(rows) == 0 {
					seconds = append(seconds, time.Since(began).Seconds())
					progress("restored and delivered in %.2f s", time.Since(began).Seconds())
				}
				rows[partition] = true
			}
		}
		p.kill()
		if err := mark(ctx, s, i); err != nil {
			return nil, err
		}
	}
	return seconds, nil
}

type restoring struct {
	cmd *exec.Cmd
	out *bufio.Reader
}

func startRestore(ctx context.Context, s contend.Spec) (*restoring, error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	task, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, restoreChild)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(task), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &restoring{cmd, bufio.NewReader(out)}, cmd.Start()
}

func (r *restoring) line() (string, error) {
	line, err := r.out.ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = errors.Join(errors.New("the process that restores ended"), r.cmd.Wait())
	}
	return strings.TrimSpace(line), err
}

// kill is kill -9.
func (r *restoring) kill() {
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}

// mark appends an action of a marked member to each partition.
func mark(ctx context.Context, s contend.Spec, i int) error {
	p, err := kafka.NewProducer(s.Config(), kafka.ProducerOptions{})
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	at := load.Start.AddDate(0, 1, i).UnixMilli()
	for partition := range s.Ends {
		a := schemas.Action{Version: schemas.Version, Kind: schemas.KindVisit, Community: []byte(load.Community(0)), Time: at, Received: at,
			ID: fmt.Appendf(nil, "mark-%d-%d", i, partition), Member: fmt.Appendf(nil, "%s%d-%d", contend.MarkedMember, i, partition)}
		if err := p.AppendTo(ctx, s.Topic, partition, []schemas.Record{{Value: a.Append(nil)}}); err != nil {
			return err
		}
	}
	return nil
}
