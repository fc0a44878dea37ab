package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
)

// source reuses the slice that it hands out, as a client does, but not the values.
type source struct {
	p       *process
	topic   string
	n       int
	part    *partition
	next    int64
	high    int64
	records []schemas.Logged
	buf     []byte // the values, whose memory the next ones take, as a reader's do
}

func (s *source) Fetch(ctx context.Context, maxWait time.Duration) ([]schemas.Logged, error) {
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
			return nil, err
		}
		if lost {
			return nil, fmt.Errorf("offset %d of %s: %w", s.next, s.topic, errLost)
		}
		clear(s.records)
		s.records = s.records[:0]
		s.buf = slices.Grow(s.buf[:0], len(slices.Concat(batch...)))
		for i, v := range batch {
			at := len(s.buf)
			s.buf = append(s.buf, v...)
			s.records = append(s.records, schemas.Logged{Offset: s.next + int64(i), Value: s.buf[at:len(s.buf):len(s.buf)]})
		}
		s.p.read(func() { s.next += int64(len(batch)) })
		if len(batch) > 0 {
			return s.records, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-timer.C:
			return nil, nil
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
	topic       string
	generations chan []int
}

func (g *group) Run(ctx context.Context, own func(context.Context, []int) error) error {
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
		go func() { done <- own(genCtx, mine) }()
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
