package stream

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/schemas"
)

// ticksOf returns how many of the first partition's records are no actions.
func (w *world) ticks() (n int) {
	w.read(func() {
		for _, v := range w.topics[schemas.TopicActions][0].records {
			if v[0] != 'a' {
				n++
			}
		}
	})
	return n
}

func TestTicksComeSoonWhereACutWaitsAndNowAndThenElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 1)
		r := w.run(t, nil, Stage{Name: "notes", Topic: schemas.TopicActions, New: newNotes, Ticks: true})
		pass(time.Minute)
		if n := w.ticks(); n < 11 || n > 13 {
			t.Errorf("%d ticks in an idle minute, want one in 5 s", n)
		}
		for i := range 5 {
			before := w.ticks()
			w.add(schemas.TopicActions, 0, fmt.Sprintf("a0-%d", i))
			began := time.Now()
			until(t, "a tick", func() bool { return w.ticks() > before })
			if took := time.Since(began); took > 500*time.Millisecond+2*fetchWait {
				t.Errorf("a tick came %v after an action, want about 500 ms", took)
			}
		}
		r.stop()
	})
}

// What a fold goes on with by itself is done though nothing comes any more, and until then its last record does not count as
// delivered.
func TestABusyFoldIsFlushedThoughNothingComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 1)
		w.add(schemas.TopicActions, 0, values(0, 0, 1)...)
		fold := newNotes(0, 1).(*notes)
		fold.busy = 7
		r := w.run(t, nil, Stage{Name: "notes", Topic: schemas.TopicActions, New: func(int, int) processors.Fold { return fold }})
		pass(4 * fetchWait)
		if p := r.engine.Positions()[0]; p.Delivered != 0 {
			t.Errorf("offset %d counts as delivered while the fold is busy", p.Delivered)
		}
		pass(6 * fetchWait)
		if p := r.engine.Positions()[0]; p.Lag != 0 {
			t.Errorf("the fold is done, and %d records count as missing", p.Lag)
		}
		r.stop()
		if fold.busy > 0 {
			t.Errorf("%d flushes are missing", fold.busy)
		}
	})
}

func TestThereAreNoTicksWhileAPartitionLags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 1)
		w.add(schemas.TopicActions, 0, values(0, 0, 100)...)
		slow := func() int { // one record a second
			w.mu.Unlock()
			<-time.After(time.Second)
			w.mu.Lock()
			return 1
		}
		r := w.run(t, func(o *Options) { o.Log.(*process).batch = slow }, Stage{Name: "notes", Topic: schemas.TopicActions, New: newNotes, Ticks: true})
		pass(90 * time.Second)
		if n := w.ticks(); n != 0 {
			t.Errorf("%d ticks behind records that were not folded yet, want none", n)
		}
		pass(30 * time.Second)
		if w.ticks() == 0 {
			t.Error("no tick after it caught up")
		}
		r.stop()
	})
}

// A partition that is taken away is flushed and saved first; whoever gets it goes on from there.
func TestPartitionsComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 2)
		r := w.run(t, nil)
		regroup := func(partitions ...int) {
			r.generations[0] <- partitions
			until(t, "the partitions change hands", func() bool {
				var own []int
				for _, p := range r.engine.Positions() {
					own = append(own, p.Partition)
				}
				return slices.Equal(own, partitions)
			})
		}
		pass(time.Second)
		w.add(schemas.TopicActions, 1, values(1, 0, 5)...)
		pass(300 * time.Millisecond) // folded, not delivered
		if n := len(w.noted()); n != 0 {
			t.Fatalf("%d rows delivered already", n)
		}
		regroup(0)
		if diff := cmp.Diff(allNoted(0, 5), w.noted()); diff != "" {
			t.Errorf("rows of the partition that was given up: -want +stored:\n%s", diff)
		}
		if n := w.count("write snapshot"); n != 1 {
			t.Errorf("%d snapshots, want one of the partition that was given up", n)
		}
		w.add(schemas.TopicActions, 1, values(1, 5, 7)...)
		pass(10 * time.Second)
		if n := len(w.noted()); n != 5 {
			t.Errorf("%d rows, want the 5 from before: nobody owns the partition", n)
		}
		w.read(func() { w.fetched = 0 })
		regroup(0, 1)
		pass(10 * time.Second)
		if diff := cmp.Diff(allNoted(0, 7), w.noted()); diff != "" {
			t.Errorf("-want +stored:\n%s", diff)
		}
		w.read(func() {
			if w.fetched != 2 {
				t.Errorf("%d records folded by the next owner, want 2: it has the snapshot", w.fetched)
			}
		})
		r.stop()
	})
}
