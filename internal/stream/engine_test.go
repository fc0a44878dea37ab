package stream

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Laws 1 and 5: no snapshot, and no offset for the group to be told, before every sink has what they cover. notesWorld
// checks it at each snapshot.
func TestNothingIsPromisedBeforeItIsStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 2)
		down, promises := true, 0
		check := w.promised
		w.promised = func(stage string, n int, next int64) { promises++; check(stage, n, next) }
		w.fail = func(call string) error {
			if down && call == "write rows" {
				return errDown
			}
			return nil
		}
		w.add(schemas.TopicActions, 0, values(0, 0, 5)...)
		w.add(schemas.TopicActions, 1, values(1, 0, 3)...)
		r := w.run(t, func(o *Options) { o.SnapshotEvery = time.Second })
		pass(time.Minute)
		for _, p := range r.engine.Positions() {
			if p.Delivered != 0 {
				t.Errorf("offset %d of partition %d counts as delivered while the sink is down", p.Delivered, p.Partition)
			}
		}
		w.read(func() {
			if promises != 0 {
				t.Errorf("%d snapshots while the sink is down, want none", promises)
			}
			down = false
		})
		until(t, "both partitions have a snapshot", func() bool { return w.count("write snapshot") == 2 })
		r.stop()
		if diff := cmp.Diff(allNoted(5, 3), w.noted()); diff != "" {
			t.Errorf("-want +stored:\n%s", diff)
		}
	})
}

func TestASinkThatIsDownStopsThePartition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 1)
		attempts, down := 0, true
		w.fail = func(call string) error {
			if call == "write rows" {
				if attempts++; down {
					return errDown
				}
			}
			return nil
		}
		w.add(schemas.TopicActions, 0, values(0, 0, 5)...)
		r := w.run(t, nil, Stage{Name: "notes", Topic: schemas.TopicActions, New: newNotes, Ticks: true})
		tried := func() (n int) {
			w.read(func() { n = attempts })
			return n
		}
		until(t, "a first attempt", func() bool { return tried() > 0 })
		ticks := w.count("tick")
		w.add(schemas.TopicActions, 0, values(0, 5, 100)...)
		pass(10 * time.Minute)
		w.read(func() {
			if attempts < 60 || attempts > 400 {
				t.Errorf("%d attempts in 10 minutes, want about one in 5 s", attempts)
			}
			if w.fetched != 5+ticks {
				t.Errorf("%d records fetched while the sink is down, want the first %d only", w.fetched, 5+ticks)
			}
			if n := len(w.topics[schemas.TopicSignals][0].records); n != 5 {
				t.Errorf("%d signals appended for 5 records: they are sent again with each attempt", n)
			}
		})
		if n := w.count("tick"); n != ticks {
			t.Errorf("%d ticks while the partition lags, want none", n-ticks)
		}
		p := r.engine.Positions()[0]
		if !strings.Contains(p.Stalled, "writing rows") || !strings.Contains(p.Stalled, errDown.Error()) || p.Delivered != 0 {
			t.Errorf("position %+v, want it to say that rows cannot be written", p)
		}
		w.read(func() { down = false })
		until(t, "all is delivered", func() bool { return len(w.noted()) == 100 })
		pass(time.Second)
		if p := r.engine.Positions()[0]; p.Stalled != "" || p.Lag != 0 {
			t.Errorf("position %+v after the sink came back, want no lag and no reason to wait", p)
		}
		r.stop()
		if diff := cmp.Diff(allNoted(100), w.noted()); diff != "" {
			t.Errorf("-want +stored:\n%s", diff)
		}
	})
}

// Each of these fails for a while. The engine says so, and goes on where it stopped.
func TestWhatFailsIsTriedAgain(t *testing.T) {
	for _, call := range []string{"offsets", "list", "open rollcall.actions", "fetch rollcall.actions", "append to rollcall.signals", "write rows",
		"answer of write rows", "answer of append to rollcall.signals", "tick", "read snapshot"} {
		t.Run(call, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := notesWorld(t, 1)
				stage := Stage{Name: "notes", Topic: schemas.TopicActions, New: newNotes, Ticks: true}
				w.add(schemas.TopicActions, 0, values(0, 0, 3)...)
				r := w.run(t, nil, stage)
				until(t, "the first are stored", func() bool { return len(w.noted()) == 3 })
				r.stop()
				down := true
				w.fail = func(c string) error {
					if down && c == call {
						return errDown
					}
					return nil
				}
				w.add(schemas.TopicActions, 0, values(0, 3, 6)...)
				r = w.run(t, nil, stage)
				pass(time.Minute)
				if p := r.engine.Positions(); call != "offsets" && call != "list" && (len(p) != 1 || !strings.Contains(p[0].Stalled, errDown.Error())) {
					t.Errorf("positions %+v, want one that says why it waits", p)
				}
				w.read(func() { down = false })
				until(t, "the others are stored", func() bool { return len(w.noted()) == 6 })
				r.stop()
				if diff := cmp.Diff(allNoted(6), w.noted()); diff != "" {
					t.Errorf("-want +stored:\n%s", diff)
				}
			})
		})
	}
}

