package live

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/rollcall-dev/rollcall/bench/load"
	"github.com/rollcall-dev/rollcall/bench/measure"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
)

const (
	probeEvery = 20 * time.Millisecond // between two marked actions
	pollEvery  = 20 * time.Millisecond // between two looks at the table: what is measured is that much coarser
	probers    = 8                     // members whose actions are marked, so that several partitions have some
	community  = "probe"
	giveUp     = time.Minute
)

// Latency is what marked actions took under one load, in milliseconds from when they were due to be sent.
type Latency struct {
	Share    float64 `json:"share"` // of the highest rate
	Rate     float64 `json:"rate"`  // actions a second
	Answered Times   `json:"answered"`
	Visible  Times   `json:"visible"`
	CPU      float64 `json:"cpu_per_s"` // of the process, seconds a second
}

// Times are percentiles in milliseconds.
type Times struct {
	Count int64   `json:"count"`
	P50   float64 `json:"p50"`
	P90   float64 `json:"p90"`
	P99   float64 `json:"p99"`
	Max   float64 `json:"max"`
}

func timesOf(h *hdrhistogram.Histogram) Times {
	ms := func(us int64) float64 { return float64(us) / 1000 }
	return Times{h.TotalCount(), ms(h.ValueAtQuantile(50)), ms(h.ValueAtQuantile(90)), ms(h.ValueAtQuantile(99)), ms(h.Max())}
}

// probes are the marked actions under way. The actions of one member become visible in order.
type probes struct {
	run      int64
	mu       sync.Mutex
	due      [probers][]time.Time // by sequence number
	seen     [probers]int
	answered *hdrhistogram.Histogram
	visible  *hdrhistogram.Histogram
}

func newProbes() *probes {
	h := func() *hdrhistogram.Histogram { return hdrhistogram.New(1, int64(giveUp/time.Microsecond), 3) }
	return &probes{run: time.Now().UnixMilli(), answered: h(), visible: h()}
}

// body is the next marked action, which was due at a time.
func (p *probes) body(i int, due time.Time) []byte {
	m := i % probers
	p.mu.Lock()
	defer p.mu.Unlock()
	p.due[m] = append(p.due[m], due)
	return fmt.Appendf(nil, `{"id":"probe-%d-%d","community":%q,"member":"probe-%d-%d","kind":"visit","time":%d,"value":%d}`,
		p.run, i, community, p.run, m, time.Now().UnixMilli(), len(p.due[m]))
}

func (p *probes) sent(due time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.answered.RecordValue(time.Since(due).Microseconds())
}

// look records what is visible by now, and returns how many are not.
func (p *probes) look(ctx context.Context, db *clickhouse.DB) (left int, err error) {
	sql := fmt.Sprintf("SELECT member, max(value) FROM rollcall.actions WHERE community = '%s' AND member LIKE 'probe-%d-%%' GROUP BY member", community, p.run)
	r, err := db.Query(ctx, sql, nil)
	if err != nil {
		return 0, fmt.Errorf("looking for the marked actions: %w", err)
	}
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, row := range r.Rows {
		var run int64
		var m int
		if _, err := fmt.Sscanf(fmt.Sprint(row[0]), "probe-%d-%d", &run, &m); err != nil {
			return 0, err
		}
		newest, _ := row[1].(float64)
		for ; p.seen[m] < int(newest); p.seen[m]++ {
			if err := p.visible.RecordValue(now.Sub(p.due[m][p.seen[m]]).Microseconds()); err != nil {
				return 0, fmt.Errorf("a marked action took longer than %v", giveUp)
			}
		}
	}
	for m := range p.due {
		left += len(p.due[m]) - p.seen[m]
	}
	return left, nil
}

// Measure sends at a rate for d, without waiting for answers, with marked actions among the others.
func Measure(ctx context.Context, u *Up, o load.Options, each int, rate float64, d time.Duration) (l Latency, err error) {
	db, err := clickhouse.Open("http://"+u.ClickHouse, clickhouse.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return l, err
	}
	defer func() { _ = db.Close() }()
	o.Seed = uint64(time.Now().UnixNano())
	b, err := newBodies(o, each)
	if err != nil {
		return l, err
	}
	s, p := newSender(u), newProbes()
	cpu, err := measure.CPUOf(u.PID)
	if err != nil {
		return l, err
	}
	began := time.Now()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var senders sync.WaitGroup
	var mu sync.Mutex
	senders.Go(func() {
		if err := schedule(ctx, rate/float64(each), d, func(ctx context.Context, _ int, _ time.Time) error {
			mu.Lock()
			body := b.next()
			mu.Unlock()
			return s.post(ctx, body)
		}); err != nil {
			cancel(err)
		}
	})
	senders.Go(func() {
		if err := schedule(ctx, float64(time.Second/probeEvery), d, func(ctx context.Context, i int, due time.Time) error {
			err := s.post(ctx, p.body(i, due))
			p.sent(due)
			return err
		}); err != nil {
			cancel(err)
		}
	})
	sent := make(chan struct{})
	go func() { senders.Wait(); close(sent) }()
	if err := p.follow(ctx, db, sent); err != nil {
		return l, err
	}
	after, err := measure.CPUOf(u.PID)
	return Latency{Rate: rate, Answered: timesOf(p.answered), Visible: timesOf(p.visible), CPU: (after - cpu).Seconds() / time.Since(began).Seconds()}, err
}

// follow looks until all is sent and seen.
func (p *probes) follow(ctx context.Context, db *clickhouse.DB, sent <-chan struct{}) error {
	var end time.Time
	for ; ; time.Sleep(pollEvery) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		left, err := p.look(ctx, db)
		if err != nil {
			return err
		}
		select {
		case <-sent:
			if left == 0 {
				return nil
			}
			if end.IsZero() {
				end = time.Now().Add(giveUp)
			}
			if time.Now().After(end) {
				return fmt.Errorf("%d marked actions are not visible %v after the last was sent", left, giveUp)
			}
		default:
		}
	}
}
