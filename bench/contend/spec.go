package contend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/rollcall-dev/rollcall/bench/broker"
	"github.com/rollcall-dev/rollcall/bench/measure"
	"github.com/rollcall-dev/rollcall/internal/kafka"
)

// Spec is what a contender is told.
type Spec struct {
	Name        string  `json:"name"`
	Broker      string  `json:"broker"`
	Topic       string  `json:"topic"`
	Ends        []int64 `json:"ends"` // by partition: the offset after the last event
	Prelude     int64   `json:"prelude"`
	Total       int64   `json:"total"` // events, with the prelude's
	Members     int     `json:"members"`
	Communities int     `json:"communities"`
	Dir         string  `json:"dir"` // its own, empty
	RunID       string  `json:"run_id"`
	Profile     string  `json:"profile,omitempty"` // where a CPU profile goes, and one of allocations to PROFILE.allocs
}

// Config is how to reach the broker.
func (s Spec) Config() kafka.Config {
	return kafka.Config{Brokers: []string{s.Broker}, ClientID: "bench"}
}

// Contender is one way to do the work.
type Contender struct {
	Name  string
	Topic string
	What  string // for the report
	run   func(ctx context.Context, s Spec, m *measure.Meter) (extra map[string]float64, err error)
}

// All lists them.
var All = []Contender{
	{"bare", broker.Actions, "fetch with kafka-go's Conn.ReadBatch and Batch.Read, decode with our codec, nothing else", bare},
	{"ours-fold", broker.Actions, "our members stage: fetch, decode, fold, outputs taken away every 50,000 rows and dropped", fold},
	{"ours-folds", broker.Actions, "the same, and our communities stage on what it says, churn and alerts among it, rows dropped", bothFolds},
	{"ours-sinks", broker.Actions, "all three stages with the real sink into the embedded ClickHouse, whose CPU is counted", sinks},
	{"ours-state", broker.Actions, "our members stage, then its memory and what a snapshot takes", stateRun},
	{"ours-engine", broker.Actions, "our members stage in the engine, rows dropped, no snapshots", engineRun(24 * time.Hour)},
	{"ours-engine-30s", broker.Actions, "the same with a snapshot every 30 s, the default", engineRun(30 * time.Second)},
	{"ours-engine-2s", broker.Actions, "the same with a snapshot every 2 s", engineRun(2 * time.Second)},
	{"goka", broker.Actions, "goka with LevelDB, a struct a member, protobuf in and in its store", gokaProto},
	{"goka-json", broker.JSON, "the same with JSON in and in its store", gokaJSON},
	{"kafka-engine", broker.JSON, "ClickHouse's own Kafka engine with a view of uniqExact an hour, in process", kafkaEngine},
}

// Find returns the contender with that name.
func Find(name string) (Contender, bool) {
	for _, c := range All {
		if c.Name == name {
			return c, true
		}
	}
	return Contender{}, false
}

// Run does the work in this process and returns what it took.
func Run(ctx context.Context, s Spec) (measure.Result, error) {
	c, ok := Find(s.Name)
	if !ok {
		return measure.Result{}, fmt.Errorf("there is no contender %q", s.Name)
	}
	m := measure.NewMeter(s.Prelude, s.Total)
	stop, err := profile(s.Profile)
	if err != nil {
		return measure.Result{}, err
	}
	extra, err := c.run(ctx, s, m)
	if err = errors.Join(err, stop()); err != nil {
		return measure.Result{}, fmt.Errorf("%s: %w", s.Name, err)
	}
	r := m.Result(s.Name, extra)
	if r.Done != s.Total {
		return r, fmt.Errorf("%s counted %d of %d events: it did not do the work", s.Name, r.Done, s.Total)
	}
	return r, nil
}

// eachPartition runs f for every partition in a goroutine of its own and returns the first error.
func eachPartition(ctx context.Context, s Spec, f func(ctx context.Context, partition int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for p := range s.Ends {
		wg.Go(func() {
			if err := f(ctx, p); err != nil {
				cancel(fmt.Errorf("partition %d: %w", p, err))
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

func liveHeap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
