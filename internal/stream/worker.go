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
	"github.com/rollcall-dev/rollcall/processors/state"
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
	snappedAt time.Time
	ticked    time.Time

	delivered, highWater atomic.Int64
	stalled              atomic.Pointer[string]
	flushNow             atomic.Bool
}

func newWorker(e *Engine, s Stage, partition, partitions int, commit func(map[int]int64)) *worker {
	w := &worker{e: e, stage: s, partition: partition, commit: commit, fold: s.New(partition, partitions)}
	w.snapshots = newWriter(e.o.Store, s.Name, partition, partitions, e.o.Logger)
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
		return err
	}
	defer func() { _ = src.Close() }()
	for ctx.Err() == nil {
		if err := w.step(ctx, src); err != nil {
			return fmt.Errorf("partition %d of %s: %w", w.partition, w.stage.Name, err)
		}
	}
	return w.stop()
}

func (w *worker) open(ctx context.Context) (Source, error) {
	return backoff.Retry(ctx, func() (Source, error) {
		src, err := w.e.o.Log.Open(ctx, w.stage.Topic, w.partition, w.next)
		if err != nil && w.e.o.Lost != nil && errors.Is(err, w.e.o.Lost) {
			err = backoff.Permanent(err)
		}
		return src, err
	}, w.retry("opening the log")...)
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
	case err != nil && w.e.o.Lost != nil && errors.Is(err, w.e.o.Lost):
		return err
	case err != nil:
		w.stall("reading the log", err)
		return pause(ctx, fetchWait)
	}
	w.stalled.Store(nil)
	if !w.waiting.IsZero() && (w.flushNow.Load() && w.next >= w.highWater.Load() || now.Sub(w.waiting) >= w.e.o.FlushEvery || w.full()) {
		if err := w.deliver(ctx); err != nil {
			return err
		}
	}
	if w.delivered.Load() > w.snapped && now.Sub(w.snappedAt) >= w.e.o.SnapshotEvery {
		if err := w.snapshot(); err != nil {
			return err
		}
	}
	w.tick(ctx, now)
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
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := w.send(ctx, out)
		if err != nil {
			w.stall("delivering", err)
		}
		return struct{}{}, err
	}, w.retry("delivering")...)
	if err != nil {
		return ctxEnded(ctx, err)
	}
	w.stalled.Store(nil)
	w.e.metrics.flushed(w, out, w.e.o.Now().Sub(began))
	w.fold.Delivered()
	w.waiting = time.Time{}
	w.delivered.Store(w.next)
	return nil
}

func (w *worker) send(ctx context.Context, out *processors.Outputs) error {
	for _, s := range []struct {
		topic   string
		records []schemas.Record
	}{{schemas.TopicSignals, out.Signals}, {schemas.TopicRejected, out.Rejected}} {
		if len(s.records) == 0 {
			continue
		}
		if err := w.e.o.Log.Append(ctx, s.topic, s.records); err != nil {
			return fmt.Errorf("appending to %s: %w", s.topic, err)
		}
	}
	for _, name := range out.Hellos {
		if err := w.e.o.Log.Broadcast(ctx, schemas.TopicActions, tick(name, 0, w.e.o.Now())); err != nil {
			return fmt.Errorf("greeting %s: %w", name, err)
		}
	}
	if out.RowCount() == 0 {
		return nil
	}
	if err := w.e.o.Sink.Write(ctx, out.Rows); err != nil {
		return fmt.Errorf("writing rows: %w", err)
	}
	return nil
}

// tick appends the present to the partition: soon where a cut is waited for, now and then where nothing comes, so that
// silence is an event as well. A tick that does not get through is tried again in the next round.
func (w *worker) tick(ctx context.Context, now time.Time) {
	every := w.e.o.TickIdle
	if w.fold.Uncut() {
		every = w.e.o.TickBusy
	}
	if !w.stage.Ticks || now.Sub(w.ticked) < every || w.next < w.highWater.Load() {
		return
	}
	w.ticked = now
	err := w.e.o.Log.AppendTo(ctx, w.stage.Topic, w.partition, []schemas.Record{{Value: tick("", now.UnixMilli(), now)}})
	if err != nil && ctx.Err() == nil {
		w.stall("appending a tick", err)
	}
}

func tick(community string, ms int64, now time.Time) []byte {
	b, _ := proto.Marshal(&actionpb.Control{Version: schemas.Version, Tick: &actionpb.Tick{Community: community, Time: ms, Appended: now.UnixMilli()}})
	return b
}

// Tick encodes a tick for rollcall.actions: see processors.Members.
func Tick(community string, at, now time.Time) []byte { return tick(community, at.UnixMilli(), now) }

func (w *worker) restore(ctx context.Context) error {
	snapshots, err := w.e.o.Store.List(ctx, w.stage.Name, w.partition)
	if err != nil {
		return err
	}
	for _, name := range snapshots {
		next, payload, err := w.e.o.Store.Read(ctx, name, w.stage.Name, w.partition, w.snapshots.partitions)
		if err == nil {
			fold := w.stage.New(w.partition, w.snapshots.partitions)
			if err = fold.Load(state.NewReader(payload)); err == nil {
				w.fold, w.next, w.snapped = fold, next, next
				w.delivered.Store(next)
				w.e.o.Logger.Info("restored", "stage", w.stage.Name, "partition", w.partition, "offset", next, "bytes", len(payload))
				break
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		w.e.metrics.damaged.WithLabelValues(w.stage.Name).Inc()
		w.e.o.Logger.Warn("snapshot cannot be used, going back to an older one", "snapshot", name, "error", err)
	}
	w.snappedAt = w.e.o.Now()
	return nil
}

// snapshot hands the state to the background writer; the state must have been delivered.
func (w *worker) snapshot() error {
	if !w.waiting.IsZero() {
		return nil
	}
	var s state.Writer
	w.fold.Save(&s)
	w.snapshots.write(w.next, s.Bytes())
	w.snapped, w.snappedAt = w.next, w.e.o.Now()
	w.commit(map[int]int64{w.partition: w.next}) // for lag tools; the snapshot is the truth
	return nil
}

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
		return w.snapshot()
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

func (w *worker) retry(string) []backoff.RetryOption {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = 50*time.Millisecond, 5*time.Second
	return []backoff.RetryOption{backoff.WithBackOff(b), backoff.WithMaxElapsedTime(0)}
}

func ctxEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
	return nil
}
