package stream

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	fetchWait  = 200 * time.Millisecond
	stopWithin = 15 * time.Second // for the last flush and snapshot
)

// worker owns one partition of one stage for one generation.
type worker struct {
	e         *Engine
	stage     Stage
	partition int
	commit    func(map[int]int64)
	fold      processors.Fold
	snapshots *writer

	next      int64     // the offset after the last record folded
	waiting   time.Time // since when something waits to be delivered; zero if nothing
	snapped   int64     // next, at the last snapshot
	snappedAt time.Time // when that was tried
	ticked    time.Time

	delivered, highWater atomic.Int64
	stalled              atomic.Pointer[string]
	flushNow             atomic.Bool
}

func newWorker(e *Engine, s Stage, partition, partitions int, commit func(map[int]int64)) *worker {
	w := &worker{e: e, stage: s, partition: partition, commit: commit, fold: s.New(partition, partitions)}
	w.snapshots = newWriter(e.o, s.Name, partition, partitions)
	return w
}

func (w *worker) position() Position {
	p := Position{Stage: w.stage.Name, Partition: w.partition, Delivered: w.delivered.Load(), HighWater: w.highWater.Load()}
	p.Lag = max(0, p.HighWater-p.Delivered)
	if s := w.stalled.Load(); s != nil {
		p.Stalled = *s
	}
	return p
}

// run restores, then folds until ctx ends, then flushes and takes a last snapshot.
func (w *worker) run(ctx context.Context) error {
	defer w.snapshots.close()
	if err := w.restore(ctx); err != nil {
		return fmt.Errorf("restoring partition %d of %s: %w", w.partition, w.stage.Name, err)
	}
	src, err := w.open(ctx)
	if err != nil {
		return fmt.Errorf("opening partition %d of %s at offset %d: %w", w.partition, w.stage.Name, w.next, err)
	}
	defer func() { _ = src.Close() }()
	for ctx.Err() == nil {
		if err := w.step(ctx, src); err != nil {
			return fmt.Errorf("partition %d of %s: %w", w.partition, w.stage.Name, err)
		}
	}
	return w.stop()
}

func (w *worker) open(ctx context.Context) (src Source, err error) {
	err = w.try(ctx, "opening the log", func() error {
		src, err = w.e.o.Log.Open(ctx, w.stage.Topic, w.partition, w.next)
		if w.lost(err) {
			return backoff.Permanent(err)
		}
		return err
	})
	return src, err
}

func (w *worker) lost(err error) bool {
	return err != nil && w.e.o.Lost != nil && errors.Is(err, w.e.o.Lost)
}

// step is one round: fetch and fold, deliver, snapshot, tick.
func (w *worker) step(ctx context.Context, src Source) error {
	n, err := src.Fetch(ctx, fetchWait, func(offset int64, value []byte) error {
		w.fold.Apply(offset, value)
		w.next = offset + 1
		return nil
	})
	now := w.e.o.Now()
	if n > 0 && w.waiting.IsZero() {
		w.waiting = now
	}
	w.highWater.Store(max(src.HighWater(), w.next))
	switch {
	case ctx.Err() != nil:
		return nil
	case w.lost(err):
		return err
	case err != nil:
		w.stall("reading the log", err)
		pause(ctx, fetchWait)
		return nil
	}
	if !w.waiting.IsZero() && (w.flushNow.Load() && w.next >= w.highWater.Load() || now.Sub(w.waiting) >= w.e.o.FlushEvery || w.full()) {
		if err := w.deliver(ctx); err != nil {
			return err
		}
	}
	if w.waiting.IsZero() && w.next > w.snapped && now.Sub(w.snappedAt) >= w.e.o.SnapshotEvery && !w.snapshots.busy.Load() {
		w.snapshot()
	}
	if w.tick(ctx, now) {
		w.stalled.Store(nil)
	}
	w.e.metrics.observe(w, now)
	return nil
}

func (w *worker) full() bool { return w.fold.Waiting() >= w.e.o.FlushRows }

