package stream

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// notes is the smallest fold that shows what went through it: a record that begins with a is noted, as a signal and as a
// row that says how many were noted before. Any other record is a cut.
type notes struct {
	next, count int64
	uncut       bool
	busy        int // flushes that it goes on for
	rows        schemas.RejectedRows
	out         processors.Outputs
}

func newNotes(int, int) processors.Fold {
	n := &notes{}
	n.out.Rows = []schemas.Rows{&n.rows}
	return n
}

func (n *notes) Apply(offset int64, value []byte) {
	if offset < n.next {
		panic(fmt.Sprintf("record %d came again after %d", offset, n.next-1))
	}
	n.next = offset + 1
	if n.uncut = value[0] == 'a'; !n.uncut {
		return
	}
	n.rows.Community = append(n.rows.Community, "")
	n.rows.Source = append(n.rows.Source, "")
	n.rows.Reason = append(n.rows.Reason, "")
	n.rows.Field = append(n.rows.Field, "")
	n.rows.Payload = append(n.rows.Payload, "")
	n.rows.Received = append(n.rows.Received, 0)
	n.rows.Detail = append(n.rows.Detail, fmt.Sprint(n.count))
	n.rows.Digest = append(n.rows.Digest, string(value))
	n.rows.Version = append(n.rows.Version, uint64(offset))
	n.out.Signals = append(n.out.Signals, schemas.Record{Value: slices.Clone(value)})
	n.count++
}

func (n *notes) Prefetch([]schemas.Logged) {}

func (n *notes) Park(offset int64, value []byte, why string) {
	n.Apply(offset, value)
	n.rows.Reason[n.rows.Len()-1] = why
}

func (n *notes) Waiting() int { return n.rows.Len() }
func (n *notes) Uncut() bool  { return n.uncut }
func (n *notes) Busy() bool   { return n.busy > 0 }
func (n *notes) Flush() *processors.Outputs {
	n.busy = max(0, n.busy-1)
	return &n.out
}
func (n *notes) Delivered() {
	n.rows.Reset()
	n.out.Signals = nil
}

func (n *notes) Save(w *state.Writer) {
	if n.rows.Len() > 0 {
		panic("saved while rows wait")
	}
	w.Int(n.next)
	w.Int(n.count)
	w.Bool(n.uncut)
}

func (n *notes) Load(r *state.Reader) error {
	n.next, n.count, n.uncut = r.Int(), r.Int(), r.Bool()
	return r.Done()
}

// notesWorld has partitions partitions of actions, and checks law 1 at each promise: what a snapshot covers
// is in the tables and in the signals.
func notesWorld(t *testing.T, partitions int) *world {
	w := newWorld(map[string]int{schemas.TopicActions: partitions, schemas.TopicSignals: 1})
	w.promised = func(_ string, n int, next int64) {
		for _, v := range w.topics[schemas.TopicActions][n].records[:next] {
			if v[0] != 'a' {
				continue
			}
			if _, ok := w.tables["rejected|||"+string(v)]; !ok {
				t.Errorf("offset %d of partition %d is promised, but the row of %s is not stored", next, n, v)
			}
			if !slices.ContainsFunc(w.topics[schemas.TopicSignals][0].records, func(s []byte) bool { return string(s) == string(v) }) {
				t.Errorf("offset %d of partition %d is promised, but the signal of %s is not appended", next, n, v)
			}
		}
	}
	return w
}

// noted returns the rows as value → how many were noted before it.
func (w *world) noted() map[string]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string]string{}
	for k, v := range w.tables.Final() {
		_, detail, _ := strings.Cut(v, "detail=")
		detail, _, _ = strings.Cut(detail, " ")
		out[strings.TrimPrefix(k, "rejected|||")] = detail
	}
	return out
}

// rig is a running engine.
type rig struct {
	*process
	t           *testing.T
	engine      *Engine
	generations []chan []int
	cancel      context.CancelFunc
	done        chan error
}

// run starts an engine in the world. Stages without a group get one, with all partitions of their topic.
func (w *world) run(t *testing.T, change func(*Options), stages ...Stage) *rig {
	w.lives++
	r := &rig{process: &process{world: w, life: w.lives, count: map[turn]int{}}, t: t, done: make(chan error, 1)}
	o := Options{Log: r.process, Sink: r.process, Store: r.store(), Lost: errLost, Registerer: prometheus.NewRegistry()}
	if change != nil {
		change(&o)
	}
	r.engine = New(o)
	if len(stages) == 0 {
		stages = []Stage{{Name: "notes", Topic: schemas.TopicActions, New: newNotes}}
	}
	for i := range stages {
		g := &group{p: r.process, topic: stages[i].Topic, generations: make(chan []int, 1)}
		var all []int
		for n := range w.topics[stages[i].Topic] {
			all = append(all, n)
		}
		g.generations <- all
		r.generations = append(r.generations, g.generations)
		stages[i].Group = g
	}
	ctx, cancel := context.WithCancel(t.Context())
	r.cancel = cancel
	go func() {
		r.done <- r.engine.Run(ctx, stages...)
		_ = o.Store.Close()
	}()
	return r
}

// stop ends the engine as Ctrl-C does.
func (r *rig) stop() {
	r.t.Helper()
	r.cancel()
	if err := <-r.done; err != nil {
		r.t.Errorf("Run: %v", err)
	}
}

// crash ends it as kill -9 does: from now on nothing it does has an effect.
func (r *rig) crash() {
	r.read(func() { r.dead = true })
	r.stop()
}

// until lets fake time pass until cond holds.
func until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	began := time.Now()
	for !cond() {
		if time.Since(began) > time.Hour {
			t.Fatalf("after an hour still not: %s", what)
		}
		pass(10 * time.Millisecond)
	}
}

func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (w *world) count(call string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, c := range w.calls {
		if c == call {
			n++
		}
	}
	return n
}

func values(partition, from, to int) []string {
	var out []string
	for i := from; i < to; i++ {
		out = append(out, fmt.Sprintf("a%d-%d", partition, i))
	}
	return out
}

// allNoted is what the tables hold in the end, however it went: every value, and its place.
func allNoted(perPartition ...int) map[string]string {
	out := map[string]string{}
	for p, n := range perPartition {
		for i, v := range values(p, 0, n) {
			out[v] = fmt.Sprint(i)
		}
	}
	return out
}
