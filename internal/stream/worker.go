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
	held
	e         *Engine
	stage     Stage
	partition int
	first     int64 // where the log began when the generation did
	snapshots *writer
	backlog   backlog

	bad       bool      // the fold panicked and is to be restored
	waiting   time.Time // since when something waits to be delivered; zero if nothing
	snappedAt time.Time // when the last snapshot was tried
	ticked    time.Time
	patience  int // how many times the usual flush the next one may wait for while the log is far ahead

	delivered, highWater atomic.Int64
	stalled              atomic.Pointer[string]
	flushNow             atomic.Bool
}

func newWorker(e *Engine, s Stage, partition, partitions int) *worker {
	return &worker{held: held{partitions: partitions}, e: e, patience: 1, stage: s, partition: partition,
		snapshots: newWriter(e, s.Name, partition, partitions)}
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
	for {
		w.bad = false
		err := w.live(ctx)
		if w.bad && ctx.Err() == nil {
			continue
		}
		if err != nil || w.bad {
			return err
		}
		return w.stop(ctx)
	}
}

// live restores and folds until ctx ends or the fold is spoiled.
func (w *worker) live(ctx context.Context) error {
	if err := w.restore(ctx); err != nil {
		return fmt.Errorf("restoring partition %d of %s: %w", w.partition, w.stage.Name, err)
	}
	src, err := w.open(ctx)
	if w.lost(err) {
		return w.explain(err)
	}
	if err != nil {
		return fmt.Errorf("opening partition %d of %s at offset %d: %w", w.partition, w.stage.Name, w.next, err)
	}
	defer func() { _ = src.Close() }()
	for ctx.Err() == nil && !w.bad {
		if err := w.step(ctx, src); err != nil {
			return fmt.Errorf("partition %d of %s: %w", w.partition, w.stage.Name, err)
		}
	}
	return nil
}

// startAnew is how to go on where log and snapshots do not fit each other any more.
const startAnew = "start on a new data folder and new topics and import from the archive"

func (w *worker) explain(err error) error {
	return fmt.Errorf("partition %d of %s stands at offset %d: %w. Put the topic back as it was, or %s", w.partition, w.stage.Name, w.next, err, startAnew)
}

// step is one round: fetch and fold, deliver, snapshot, tick.
func (w *worker) step(ctx context.Context, src Source) error {
	records, err := src.Fetch(ctx, fetchWait)
	if !w.applyAll(records) {
		return nil
	}
	now := time.Now()
	idle := len(records) == 0 && w.fold.Busy() // then it goes on at once
	if (len(records) > 0 || idle) && w.waiting.IsZero() {
		w.waiting = now
	}
	w.highWater.Store(max(src.HighWater(), w.next))
	w.backlog.saw(w.highWater.Load(), w.delivered.Load(), now)
	switch {
	case ctx.Err() != nil:
		return nil
	case w.lost(err):
		return w.explain(err)
	case err != nil:
		w.stall(onLog, "reading the log", err)
		pause(ctx, fetchWait)
		return nil
	}
	if !w.waiting.IsZero() && (idle || w.flushNow.Load() && w.next >= w.highWater.Load() || w.flushDue(now)) {
		if err := w.deliver(ctx); err != nil {
			return err
		}
	}
	if w.snapshotDue(now) {
		w.snapshot()
	}
	if w.tick(ctx, now) {
		w.stalled.Store(nil)
	}
	return nil
}

// deliver hands out everything that came out of the fold, as often as it takes. It returns nil early only when ctx ends,
// and then nothing counts as delivered.
func (w *worker) deliver(ctx context.Context) error {
	w.flushNow.Store(false)
	out := w.fold.Flush()
	began := time.Now()
	if err := w.send(ctx, out); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	w.e.metrics.flushed(w, out, time.Since(began))
	w.fold.Delivered()
	w.waiting = time.Time{}
	w.delivered.Store(max(w.delivered.Load(), w.visible()))
	w.lengthen()
	return nil
}

// visible is the offset up to which all is delivered. What a busy fold still goes on with is counted as of the newest record,
// so that nobody who waits for that one looks too early.
func (w *worker) visible() int64 {
	if w.fold.Busy() && w.next >= w.highWater.Load() {
		return w.next - 1
	}
	return w.next
}

// part is one thing to deliver.
type part struct {
	on    string
	doing string
	do    func(ctx context.Context) error
}

// send tries each part until it is accepted, before the next one: signals are not appended again because a row cannot be
// written.
func (w *worker) send(ctx context.Context, out *processors.Outputs) error {
	parts := append(w.toLog(out), w.toSink(out)...)
	if out.RowsFirst {
		parts = append(w.toSink(out), w.toLog(out)...)
	}
	parts = w.append(parts, schemas.TopicAlerts, out.Alerts)
	for _, p := range parts {
		if err := w.try(ctx, p.on, p.doing, func() error { return p.do(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

func (w *worker) toLog(out *processors.Outputs) (parts []part) {
	parts = w.append(parts, schemas.TopicSignals, out.Signals)
	parts = w.append(parts, schemas.TopicRejected, out.Rejected)
	for _, name := range out.Hellos {
		hello := tick(name, 0, w.e.o.Now())
		parts = append(parts, part{onLog, "greeting " + name, func(ctx context.Context) error { return w.e.o.Log.Broadcast(ctx, schemas.TopicActions, hello) }})
	}
	return parts
}

func (w *worker) append(parts []part, topic string, records []schemas.Record) []part {
	if len(records) == 0 {
		return parts
	}
	return append(parts, part{onLog, "appending to " + topic, func(ctx context.Context) error { return w.e.o.Log.Append(ctx, topic, records) }})
}

func (w *worker) toSink(out *processors.Outputs) (parts []part) {
	for _, m := range out.Moves {
		parts = append(parts, part{onSink, "moving the rebuilt rows of " + m.Community, func(ctx context.Context) error { return w.e.o.Sink.Move(ctx, m) }})
	}
	if out.RowCount() > 0 {
		parts = append(parts, part{onSink, "writing rows", func(ctx context.Context) error { return w.e.o.Sink.Write(ctx, out.Rows) }})
	}
	return parts
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
	wall := w.e.o.Now()
	err := w.e.o.Log.AppendTo(ctx, w.stage.Topic, w.partition, []schemas.Record{{Value: tick("", wall.UnixMilli(), wall)}})
	if err != nil && ctx.Err() == nil {
		w.stall(onLog, "appending a tick", err)
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
func (w *worker) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
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
func (w *worker) stall(on, doing string, err error) {
	text := doing + ": " + err.Error()
	if old := w.stalled.Swap(&text); old == nil {
		w.e.o.Logger.Warn("partition waits", "stage", w.stage.Name, "partition", w.partition, "doing", doing, "error", err)
	}
	w.e.metrics.retries.WithLabelValues(w.stage.Name, on).Inc()
}

// try calls f with growing pauses until it succeeds, says that it never will, or ctx ends.
func (w *worker) try(ctx context.Context, on, doing string, f func() error) error {
	err := retry(ctx, f, func(err error) { w.stall(on, doing, err) })
	if err == nil {
		w.stalled.Store(nil)
	}
	return err
}

func retry(ctx context.Context, f func() error, failed func(error)) error {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = 50*time.Millisecond, 5*time.Second, 2
	b.RandomizationFactor = 0 // so that the simulation can replay a run
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
