package stream

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/schemas"
)

// scenes are what a director may choose from.
func scenes() []func(*director) {
	return []func(*director){(*director).crash, (*director).restart, (*director).rebalance, (*director).share, (*director).zombie, (*director).jump,
		(*director).slowSink, (*director).noSink, (*director).fullDisk, (*director).damage, (*director).retention, (*director).retention}
}

// rough runs a story through the engine and the real folds while everything goes wrong that a seed chooses.
func rough(t *testing.T, seed uint64, traced bool) *world {
	r := rand.New(rand.NewPCG(seed, 1))
	w := pipelineWorld(t, 1+r.IntN(3))
	pick := func(of ...uint64) uint64 { return of[r.IntN(len(of))] }
	w.storm = &storm{seed: seed, errorIn: pick(0, 8, 40), crashIn: pick(0, 50, 200), counts: map[string]int{}, traced: traced}
	d := &director{t: t, w: w, r: r}
	for _, s := range scenes() {
		if r.IntN(3) > 0 {
			d.scenes = append(d.scenes, s)
		}
	}
	steps, rebuilt := story(r)
	d.rebuilt = rebuilt
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.feed(steps)
	}()
	d.owner = d.start()
	for fed := false; !fed; {
		d.pass(12 * time.Second)
		if len(d.scenes) > 0 {
			d.scenes[r.IntN(len(d.scenes))](d)
		}
		select {
		case <-done:
			fed = true
		default:
		}
	}
	d.finish()
	return w
}

// finish lets the weather clear, and everything be done.
func (d *director) finish() {
	d.w.read(func() { d.w.storm.calm = true })
	d.pass(0)
	<-time.After(15 * time.Second)
	if d.rebuilt { // for the ticks after which a swap is told once more
		<-time.After(6 * time.Minute)
	}
	d.w.read(func() { d.w.frozen = true })
	for waited := 0; !d.done(); waited++ {
		if waited > 900 {
			d.t.Errorf("not done in the end: %+v", d.owner.engine.Positions())
			break
		}
		<-time.After(time.Second)
		align(0)
		synctest.Wait()
	}
	d.owner.cancel()
	for _, r := range d.all {
		select {
		case err := <-r.done:
			if err != nil && !r.dead {
				d.t.Errorf("life %d ended: %v", r.life, err)
			}
		case <-time.After(time.Hour):
			d.t.Fatalf("life %d does not end", r.life)
		}
	}
	if d.w.storm.coincidence {
		d.t.Error("two things happened at one instant: a run cannot be replayed")
	}
}

// done reports whether every partition is owned, and delivered to its end.
func (d *director) done() bool {
	n, positions := 0, d.owner.engine.Positions()
	d.w.read(func() {
		for _, p := range positions {
			for topic, stage := range stageOf {
				if stage == p.Stage && p.Delivered == int64(len(d.w.topics[topic][p.Partition].records)) {
					n++
				}
			}
		}
	})
	return n == 3+len(d.w.topics[schemas.TopicActions])
}

// calm folds a log as it is, with nobody adding to it, and nothing going wrong.
func calm(t *testing.T, log []*partition) *world {
	w := pipelineWorld(t, len(log))
	w.frozen = true
	for n, p := range log {
		w.topics[schemas.TopicActions][n].records = p.records
	}
	r := w.run(t, nil, w.stages()...)
	d := &director{t: t, w: w, owner: r}
	until(t, "the calm run is done", d.done)
	pass(2 * time.Second)
	r.stop()
	return w
}

// oneSeed compares a storm with a calm run of the log that the storm left behind, ticks of lost and wrong clocks included.
func oneSeed(t *testing.T, seed uint64, counts map[string]int) {
	var storm, after *world
	synctest.Test(t, func(t *testing.T) { storm = rough(t, seed, false) })
	maps.Copy(counts, storm.storm.counts)
	if t.Failed() {
		return
	}
	synctest.Test(t, func(t *testing.T) { after = calm(t, storm.topics[schemas.TopicActions]) })
	want := after.tables.Final()
	if len(want) < 50 {
		t.Errorf("%d rows, want many", len(want))
	}
	if diff := cmp.Diff(want, storm.tables.Final()); diff != "" {
		t.Errorf("-calm +not:\n%s", diff)
	}
	if diff := cmp.Diff(after.raised(t), storm.raised(t)); diff != "" {
		t.Errorf("alerts on the log: -calm +not:\n%s", diff)
	}
	got := map[string]bool{}
	for k := range storm.tables {
		if strings.HasPrefix(k, schemas.TableActions+"|") {
			got[k] = true
		}
	}
	if diff := cmp.Diff(storm.sent, got); diff != "" {
		t.Errorf("actions: -sent +stored:\n%s", diff)
	}
	kept := 0
	for k, text := range storm.tables.Final() {
		if strings.HasPrefix(k, schemas.TableRejected+"|") && strings.Contains(text, poisonous) {
			kept++
		}
	}
	if kept != len(storm.poisoned) {
		t.Errorf("%d of %d records on which the fold panics are kept as rejected", kept, len(storm.poisoned))
	}
}

