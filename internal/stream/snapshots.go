package stream

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// snapshot hands the state to the background writer; all that it covers must have been delivered.
func (w *worker) snapshot() {
	var s state.Writer
	w.fold.Save(&s)
	w.snapshots.write(w.next, s.Bytes())
	w.snapped, w.snappedAt = w.next, time.Now()
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
	w.wrote.Store(time.Now().UnixNano())
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
				w.wrote.Store(time.Now().UnixNano())
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
