package stream

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// source reuses one buffer for all values, as a client does.
type source struct {
	p      *process
	topic  string
	n      int
	part   *partition
	next   int64
	high   int64
	buffer []byte
}

func (s *source) Fetch(ctx context.Context, maxWait time.Duration, each func(int64, []byte) error) (int, error) {
	timer := time.NewTimer(maxWait)
	defer timer.Stop()
	for {
		var batch [][]byte
		var grown chan struct{}
		lost := false
		err := s.p.call(ctx, of(ctx, s.topic, s.n), "fetch "+s.topic, func(float64) {
			grown = s.part.grown
			if lost = s.next < s.part.first; lost {
				return
			}
			s.high = int64(len(s.part.records))
			batch = s.part.records[s.next:]
			if s.p.batch != nil {
				batch = batch[:min(len(batch), s.p.batch())]
			}
			s.p.fetched += len(batch)
		})
		if err != nil {
			return 0, err
		}
		if lost {
			return 0, fmt.Errorf("offset %d of %s: %w", s.next, s.topic, errLost)
		}
		for i, v := range batch {
			s.buffer = append(s.buffer[:0], v...)
			if err := each(s.next, s.buffer); err != nil {
				return i, err
			}
			s.p.read(func() { s.next++ })
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

func (s *source) Close() error {
	s.p.read(func() { s.p.open--; delete(s.p.sources, s) })
	return nil
}

// group deals out partitions as it is told, one generation after the other. nil is: none, until it is told again.
type group struct {
	p           *process
	stage       string
	topic       string
	generations chan []int
}

func (g *group) Run(ctx context.Context, own func(context.Context, []int, func(map[int]int64)) error) error {
	commit := func(offsets map[int]int64) {
		for n, next := range offsets {
			who := of(ctx, g.topic, n)
			who.background = false
			_ = g.p.call(context.Background(), who, "commit", func(float64) {
				if g.p.promised != nil && !g.p.fenced {
					g.p.promised(g.stage, n, next)
				}
			})
		}
	}
	var partitions []int
	for {
		for partitions == nil {
			select {
			case <-ctx.Done():
				return nil
			case partitions = <-g.generations:
			}
		}
		genCtx, cancel := context.WithCancel(ctx)
		done, mine := make(chan error, 1), partitions
		go func() { done <- own(genCtx, mine, commit) }()
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
