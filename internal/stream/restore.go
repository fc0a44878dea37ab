package stream

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

// held is a partition's fold, everything of it delivered: what stays in memory between two generations of this process.
type held struct {
	fold       processors.Fold // nil: nothing is held
	partitions int
	next       int64            // the offset after the last record folded
	snapped    int64            // next, at the last snapshot
	size       int              // of the last snapshot, in bytes
	parked     map[int64]string // offsets on which the fold panics → why
}

// restore takes the newest snapshot that is whole and ours, unless what is held is as new. Without any, the fold starts
// with the log.
func (w *worker) restore(ctx context.Context) error {
	w.snappedAt, w.waiting = w.firstSnapshot(), time.Time{}
	defer func() { w.delivered.Store(w.next) }()
	for {
		var names []string
		err := w.try(ctx, onSnapshots, "listing snapshots", func() (err error) {
			names, err = w.e.o.Store.List(ctx, w.stage.Name, w.partition)
			return err
		})
		if err != nil {
			return err
		}
		if err = w.newest(ctx, names); !errors.Is(err, errGone) {
			return err
		}
	}
}

// newest loads the newest of these snapshots that can be used.
func (w *worker) newest(ctx context.Context, names []string) error {
	for _, name := range names {
		if w.fold != nil && offsetOf(name) <= w.next {
			w.snapshots.has(offsetOf(name), w.size)
			return nil
		}
		err := w.load(ctx, name)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || errors.Is(err, ErrPartitions) || errors.Is(err, errGone) {
			return err
		}
		w.e.o.Store.Distrust(name)
		w.e.metrics.damaged.WithLabelValues(w.stage.Name).Inc()
		w.e.o.Logger.Warn("snapshot cannot be used, going back to an older one", "snapshot", name, "error", err)
	}
	switch {
	case w.fold != nil:
		return nil
	case w.first > 0:
		return fmt.Errorf("the log of %s begins at offset %d, and there is no snapshot that can be used (%d are damaged), so what came before is not known: "+
			"put the folder of the snapshots back from a copy, or %s", w.stage.Topic, w.first, len(names), startAnew)
	}
	w.fold, w.next, w.snapped = w.stage.New(w.partition, w.partitions), 0, 0
	return nil
}

// load replaces the state by a snapshot's. A store that does not answer is waited for: going on without its snapshots
// would fold what the log may no longer hold.
func (w *worker) load(ctx context.Context, name string) error {
	var next int64
	var payload []byte
	err := w.try(ctx, onSnapshots, "reading snapshot "+name, func() (err error) {
		next, payload, err = w.e.o.Store.Read(ctx, name, w.stage.Name, w.partition, w.partitions)
		if errors.Is(err, ErrSnapshot) || errors.Is(err, ErrPartitions) || errors.Is(err, errGone) {
			return backoff.Permanent(err)
		}
		return err
	})
	if err != nil {
		return err
	}
	fold := w.stage.New(w.partition, w.partitions)
	if err := fold.Load(state.NewReader(payload)); err != nil {
		return err
	}
	w.fold, w.next, w.snapped, w.size = fold, next, next, len(payload)
	w.snapshots.has(next, len(payload))
	w.e.o.Logger.Info("restored", "stage", w.stage.Name, "partition", w.partition, "offset", next, "bytes", len(payload))
	return nil
}

// open opens the log where the fold stands.
func (w *worker) open(ctx context.Context) (src Source, err error) {
	err = w.try(ctx, onLog, "opening the log", func() error {
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

// aheadOf is how many records are announced to the fold at a time: enough for its memory to be read side by side, few
// enough for what is read to stay in the processor's caches.
const aheadOf = 64

// applyAll folds records, until one spoils the fold.
func (w *worker) applyAll(records []schemas.Logged) bool {
	for some := range slices.Chunk(records, aheadOf) {
		w.prefetch(some)
		for _, r := range some {
			if !w.apply(r.Offset, r.Value) {
				return false
			}
		}
	}
	return true
}

// prefetch may panic on the record on which Apply is going to, which knows the offset.
func (w *worker) prefetch(records []schemas.Logged) {
	defer func() { _ = recover() }()
	w.fold.Prefetch(records)
}

// apply folds a record. One on which the fold panics is a bug of ours: the panic is recovered once, and from then on,
// in each replay, the record is parked. The fold is spoiled then.
func (w *worker) apply(offset int64, value []byte) (done bool) {
	if why, bad := w.parked[offset]; bad {
		w.fold.Park(offset, value, why)
		w.snappedAt = time.Time{} // soon, so that the next one like it costs a short replay
	} else {
		defer func() {
			if p := recover(); p != nil {
				w.spoiled(offset, p)
				done = false
			}
		}()
		w.fold.Apply(offset, value)
	}
	w.next = offset + 1
	return true
}

func (w *worker) spoiled(offset int64, p any) {
	if w.parked == nil {
		w.parked = map[int64]string{}
	}
	why := fmt.Sprintf("a bug of this program: %v", p)
	w.parked[offset] = why[:min(len(why), 300)]
	w.fold, w.bad = nil, true
	w.e.metrics.parked.WithLabelValues(w.stage.Name).Inc()
	w.e.o.Logger.Error("a record cannot be folded and is kept as rejected: please report this with the record",
		"stage", w.stage.Name, "partition", w.partition, "offset", offset, "panic", p, "stack", string(debug.Stack()))
}
