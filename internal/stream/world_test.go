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
	// promised is told of each snapshot and commit, while mu is held.
	promised func(stage string, partition int, next int64)
	calls    []string // of those that took effect
	fetched  int
}

type partition struct {
	first   int64 // what is before was dropped by retention
	records [][]byte
	grown   chan struct{} // closed when a record comes
}

func newWorld(partitions map[string]int) *world {
	w := &world{topics: map[string][]*partition{}, tables: testkit.Tables{}, bucket: map[string][]byte{}}
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
	dead  bool
	batch func() int // how many records a fetch returns at most
}

// call does something to the world, unless the process is dead or the call fails. Its answer may get lost as well.
func (p *process) call(name string, do func()) error {
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
			do()
		}
	}
	return nil
}

func (p *process) Open(_ context.Context, topic string, n int, offset int64) (Source, error) {
	err := p.call("open "+topic, func() {})
	p.mu.Lock()
	defer p.mu.Unlock()
	part := p.topics[topic][n]
	if err == nil && (offset < part.first || offset > int64(len(part.records))) {
		err = fmt.Errorf("offset %d of %s/%d: %w", offset, topic, n, errLost)
	}
	if err != nil {
		return nil, err
	}
	return &source{p: p, topic: topic, part: part, next: offset}, nil
}

func (p *process) Offsets(_ context.Context, topic string) (first, next []int64, err error) {
	err = p.call("offsets", func() {
		for _, part := range p.topics[topic] {
			first, next = append(first, part.first), append(next, int64(len(part.records)))
		}
	})
	return first, next, err
}

func (p *process) Append(_ context.Context, topic string, records []schemas.Record) error {
	return p.call("append to "+topic, func() {
		for _, r := range records {
			p.append(topic, int(xxh3.Hash(r.Key)%uint64(len(p.topics[topic]))), r.Value)
		}
	})
}

func (p *process) AppendTo(_ context.Context, topic string, n int, records []schemas.Record) error {
	return p.call("tick", func() {
		for _, r := range records {
			p.append(topic, n, r.Value)
		}
	})
}

func (p *process) Broadcast(_ context.Context, topic string, value []byte) error {
	return p.call("broadcast", func() {
		for n := range p.topics[topic] {
			p.append(topic, n, value)
		}
	})
}

// Write stores half of the sets when its answer is a failure: an insert a table is what the real sink does.
func (p *process) Write(_ context.Context, sets []schemas.Rows) error {
	for _, s := range sets {
		if err := p.call("write rows", func() { p.tables.Write(s) }); err != nil {
			return err
		}
	}
	return nil
}

// source reuses one buffer for all values, as a client does.
type source struct {
	p      *process
	topic  string
	part   *partition
	next   int64
	high   int64
	buffer []byte
}

func (s *source) Fetch(ctx context.Context, maxWait time.Duration, each func(int64, []byte) error) (int, error) {
	timer := time.NewTimer(maxWait)
	defer timer.Stop()
	for {
		if err := s.p.call("fetch "+s.topic, func() {}); err != nil {
			return 0, err
		}
		s.p.mu.Lock()
		lost, grown := s.next < s.part.first, s.part.grown
		s.high = int64(len(s.part.records))
		var batch [][]byte
		if !lost {
			batch = s.part.records[s.next:]
		}
		if s.p.batch != nil {
			batch = batch[:min(len(batch), s.p.batch())]
		}
		s.p.fetched += len(batch)
		s.p.mu.Unlock()
		if lost {
			return 0, fmt.Errorf("offset %d of %s: %w", s.next, s.topic, errLost)
		}
		for _, v := range batch {
			s.buffer = append(s.buffer[:0], v...)
			if err := each(s.next, s.buffer); err != nil {
				return 0, err
			}
			s.next++
			clear(s.buffer)
		}
		if len(batch) > 0 {
			return len(batch), nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-timer.C:
			return 0, nil
		case <-grown:
		}
	}
}

func (s *source) HighWater() int64 { return s.high }
func (*source) Close() error       { return nil }

// group deals out partitions as it is told, one generation after the other.
type group struct {
	p           *process
	stage       string
	generations chan []int
}

func (g *group) Run(ctx context.Context, own func(context.Context, []int, func(map[int]int64)) error) error {
	commit := func(offsets map[int]int64) {
		g.p.mu.Lock()
		defer g.p.mu.Unlock()
		for n, next := range offsets {
			if g.p.promised != nil && !g.p.dead {
				g.p.promised(g.stage, n, next)
			}
		}
	}
	partitions := <-g.generations
	for {
		genCtx, cancel := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() { done <- own(genCtx, partitions, commit) }()
		select {
		case partitions = <-g.generations:
			cancel()
			if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
				return err
			}
		case err := <-done:
			cancel()
			return err
		}
	}
}