func TestAnOffsetThatIsLostEndsTheRun(t *testing.T) {
	for name, later := range map[string]bool{"at the start": false, "on the way": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := notesWorld(t, 1)
				w.add(schemas.TopicActions, 0, values(0, 0, 5)...)
				drop := func() { w.topics[schemas.TopicActions][0].first = 6 }
				if !later {
					w.read(drop)
				}
				r := w.run(t, nil)
				if later {
					until(t, "stored", func() bool { return len(w.noted()) == 5 })
					w.read(drop)
				}
				var err error
				select {
				case err = <-r.done:
				case <-time.After(time.Hour):
					err = errors.New("still running")
				}
				r.cancel()
				if err == nil || errors.Is(err, errLost) != later || !strings.Contains(err.Error(), "partition 0 of notes") || !strings.Contains(err.Error(), startAnew) {
					t.Errorf("Run: %v, want it to say which partition's offset is lost, and how to go on", err)
				}
			})
		})
	}
}

// A process that is killed at any of its calls, before it or when only its answer is missing, and started again: the
// tables are those of a process that was left alone.
func TestACrashAtAnyStepChangesNothing(t *testing.T) {
	story := func(t *testing.T, crashAt int) (calls int) {
		w := notesWorld(t, 2)
		w.add(schemas.TopicActions, 0, values(0, 0, 4)...)
		w.add(schemas.TopicActions, 1, values(1, 0, 2)...)
		quick := func(o *Options) { o.FlushEvery, o.SnapshotEvery = 300*time.Millisecond, 700*time.Millisecond }
		r := w.run(t, func(o *Options) {
			quick(o)
			p := o.Log.(*process)
			w.fail = func(string) error {
				if calls++; calls == crashAt {
					p.dead = true
				}
				if p.dead {
					return errDead
				}
				return nil
			}
		})
		pass(time.Second)
		w.add(schemas.TopicActions, 0, values(0, 4, 7)...)
		pass(3 * time.Second)
		if crashAt == 0 {
			r.stop()
		} else {
			r.crash()
		}
		w.read(func() { w.fail = nil })
		r = w.run(t, quick)
		until(t, "all is delivered", func() bool { return len(w.noted()) == 9 })
		pass(3 * time.Second)
		r.stop()
		if diff := cmp.Diff(allNoted(7, 2), w.noted()); diff != "" {
			t.Errorf("crash at call %d: -want +stored:\n%s", crashAt, diff)
		}
		return calls
	}
	calls := 0
	synctest.Test(t, func(t *testing.T) { calls = story(t, 0) })
	if calls < 40 {
		t.Fatalf("%d calls, want many", calls)
	}
	for at := 1; at <= calls; at++ {
		synctest.Test(t, func(t *testing.T) { story(t, at) })
	}
}

// What a stop cannot deliver in time is delivered after the next start, and the stop ends all the same.
func TestAStopDoesNotWaitForASinkForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 1)
		w.fail = func(call string) error {
			if call == "write rows" {
				return errDown
			}
			return nil
		}
		w.add(schemas.TopicActions, 0, values(0, 0, 5)...)
		r := w.run(t, nil)
		pass(5 * time.Second)
		began := time.Now()
		r.stop()
		if took := time.Since(began); took > 2*stopWithin {
			t.Errorf("the stop took %v, want about %v", took, stopWithin)
		}
		if n := w.count("write snapshot"); n != 0 {
			t.Errorf("%d snapshots of what was not delivered", n)
		}
	})
}

// While much waits in the log flushes become larger, step by step, and the usual size again when it is nearly read.
func TestFlushesAreLargerWhileTheLogIsFarAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 1)
		w.add(schemas.TopicActions, 0, values(0, 0, 215)...)
		var sizes []int
		flushed := 0
		w.fail = func(call string) error { // asked before each write
			if call == "write rows" {
				sizes, flushed = append(sizes, w.fetched-flushed), w.fetched
			}
			return nil
		}
		r := w.run(t, func(o *Options) {
			o.FlushRows = 10
			o.Log.(*process).batch = func() int { return 5 }
		})
		until(t, "all is stored", func() bool { return len(w.noted()) == 215 })
		r.stop()
		if diff := cmp.Diff([]int{10, 20, 40, 40, 40, 40, 20, 5}, sizes); diff != "" {
			t.Errorf("-want +records a flush:\n%s", diff)
		}
	})
}