// deliver hands out everything that came out of the fold, as often as it takes. It returns nil early only when ctx ends,
// and then nothing counts as delivered.
func (w *worker) deliver(ctx context.Context) error {
	w.flushNow.Store(false)
	out := w.fold.Flush()
	began := w.e.o.Now()
	if err := w.send(ctx, out); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	w.e.metrics.flushed(w, out, w.e.o.Now().Sub(began))
	w.fold.Delivered()
	w.waiting = time.Time{}
	w.delivered.Store(w.next)
	return nil
}

// send tries each part until it is accepted, before the next one: signals are not appended again because a row cannot be
// written.
func (w *worker) send(ctx context.Context, out *processors.Outputs) error {
	for _, s := range []struct {
		topic   string
		records []schemas.Record
	}{{schemas.TopicSignals, out.Signals}, {schemas.TopicRejected, out.Rejected}} {
		if len(s.records) == 0 {
			continue
		}
		if err := w.try(ctx, "appending to "+s.topic, func() error { return w.e.o.Log.Append(ctx, s.topic, s.records) }); err != nil {
			return err
		}
	}
	for _, name := range out.Hellos {
		hello := tick(name, 0, w.e.o.Now())
		if err := w.try(ctx, "greeting "+name, func() error { return w.e.o.Log.Broadcast(ctx, schemas.TopicActions, hello) }); err != nil {
			return err
		}
	}
	if out.RowCount() == 0 {
		return nil
	}
	return w.try(ctx, "writing rows", func() error { return w.e.o.Sink.Write(ctx, out.Rows) })
}

// tick appends the present to the partition: soon where a cut is waited for, now and then where nothing comes, so that
// silence is an event as well. It reports false if that failed; it is tried again in the next round.
func (w *worker) tick(ctx context.Context, now time.Time) bool {
	every := w.e.o.TickIdle
	if w.fold.Uncut() {
		every = w.e.o.TickBusy
	}
	if !w.stage.Ticks || now.Sub(w.ticked) < every || w.next < w.highWater.Load() {
		return true
	}
	err := w.e.o.Log.AppendTo(ctx, w.stage.Topic, w.partition, []schemas.Record{{Value: tick("", now.UnixMilli(), now)}})
	if err != nil && ctx.Err() == nil {
		w.stall("appending a tick", err)
		return false
	}
	w.ticked = now
	return true
}

func tick(community string, ms int64, now time.Time) []byte {
	b, _ := proto.Marshal(&actionpb.Control{Version: schemas.Version, Tick: &actionpb.Tick{Community: community, Time: ms, Appended: now.UnixMilli()}})
	return b
}

// Tick encodes a tick for rollcall.actions: see processors.Members.
func Tick(community string, at, now time.Time) []byte { return tick(community, at.UnixMilli(), now) }

// stop delivers and snapshots once more, in a bounded time.
func (w *worker) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	if !w.waiting.IsZero() {
		if err := w.deliver(ctx); err != nil || ctx.Err() != nil {
			w.e.o.Logger.Warn("stopped before all was delivered; it will be delivered after the next start",
				"stage", w.stage.Name, "partition", w.partition, "error", errors.Join(err, ctx.Err()))
			return nil
		}
	}
	if w.next > w.snapped {
		w.snapshot()
	}
	return nil
}

// stall says why the partition does not go on: once in the log for each cause, and in Positions while it lasts.
func (w *worker) stall(doing string, err error) {
	text := doing + ": " + err.Error()
	if old := w.stalled.Swap(&text); old == nil {
		w.e.o.Logger.Warn("partition waits", "stage", w.stage.Name, "partition", w.partition, "doing", doing, "error", err)
	}
	w.e.metrics.retries.WithLabelValues(w.stage.Name).Inc()
}

// try calls f with growing pauses until it succeeds, says that it never will, or ctx ends.
func (w *worker) try(ctx context.Context, doing string, f func() error) error {
	err := retry(ctx, f, func(err error) { w.stall(doing, err) })
	if err == nil {
		w.stalled.Store(nil)
	}
	return err
}

func retry(ctx context.Context, f func() error, failed func(error)) error {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = 50*time.Millisecond, 5*time.Second
	_, err := backoff.Retry(ctx, func() (struct{}, error) { return struct{}{}, f() }, backoff.WithBackOff(b), backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(func(err error, _ time.Duration) { failed(err) }))
	return err
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
