package contend

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/rollcall-dev/rollcall/bench/broker"
	"github.com/rollcall-dev/rollcall/bench/measure"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/schemas"
)

// sinks is the whole of processing: three stages, the real sink, snapshots as they come by default.
func sinks(ctx context.Context, s Spec, m *measure.Meter) (map[string]float64, error) {
	db, stop, err := startEngine(ctx, s.Dir)
	if err != nil {
		return nil, err
	}
	defer stop()
	if _, err := db.Migrate(ctx); err != nil {
		return nil, err
	}
	sink := clickhouse.NewSink(db, nil)
	defer sink.Close()
	e, err := OpenEngine(ctx, s, sink, 0)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	m.Begin()
	done := make(chan error, 1)
	runCtx, end := context.WithCancel(ctx)
	defer end()
	go func() { done <- e.Run(runCtx) }()
	err = e.follow(ctx, s, m, done)
	m.End()
	if err != nil {
		return nil, err
	}
	end()
	if err := <-done; err != nil {
		return nil, fmt.Errorf("stopping the stages: %w", err)
	}
	for _, sql := range []string{"SELECT count() FROM rollcall.actions FINAL WHERE late = 0", "SELECT sum(actions) FROM rollcall.members_activity FINAL"} {
		if n, err := number(ctx, db, sql); err != nil || n != s.Total {
			return nil, errors.Join(fmt.Errorf("%s: %d, want %d", sql, n, s.Total), err)
		}
	}
	return nil, nil
}

// Engine is the product's engine over the topics of a benchmark.
type Engine struct {
	*stream.Engine
	stages   []stream.Stage
	producer *kafka.Producer
	store    *stream.Store
}

// OpenEngine connects all three stages; snapshots go into s.Dir. every is between two of a partition, 0 the default.
func OpenEngine(ctx context.Context, s Spec, sink stream.Sink, every time.Duration) (*Engine, error) {
	c := s.Config()
	names := map[string]string{schemas.TopicActions: s.Topic, schemas.TopicSignals: "bench.signals." + s.RunID,
		schemas.TopicRejected: "bench.rejected." + s.RunID}
	for t, partitions := range map[string]int{schemas.TopicSignals: len(s.Ends), schemas.TopicRejected: 1} {
		if err := broker.Ensure(ctx, c, partitions, names[t]); err != nil {
			return nil, err
		}
	}
	p, err := kafka.NewProducer(c, kafka.ProducerOptions{})
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(s.Dir, "snapshots")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	store, err := stream.OpenStore(ctx, (&url.URL{Scheme: "file", Path: filepath.ToSlash(dir), RawQuery: "no_tmp_dir=true&metadata=skip"}).String())
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	stages, err := newStages(c, names[schemas.TopicActions], names[schemas.TopicSignals], names[schemas.TopicRejected], s.RunID)
	if err != nil {
		return nil, errors.Join(err, p.Close(), store.Close())
	}
	e := stream.New(stream.Options{Log: topicLog{p, c, names}, Sink: sink, Store: store, Lost: kafka.ErrOffset, Logger: quiet(), SnapshotEvery: every})
	return &Engine{e, stages, p, store}, nil
}

// Run runs the stages until ctx ends.
func (e *Engine) Run(ctx context.Context) error { return e.Engine.Run(ctx, e.stages...) }

// Close closes what the engine used, after Run.
func (e *Engine) Close() {
	_ = e.producer.Close()
	_ = e.store.Close()
}

// follow counts on the meter what the members stage has delivered, until all is and nothing waits in any stage.
func (e *Engine) follow(ctx context.Context, s Spec, m *measure.Meter, failed <-chan error) error {
	settings := int64(s.Communities)
	for {
		var delivered, lag int64
		whole := true
		for _, p := range e.Positions() {
			switch p.Stage {
			case "members":
				end := s.Ends[p.Partition]
				delivered += max(0, min(p.Delivered, end)-settings)
				whole = whole && p.Delivered >= end
			default:
				lag += p.Lag
			}
		}
		if delivered > m.Done() {
			m.Add(delivered - m.Done())
		}
		if m.Done() >= s.Total && whole && lag == 0 && e.settled() {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case err := <-failed:
			return fmt.Errorf("the stages ended at %d events: %w", m.Done(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// settled says whether the other stages have read something, and to its end: right after the members stage's last signals
// they do not know of them yet.
func (e *Engine) settled() bool {
	if len(e.stages) == 1 {
		return true
	}
	for _, p := range e.Positions() {
		if p.Stage == "communities" && p.HighWater > 0 && p.Delivered >= p.HighWater {
			return true
		}
	}
	return false
}
