package stream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/pprof"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Source reads one partition from some offset on. One goroutine uses it.
type Source interface {
	// Fetch waits up to maxWait for records and returns them in the order of offsets, none twice. The slice and the
	// values are the caller's until the next Fetch. An error may be retried after a pause, except one that wraps the
	// engine's Options.Lost.
	Fetch(ctx context.Context, maxWait time.Duration) ([]schemas.Logged, error)
	// HighWater is the end of the partition as of the last Fetch.
	HighWater() int64
	Close() error
}

// Log is Kafka as the engine needs it.
type Log interface {
	Open(ctx context.Context, topic string, partition int, offset int64) (Source, error)
	// Offsets returns the first and the next offset of every partition.
	Offsets(ctx context.Context, topic string) (first, next []int64, err error)
	// Append returns when all in-sync replicas acknowledged all records, keeping their order per key.
	Append(ctx context.Context, topic string, records []schemas.Record) error
	AppendTo(ctx context.Context, topic string, partition int, records []schemas.Record) error
	Broadcast(ctx context.Context, topic string, value []byte) error
}

// Group hands out partitions. own is called with those that are ours; its context ends when they no longer are, and Run
// waits for own to return before it gives them up.
type Group interface {
	Run(ctx context.Context, own func(ctx context.Context, partitions []int) error) error
}

// Sink takes absolute rows. Both return when it is done, and doing either twice changes nothing.
type Sink interface {
	// Write stores rows, which are the caller's again then.
	Write(ctx context.Context, sets []schemas.Rows) error
	// Move makes the staged rows of a rebuild the community's own.
	Move(ctx context.Context, m schemas.Move) error
}

// Stage is one kind of fold over one topic.
type Stage struct {
	Name  string
	Topic string
	Group Group
	// Ticks: the owner of a partition appends ticks of the present to it.
	Ticks bool
	New   func(partition, partitions int) processors.Fold
}

// Options of an Engine. Now is the clock that ticks tell, and it may jump; no fold sees it, and no pause depends on it.
type Options struct {
	Log        Log
	Sink       Sink
	Store      *Store
	Lost       error // what a Source's error wraps when its offset is not in the log
	Now        func() time.Time
	Logger     *slog.Logger
	Registerer prometheus.Registerer

	FlushEvery    time.Duration // how long an output may wait, default 1 s
	FlushRows     int           // how many rows may wait, default 50,000
	SnapshotEvery time.Duration // default 30 s
	TickBusy      time.Duration // tick where something waits for a cut, default 500 ms
	TickIdle      time.Duration // tick where nothing comes, default 5 s
}

func (o *Options) defaults() {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	set(&o.FlushEvery, time.Second)
	set(&o.SnapshotEvery, 30*time.Second)
	set(&o.TickBusy, 500*time.Millisecond)
	set(&o.TickIdle, 5*time.Second)
	if o.FlushRows == 0 {
		o.FlushRows = 50_000
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
}

// Engine runs stages.
type Engine struct {
	o       Options
	metrics *metrics

	mu      sync.Mutex
	workers map[workerKey]*worker
	held    map[workerKey]held
}

type workerKey struct {
	stage     string
	partition int
}

// New returns an engine.
func New(o Options) *Engine {
	o.defaults()
	e := &Engine{o: o, metrics: newMetrics(o.Registerer), workers: map[workerKey]*worker{}, held: map[workerKey]held{}}
	if o.Registerer != nil {
		o.Registerer.MustRegister(newGauges(e))
	}
	return e
}

// Run runs the stages until ctx ends; then every partition is flushed and its snapshot taken. It returns early only
// when a partition cannot go on: its log or its snapshots are not what they must be.
func (e *Engine) Run(ctx context.Context, stages ...Stage) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, s := range stages {
		e.metrics.begin(s.Name)
		g.Go(func() error {
			return s.Group.Run(ctx, func(ctx context.Context, partitions []int) error {
				return e.own(ctx, s, partitions)
			})
		})
	}
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// own runs the partitions of one generation.
func (e *Engine) own(ctx context.Context, s Stage, partitions []int) error {
	var first, next []int64
	err := retry(ctx, func() (err error) {
		if first, next, err = e.o.Log.Offsets(ctx, s.Topic); err != nil {
			return err
		}
		if err = e.o.Store.CheckPartitions(ctx, s.Name, len(next)); errors.Is(err, ErrPartitions) {
			return backoff.Permanent(fmt.Errorf("starting on %s: %w", s.Topic, err))
		}
		return err
	}, func(err error) {
		e.o.Logger.Warn("a stage cannot start yet", "stage", s.Name, "doing", "counting the partitions of "+s.Topic, "error", err)
	})
	if err != nil {
		return err
	}
	held := e.take(s.Name, partitions)
	e.metrics.generations.WithLabelValues(s.Name).Inc()
	if len(partitions) == 0 { // to return would be to leave the group: nothing for us now is not nothing for ever
		<-ctx.Done()
		return nil
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, p := range partitions {
		w := newWorker(e, s, p, len(next))
		w.first = first[p]
		if h := held[p]; h.partitions == len(next) {
			w.held = h
		}
		e.mu.Lock()
		e.workers[workerKey{s.Name, p}] = w
		e.mu.Unlock()
		g.Go(func() (err error) {
			pprof.Do(ctx, pprof.Labels("stage", s.Name, "partition", strconv.Itoa(p)), func(ctx context.Context) { err = w.run(ctx) })
			e.mu.Lock()
			defer e.mu.Unlock()
			delete(e.workers, workerKey{s.Name, p})
			if w.fold != nil && err == nil && w.waiting.IsZero() {
				e.held[workerKey{s.Name, p}] = w.held
			}
			return err
		})
	}
	return g.Wait()
}

// take hands out the folds that were held for partitions, and drops those of partitions that went elsewhere.
func (e *Engine) take(stage string, partitions []int) map[int]held {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := map[int]held{}
	for k, h := range e.held {
		if k.stage != stage {
			continue
		}
		if slices.Contains(partitions, k.partition) {
			out[k.partition] = h
		}
		delete(e.held, k)
	}
	return out
}

// Position is how far one partition of a stage has come.
type Position struct {
	Stage     string `json:"stage"`
	Partition int    `json:"partition"`
	Delivered int64  `json:"delivered"` // the offset after the last record whose outputs every sink accepted
	HighWater int64  `json:"high_water"`
	Lag       int64  `json:"lag"`
	Stalled   string `json:"stalled,omitempty"` // why it does not go on, for a person
}

// Positions returns those of the partitions that this process owns, sorted.
func (e *Engine) Positions() []Position {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make([]Position, 0, len(e.workers))
	for _, w := range e.workers {
		out = append(out, w.position())
	}
	slices.SortFunc(out, func(a, b Position) int {
		if a.Stage != b.Stage {
			if a.Stage < b.Stage {
				return -1
			}
			return 1
		}
		return a.Partition - b.Partition
	})
	return out
}

// Flush asks every partition to deliver what waits now rather than in a while.
func (e *Engine) Flush() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, w := range e.workers {
		w.flushNow.Store(true)
	}
}
