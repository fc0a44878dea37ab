package stream

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// A partition waits restFactor times as long as its last snapshot took, copying and writing, but no longer than restAtMost
// times the usual: a large state is kept less often rather than at the folds' expense.
const restFactor, restAtMost = 40, 10

// snapshotDue reports whether it is time for a snapshot.
func (w *worker) snapshotDue(now time.Time) bool {
	every := w.e.o.SnapshotEvery
	rest := min(max(every, restFactor*time.Duration(w.snapshots.took.Load())), restAtMost*every)
	return w.waiting.IsZero() && w.next > w.snapped && now.Sub(w.snappedAt) >= rest && !w.snapshots.busy.Load()
}

// snapshot hands the state to the background writer; all that it covers must have been delivered. It costs the partition
// the time to copy its state in memory.
func (w *worker) snapshot() {
	began := time.Now()
	s := state.NewWriter(w.size + w.size/8)
	w.fold.Save(s)
	w.size = len(s.Bytes())
	w.snapshots.write(job{w.next, s.Bytes(), time.Since(began)})
	w.snapped, w.snappedAt = w.next, time.Now()
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
	took       atomic.Int64 // copying and writing the last one, nanoseconds
	wrote      atomic.Int64 // when the newest was in the store, Unix nanoseconds
	covers     atomic.Int64 // the newest's next offset
	bytes      atomic.Int64 // the newest's size
}

type job struct {
	next    int64
	payload []byte
	copied  time.Duration // how long it took to copy
}

func newWriter(e *Engine, stage string, partition, partitions int) *writer {
	w := &writer{store: e.o.Store, stage: stage, partition: partition, partitions: partitions, jobs: make(chan job), done: make(chan struct{})}
	w.wrote.Store(time.Now().UnixNano())
	go func() {
		defer close(w.done)
		for j := range w.jobs {
			w.busy.Store(true)
			began := time.Now()
			ctx, cancel := context.WithTimeout(context.Background(), writeWithin)
			err := w.store.Write(ctx, stage, partition, partitions, j.next, j.payload)
			cancel()
			if err != nil { // costs a longer replay, nothing else; the next one is tried in its time
				e.metrics.snapshotFailures.WithLabelValues(stage).Inc()
				e.o.Logger.Warn("snapshot failed", "stage", stage, "partition", partition, "error", err)
			} else {
				w.has(j.next, len(j.payload))
				w.wrote.Store(time.Now().UnixNano())
				w.took.Store(int64(j.copied + time.Since(began)))
			}
			w.busy.Store(false)
		}
	}()
	return w
}

// has says what the newest snapshot in the store is.
func (w *writer) has(next int64, bytes int) {
	w.covers.Store(next)
	w.bytes.Store(int64(bytes))
}

// firstSnapshot returns when a partition that was restored now has its turn. The partitions take theirs one after the
// other, so that few copies of their states are in memory at the same time.
func (w *worker) firstSnapshot() time.Time {
	return time.Now().Add(-w.e.o.SnapshotEvery * time.Duration(w.partition) / time.Duration(max(1, w.partitions)))
}

// write returns when the snapshot is on its way, which is after the one before is done.
func (w *writer) write(j job) {
	w.busy.Store(true)
	w.jobs <- j
}

func (w *writer) close() {
	close(w.jobs)
	<-w.done
}
