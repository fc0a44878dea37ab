package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/schemas"
)

// everything is a notes fold that hands out something of each kind.
type everything struct {
	*notes
	rowsFirst bool
}

func (e everything) Flush() *processors.Outputs {
	out := e.notes.Flush()
	if out.RowCount() > 0 {
		out.Rejected = []schemas.Record{{Value: []byte("r")}}
		out.Hellos, out.Moves = []string{"c"}, []schemas.Move{{Community: "c", Epoch: 1}}
	}
	out.RowsFirst = e.rowsFirst
	return out
}

func TestPartsAreDeliveredInTheirOrder(t *testing.T) {
	log := []string{"append to " + schemas.TopicSignals, "append to " + schemas.TopicRejected, "broadcast"}
	for rowsFirst, want := range map[bool][]string{
		false: append(slices.Clone(log), "move", "write rows"),
		true:  append([]string{"move", "write rows"}, log...),
	} {
		for _, failing := range want {
			t.Run(fmt.Sprint(rowsFirst, failing), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := notesWorld(t, 1)
					w.promised = nil
					w.topics[schemas.TopicRejected] = w.topics[schemas.TopicSignals]
					down := true
					w.fail = func(call string) error {
						if down && call == failing {
							return errDown
						}
						return nil
					}
					w.add(schemas.TopicActions, 0, "a0-0")
					r := w.run(t, nil, Stage{Name: "notes", Topic: schemas.TopicActions,
						New: func(int, int) processors.Fold { return everything{newNotes(0, 0).(*notes), rowsFirst} }})
					pass(time.Minute)
					at := slices.Index(want, failing)
					delivered := func() []string {
						var done []string
						w.read(func() {
							done = slices.DeleteFunc(slices.Clone(w.calls), func(c string) bool { return !slices.Contains(want, c) })
						})
						return done
					}
					if diff := cmp.Diff(append([]string{}, want[:at]...), append([]string{}, delivered()...)); diff != "" {
						t.Errorf("while %s fails: -want +delivered:\n%s", failing, diff)
					}
					w.read(func() { down = false })
					until(t, "all is delivered", func() bool { return len(delivered()) >= len(want) })
					if diff := cmp.Diff(want, delivered()[:len(want)]); diff != "" {
						t.Errorf("-want +delivered:\n%s", diff)
					}
					r.stop()
				})
			})
		}
	}
}

// fragile panics on some values, when it has spoiled its state.
type fragile struct{ *notes }

func (f fragile) Apply(offset int64, value []byte) {
	f.notes.Apply(offset, value)
	if strings.HasSuffix(string(value), "3") {
		f.count += 100
		panic("three")
	}
}

// A record on which the fold panics is parked, whatever was delivered or saved before, and the log goes on. It is so again
// in a replay from the start.
func TestARecordThatMakesTheFoldPanicIsParked(t *testing.T) {
	for name, c := range map[string]struct {
		snapshotEvery time.Duration
		forget        bool
	}{"no snapshot before": {time.Hour, false}, "a snapshot before": {time.Second, false}, "from the start again": {time.Second, true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := notesWorld(t, 1)
				stage := Stage{Name: "notes", Topic: schemas.TopicActions, New: func(int, int) processors.Fold { return fragile{newNotes(0, 0).(*notes)} }}
				w.add(schemas.TopicActions, 0, values(0, 0, 2)...)
				r := w.run(t, func(o *Options) { o.SnapshotEvery = c.snapshotEvery }, stage)
				pass(5 * time.Second)
				w.add(schemas.TopicActions, 0, values(0, 2, 30)...) // 3, 13 and 23 are in one batch
				until(t, "all are stored", func() bool { return len(w.noted()) == 30 })
				r.stop()
				if c.forget {
					w.read(func() { clear(w.bucket); clear(w.tables) })
					r = w.run(t, nil, stage)
					until(t, "all are stored again", func() bool { return len(w.noted()) == 30 })
					r.stop()
				}
				if diff := cmp.Diff(allNoted(30), w.noted()); diff != "" {
					t.Errorf("-want +stored:\n%s", diff)
				}
				for k, text := range w.tables.Final() {
					parked := strings.Contains(text, "reason=a bug of this program: three ")
					if parked != strings.HasSuffix(k, "3") {
						t.Errorf("%s: %s", k, text)
					}
				}
			})
		})
	}
}

// What a process keeps of a partition, it folds on. What another owner has brought further, or what went elsewhere, it
// reads again.
func TestAFoldStaysInMemoryBetweenGenerations(t *testing.T) {
	for name, c := range map[string]struct {
		between func(w *world, r *rig)
		reads   int
	}{
		"kept":           {func(*world, *rig) {}, 0},
		"went elsewhere": {func(_ *world, r *rig) { r.generations[0] <- []int{1}; pass(time.Second) }, 1},
		"another was ahead": {func(w *world, r *rig) {
			r.generations[0] <- nil
			pass(time.Second)
			w.add(schemas.TopicActions, 0, values(0, 5, 7)...)
			other := w.run(r.t, nil)
			pass(5 * time.Second)
			other.stop()
		}, 1 + 1}, // the other process reads one as well
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := notesWorld(t, 2)
				w.add(schemas.TopicActions, 0, values(0, 0, 5)...)
				r := w.run(t, nil)
				pass(5 * time.Second)
				w.read(func() { w.fetched = 0 })
				c.between(w, r)
				w.add(schemas.TopicActions, 0, values(0, len(w.noted()), 10)...)
				r.generations[0] <- []int{0, 1}
				until(t, "all are stored", func() bool { return len(w.noted()) == 10 })
				r.stop()
				if n := w.count("read snapshot"); n != c.reads {
					t.Errorf("%d snapshots were read, want %d", n, c.reads)
				}
				if w.fetched != 5 {
					t.Errorf("%d records were fetched, want the 5 new ones", w.fetched)
				}
				if diff := cmp.Diff(allNoted(10), w.noted()); diff != "" {
					t.Errorf("-want +stored:\n%s", diff)
				}
			})
		})
	}
}

// A process that gets no partition stays in the group, for it may get some later.
func TestWhoHasNothingWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := notesWorld(t, 1)
		w.add(schemas.TopicActions, 0, values(0, 0, 5)...)
		r := w.run(t, nil)
		r.generations[0] <- []int{}
		pass(time.Minute)
		w.add(schemas.TopicActions, 0, values(0, 5, 9)...)
		pass(time.Minute)
		if n := len(w.noted()); n > 5 {
			t.Errorf("%d rows, though nobody owns the partition", n)
		}
		r.generations[0] <- []int{0}
		until(t, "all are stored", func() bool { return len(w.noted()) == 9 })
		r.stop()
	})
}

func TestAnotherNumberOfPartitionsIsRefused(t *testing.T) {
	for _, now := range []int{1, 3} {
		t.Run(fmt.Sprint(now), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := notesWorld(t, 2)
				for n := range 2 {
					w.add(schemas.TopicActions, n, values(n, 0, 5)...)
				}
				r := w.run(t, nil)
				pass(5 * time.Second)
				r.stop()
				w.read(func() {
					w.topics[schemas.TopicActions] = append(w.topics[schemas.TopicActions], &partition{grown: make(chan struct{})})[:now]
				})
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				r = w.run(t, nil)
				select {
				case err := <-r.done:
					if !errors.Is(err, ErrPartitions) || !strings.Contains(err.Error(), "old number back") {
						t.Errorf("Run: %v, want it to refuse and to say how to go on", err)
					}
				case <-ctx.Done():
					t.Error("it runs with another number of partitions")
				}
				r.cancel()
			})
		})
	}
}
