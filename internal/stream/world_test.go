package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/rollcall-dev/rollcall/internal/testkit"
	"github.com/rollcall-dev/rollcall/schemas"
)

var (
	errDown = errors.New("the fake is down")
	errDead = errors.New("this process is dead")
	errLost = errors.New("that offset is not in the log")
)

// world is Kafka, ClickHouse and a bucket in memory. It outlives the engines that run on it.
type world struct {
	mu     sync.Mutex
	topics map[string][]*partition
	tables testkit.Tables
	bucket map[string][]byte
	// fail is asked at each call by its name: before it, and under "answer of NAME" after it took effect.
	fail func(call string) error
	// promised is told of each snapshot, while mu is held.
	promised func(stage string, partition int, next int64)
	// appending is told of each record that an engine appends, before it does.
	appending func(topic string, value []byte)
	calls     []string // of those that took effect
	fetched   int
	frozen    bool // nobody but the outside appends to rollcall.actions any more
	sources   map[*source]bool
	lives     int
	sent      map[string]bool // keys of the actions that came
	poisoned  map[string]bool // of those on which a fold panics
	spoilt    map[string]bool // names of snapshots that were damaged
	storm     *storm
}

type partition struct {
	first   int64 // what is before was dropped by retention
	records [][]byte
	grown   chan struct{} // closed when a record comes
	checked int64         // up to here all is stored
}

func newWorld(partitions map[string]int) *world {
	w := &world{topics: map[string][]*partition{}, tables: testkit.Tables{}, bucket: map[string][]byte{}, sources: map[*source]bool{}, sent: map[string]bool{}, poisoned: map[string]bool{}, spoilt: map[string]bool{}}
	for name, n := range partitions {
		for range n {
			w.topics[name] = append(w.topics[name], &partition{grown: make(chan struct{})})
		}
	}
	return w
}

func (w *world) append(topic string, p int, value []byte) {
	part := w.topics[topic][p]
	part.records = append(part.records, slices.Clone(value))
	close(part.grown)
	part.grown = make(chan struct{})
}

// add appends from outside of any engine.
func (w *world) add(topic string, p int, values ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, v := range values {
		w.append(topic, p, []byte(v))
	}
}

func (w *world) read(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

// process is one life of a program in the world: its engine's Log, Sink and bucket. A dead one reaches nothing.
type process struct {
	*world
	life   int
	dead   bool
	fenced bool          // its group has passed its partitions on
	skew   time.Duration // of its wall clock
	open   int           // sources
	count  map[turn]int
	batch  func() int // how many records a fetch returns at most
}

// call does something to the world, unless the process is dead or the call fails. Its answer may get lost as well. do is
// told which share of it takes effect, for calls that can be done in part.
func (p *process) call(ctx context.Context, who caller, name string, do func(share float64)) error {
	if p.storm != nil {
		return p.storm.call(ctx, p, turn{who, name}, do)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, when := range []string{name, "answer of " + name} {
		if p.fail != nil {
			if err := p.fail(when); err != nil {
				return fmt.Errorf("%s: %w", when, err)
			}
		}
		if p.dead {
			return errDead
		}
		if when == name {
			p.calls = append(p.calls, name)
			do(1)
		}
	}
	return nil
}

func (p *process) Open(ctx context.Context, topic string, n int, offset int64) (Source, error) {
	var src *source
	var lost error
	err := p.call(ctx, of(ctx, topic, n), "open "+topic, func(float64) {
		part := p.topics[topic][n]
		if offset < part.first || offset > int64(len(part.records)) {
			lost = fmt.Errorf("offset %d of %s/%d: %w", offset, topic, n, errLost)
			return
		}
		src = &source{p: p, topic: topic, n: n, part: part, next: offset}
	})
	if err := errors.Join(err, lost); err != nil {
		return nil, err
	}
	p.read(func() { p.open++; p.sources[src] = true })
	return src, nil
}

func (p *process) Offsets(ctx context.Context, topic string) (first, next []int64, err error) {
	err = p.call(ctx, of(ctx, topic, -1), "offsets", func(float64) {
		for _, part := range p.topics[topic] {
			first, next = append(first, part.first), append(next, int64(len(part.records)))
		}
	})
	return first, next, err
}

// Append may store a part of the records: of each partition the first ones.
func (p *process) Append(ctx context.Context, topic string, records []schemas.Record) error {
	return p.call(ctx, of(ctx, "", 0), "append to "+topic, func(share float64) {
		to := make([][][]byte, len(p.topics[topic]))
		for _, r := range records {
			n := int(xxh3.Hash(r.Key) % uint64(len(to)))
			to[n] = append(to[n], r.Value)
		}
		for n, values := range to {
			for _, v := range values[:int(share*float64(len(values)))] {
				if p.appending != nil {
					p.appending(topic, v)
				}
				p.append(topic, n, v)
			}
		}
	})
}

func (p *process) AppendTo(ctx context.Context, topic string, n int, records []schemas.Record) error {
	return p.call(ctx, of(ctx, topic, n), "tick", func(float64) {
		for _, r := range records {
			if !p.frozen {
				p.append(topic, n, r.Value)
			}
		}
	})
}

func (p *process) Broadcast(ctx context.Context, topic string, value []byte) error {
	return p.call(ctx, of(ctx, "", 0), "broadcast", func(share float64) {
		for n := range p.topics[topic] {
			if !p.frozen && float64(n) < share*float64(len(p.topics[topic])) {
				p.append(topic, n, value)
			}
		}
	})
}

// Write may store a part of the rows: an insert a table is what the real sink does.
func (p *process) Write(ctx context.Context, sets []schemas.Rows) error {
	return p.call(ctx, of(ctx, "", 0), "write rows", func(share float64) {
		n := 0
		for _, s := range sets {
			n += s.Len()
		}
		n = int(share * float64(n))
		for _, s := range sets {
			p.tables.WriteFirst(s, min(n, s.Len()))
			n -= min(n, s.Len())
		}
	})
}

func (p *process) Move(ctx context.Context, m schemas.Move) error {
	return p.call(ctx, of(ctx, "", 0), "move", func(float64) { p.tables.Move(m) })
}