// Laws 1, 4 and 5, through the engine: whatever call fails, whatever process dies, wherever the partitions move, the
// tables are those of a run in which nothing went wrong, and no action is lost. A seed fixes everything.
// ROLLCALL_SEED=n replays one, ROLLCALL_SEEDS=n runs so many (make faults).
func TestTablesAreThoseOfACalmRun(t *testing.T) {
	n, many := 20, false
	if s, err := strconv.Atoi(os.Getenv("ROLLCALL_SEEDS")); err == nil {
		n, many = s, true
	}
	seeds := make([]uint64, n)
	for i := range seeds {
		seeds[i] = uint64(rand.Uint32())
	}
	if s, err := strconv.ParseUint(os.Getenv("ROLLCALL_SEED"), 10, 64); err == nil {
		seeds = []uint64{s}
	}
	tally := &tally{total: len(seeds), show: many, counts: map[string]int{}, began: time.Now()}
	for group := range slices.Chunk(seeds, 1000) {
		t.Run("seeds", func(t *testing.T) {
			for _, seed := range group {
				t.Run(fmt.Sprintf("ROLLCALL_SEED=%d", seed), func(t *testing.T) {
					t.Parallel()
					if tally.failed() {
						t.Skip("another seed has failed")
					}
					counts := map[string]int{}
					defer func() { tally.add(counts, t.Failed()) }()
					oneSeed(t, seed, counts)
				})
			}
		})
	}
	tally.report(t)
}

// tally is what happened over many seeds.
type tally struct {
	mu       sync.Mutex
	show     bool
	total, n int
	bad      bool
	counts   map[string]int
	began    time.Time
}

func (y *tally) failed() bool {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.bad
}

func (y *tally) add(counts map[string]int, failed bool) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.n++
	if y.bad = y.bad || failed; failed && y.show {
		fmt.Fprintf(os.Stderr, "\nthe tables differ after %d seeds\n", y.n)
	}
	for k, n := range counts {
		y.counts[k] += n
	}
	if info, err := os.Stderr.Stat(); y.show {
		terminal := err == nil && info.Mode()&os.ModeCharDevice != 0
		rate := float64(y.n) / time.Since(y.began).Seconds()
		left := time.Duration(float64(y.total-y.n) / rate * float64(time.Second)).Round(time.Second)
		line := fmt.Sprintf("%d of %d seeds, %.1f a second, %v left", y.n, y.total, rate, left)
		switch {
		case terminal && y.n < y.total:
			fmt.Fprintf(os.Stderr, "\r\x1b[K%s", line)
		case terminal:
			fmt.Fprintf(os.Stderr, "\r\x1b[K%s\n", line)
		case y.n%100 == 0 || y.n == y.total:
			fmt.Fprintln(os.Stderr, line)
		}
	}
}

// mustHappen is what must have gone wrong at least once where many seeds were run; a crash or an error counts by the
// kind of call that it hit.
func mustHappen() (all []string) {
	for _, call := range []string{"append to " + schemas.TopicSignals, "append to " + schemas.TopicRejected, "broadcast", "write rows"} {
		for _, when := range []string{" before ", " in the middle of ", " after "} {
			all = append(all, "crash"+when+call, "error"+when+call)
		}
	}
	for _, call := range []string{"tick", "create snapshot", "write snapshot", "delete", "list", "read snapshot", "offsets",
		"open " + schemas.TopicActions, "fetch " + schemas.TopicActions, "fetch " + schemas.TopicSignals} {
		all = append(all, "crash before "+call, "crash after "+call, "error before "+call, "error after "+call)
	}
	for _, call := range trapped {
		all = append(all, "rebalance during "+call)
	}
	return append(all, "slow sink", "sink down", "disk full", "crash between calls", "restart", "shared", "two owners", "comes back",
		"clock jumps forward", "clock jumps back", "snapshot damaged", "retention", "record parked")
}

func (y *tally) report(t *testing.T) {
	for _, k := range slices.Sorted(maps.Keys(y.counts)) {
		if t.Logf("%7d %s", y.counts[k], k); y.show && !y.bad {
			fmt.Fprintf(os.Stderr, "%9d  %s\n", y.counts[k], k)
		}
	}
	for _, k := range mustHappen() {
		if y.total >= 500 && y.counts[k] == 0 && !y.bad {
			t.Errorf("in %d storms there was never: %s", y.total, k)
		}
	}
}

// A seed that fails is of use only if it fails again.
func TestAStormCanBeReplayed(t *testing.T) {
	for _, seed := range []uint64{uint64(rand.Uint32()), uint64(rand.Uint32()), uint64(rand.Uint32())} {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			var traces [2][]string
			for i := range traces {
				synctest.Test(t, func(t *testing.T) { traces[i] = rough(t, seed, true).storm.trace })
			}
			for i, line := range traces[0] {
				if i >= len(traces[1]) || traces[1][i] != line {
					t.Fatalf("effect %d of %d was\n%s\nand is now\n%s", i, len(traces[0]), line, append(traces[1], "", "")[min(i, len(traces[1]))])
				}
			}
			if len(traces[0]) < 100 || len(traces[1]) != len(traces[0]) {
				t.Errorf("%d effects, and %d again, want many and the same", len(traces[0]), len(traces[1]))
			}
		})
	}
}
