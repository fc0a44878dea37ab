package stream

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// restore takes the newest snapshot that is whole and ours. Without any, the fold starts with the log.
func (w *worker) restore(ctx context.Context) error {
	w.snappedAt = w.e.o.Now()
	var names []string
	err := w.try(ctx, "listing snapshots", func() (err error) {
		names, err = w.e.o.Store.List(ctx, w.stage.Name, w.partition)
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		err := w.load(ctx, name)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		w.e.metrics.damaged.WithLabelValues(w.stage.Name).Inc()
		w.e.o.Logger.Warn("snapshot cannot be used, going back to an older one", "snapshot", name, "error", err)
	}
	return nil
}

// load replaces the state by a snapshot's. A store that does not answer is waited for: going on without its snapshots
// would fold what the log may no longer hold.
func (w *worker) load(ctx context.Context, name string) error {
	var next int64
	var payload []byte
	err := w.try(ctx, "reading snapshot "+name, func() (err error) {
		next, payload, err = w.e.o.Store.Read(ctx, name, w.stage.Name, w.partition, w.snapshots.partitions)
		if errors.Is(err, ErrSnapshot) {
			return backoff.Permanent(err)
		}
		return err
	})
	if err != nil {
		return err
	}
	fold := w.stage.New(w.partition, w.snapshots.partitions)
	if err := fold.Load(state.NewReader(payload)); err != nil {
		return err
	}
	w.fold, w.next, w.snapped = fold, next, next
	w.delivered.Store(next)
	w.e.o.Logger.Info("restored", "stage", w.stage.Name, "partition", w.partition, "offset", next, "bytes", len(payload))
	return nil
}

// snapshot hands the state to the background writer; all that it covers must have been delivered.
func (w *worker) snapshot() {
	var s state.Writer
	w.fold.Save(&s)
	w.snapshots.write(w.next, s.Bytes())
	w.snapped, w.snappedAt = w.next, w.e.o.Now()
	w.commit(map[int]int64{w.partition: w.next}) // for lag tools; the snapshot is the truth
}

// writeWithin bounds one snapshot's way into the store, so that a store that hangs does not hold a stop for ever.
const writeWithin = time.Minute

// writer writes one partition's snapshots in the background, one at a time.
type writer struct {
	store      *Store
	stage      string
	partition  int
	partitions int
	jobs       chan job
	done       chan struct{}
	busy       atomic.Bool
	wrote      atomic.Int64 // when the newest was in the store, Unix nanoseconds
}

type job struct {
	next    int64
	payload []byte
}

func newWriter(o Options, stage string, partition, partitions int) *writer {
	w := &writer{store: o.Store, stage: stage, partition: partition, partitions: partitions, jobs: make(chan job), done: make(chan struct{})}
	w.wrote.Store(o.Now().UnixNano())
	go func() {
		defer close(w.done)
		for j := range w.jobs {
			w.busy.Store(true)
			ctx, cancel := context.WithTimeout(context.Background(), writeWithin)
			err := w.store.Write(ctx, stage, partition, partitions, j.next, j.payload)
			cancel()
			if err != nil { // costs a longer replay, nothing else; the next one is tried in its time
				o.Logger.Warn("snapshot failed", "stage", stage, "partition", partition, "error", err)
			} else {
				w.wrote.Store(o.Now().UnixNano())
			}
			w.busy.Store(false)
		}
	}()
	return w
}

// write returns when the snapshot is on its way, which is after the one before is done.
func (w *writer) write(next int64, payload []byte) {
	w.busy.Store(true)
	w.jobs <- job{next, payload}
}

func (w *writer) close() {
	close(w.jobs)
	<-w.done
}
