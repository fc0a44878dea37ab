package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/rollcall-dev/rollcall/bench/broker"
	"github.com/rollcall-dev/rollcall/bench/contend"
	"github.com/rollcall-dev/rollcall/bench/measure"
)

// kafkaStreams is the contender that is not written in Go.
const kafkaStreams = "kafka-streams"

// errSkipped is a contender that cannot run here, and says why.
var errSkipped = errors.New("skipped")

// runChild runs one contender in a process of its own. Its data folder is gone afterwards.
func runChild(ctx context.Context, s contend.Spec) (r measure.Result, err error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.Dir)) }()
	var cmd *exec.Cmd
	if s.Name == kafkaStreams {
		if cmd, err = streamsCommand(ctx, s); err != nil {
			return r, err
		}
	} else {
		self, err := os.Executable()
		if err != nil {
			return r, err
		}
		task, err := json.Marshal(s)
		if err != nil {
			return r, err
		}
		cmd = exec.CommandContext(ctx, self, contenderChild)
		cmd.Stdin = bytes.NewReader(task)
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return r, fmt.Errorf("running %s: %w", s.Name, err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &r); err != nil {
		return r, fmt.Errorf("reading what %s says: %w", s.Name, err)
	}
	r.Name = s.Name
	r.Process = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if s.Name == kafkaStreams {
		return r, checkStreams(ctx, s)
	}
	return r, nil
}

// streamsHeap is Kafka Streams' heap: 3 GiB, and 400 bytes for each of its members. ParallelGC is faster for it than G1 by
// a tenth to a half.
func streamsHeap(members int) []string {
	return []string{"-Xms1g", fmt.Sprintf("-Xmx%dm", 3<<10+400*members>>20), "-XX:+UseParallelGC"}
}

// streamsCommand is Kafka Streams in its strongest form: stores in memory, a cache that holds all windows, a topic keyed
// by what it counts.
func streamsCommand(ctx context.Context, s contend.Spec) (*exec.Cmd, error) {
	if _, err := exec.LookPath("java"); err != nil {
		return nil, fmt.Errorf("%w: there is no Java", errSkipped)
	}
	classes, err := filepath.Abs(filepath.Join("bench", "kafka-streams", "target"))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(classes, "lib")); err != nil {
		return nil, fmt.Errorf("%w: it is not built (make bench-build, needs Maven)", errSkipped)
	}
	results := "bench.results." + s.RunID
	if err := broker.Ensure(ctx, s.Config(), len(s.Ends), results); err != nil {
		return nil, err
	}
	args := append(streamsHeap(s.Members), "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
		"-cp", filepath.Join(classes, "classes")+":"+filepath.Join(classes, "lib", "*"), "dev.rollcall.bench.StreamsPeer",
		"broker="+s.Broker, "topic="+s.Topic, "out="+results, "app=bench-"+s.RunID, "state="+s.Dir, "threads=1",
		fmt.Sprintf("events=%d", s.Total), fmt.Sprintf("prelude=%d", s.Prelude), "set.statestore.cache.max.bytes=268435456")
	return exec.CommandContext(ctx, "java", args...), nil
}

// checkStreams adds up the last count of each window: minutes and hours must both give all events.
func checkStreams(ctx context.Context, s contend.Spec) error {
	last, topic := map[string]int64{}, "bench.results."+s.RunID
	for p := range s.Ends {
		if err := readAll(ctx, s.Broker, topic, p, func(m kafkago.Message) error {
			window, n, ok := strings.Cut(string(m.Value), " ")
			if !ok {
				return fmt.Errorf("a result %q", m.Value)
			}
			var count int64
			_, err := fmt.Sscan(n, &count)
			last[window] = count
			return err
		}); err != nil {
			return fmt.Errorf("checking the results of Kafka Streams: %w", err)
		}
	}
	sums := map[string]int64{}
	for window, n := range last {
		name, _, _ := strings.Cut(window, "|")
		sums[name] += n
	}
	if sums["minute"] != s.Total || sums["hour"] != s.Total {
		return fmt.Errorf("the windows of Kafka Streams add up to %v, want %d each: it did not do the work", sums, s.Total)
	}
	return nil
}

// readAll reads a partition from its start to its end.
func readAll(ctx context.Context, addr, topic string, partition int, each func(kafkago.Message) error) error {
	conn, err := kafkago.DialLeader(ctx, "tcp", addr, topic, partition)
	if err != nil {
		return err
	}
	end, err := conn.ReadLastOffset()
	_ = conn.Close()
	if err != nil || end == 0 {
		return err
	}
	r := kafkago.NewReader(kafkago.ReaderConfig{Brokers: []string{addr}, Topic: topic, Partition: partition, MaxBytes: 10 << 20})
	defer func() { _ = r.Close() }()
	for {
		m, err := r.ReadMessage(ctx)
		if err != nil {
			return err
		}
		if err := each(m); err != nil {
			return err
		}
		if m.Offset >= end-1 {
			return nil
		}
	}
}
