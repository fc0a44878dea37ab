package outbox

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	sendTimeout = 30 * time.Second // of a message, which may be several requests
	grace       = 4 * time.Second  // for the one on its way when all ends
	firstPause  = time.Second      // after a failure; then longer and longer
	longPause   = 5 * time.Minute
	mostAsked   = time.Hour // that a service may ask for: one whose clock is wrong would not be sent anything for years
	commitEvery = time.Second
	joinAgain   = 5 * time.Second
	lookEvery   = 10 * time.Second
)

// sender takes the log to one receiver.
type sender struct {
	o       *Options
	r       *Receiver
	metrics receiverMetrics
	limit   *rate.Limiter
	pause   *backoff.ExponentialBackOff

	mu      sync.Mutex
	state   State
	since   time.Time // of the alert that waits longest
	high    int64     // the log's end
	settled int64
}

func newSender(o *Options, r *Receiver, m receiverMetrics) *sender {
	s := &sender{o: o, r: r, metrics: m, limit: rate.NewLimiter(rate.Inf, 1), pause: backoff.NewExponentialBackOff(),
		state: State{Name: r.Name, Type: r.Type}}
	if r.PerMinute > 0 {
		s.limit = rate.NewLimiter(rate.Limit(r.PerMinute/60), max(1, int(r.PerMinute/4)))
	}
	s.pause.InitialInterval, s.pause.MaxInterval, s.pause.Multiplier = firstPause, longPause, 2
	s.pause.Reset()
	return s
}

// run is in the group until ctx ends. Trouble with the log is sat out.
func (s *sender) run(ctx context.Context) error {
	return s.o.Log.Join(ctx, Group(s.r.Name), func(ctx context.Context, commit func(int64) error) error {
		s.own(true)
		defer s.own(false)
		for {
			err := s.follow(ctx, commit)
			if ctx.Err() != nil {
				return nil
			}
			s.o.Logger.Warn("alerts cannot be read; trying again", "receiver", s.r.Name, "error", err)
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(joinAgain):
			}
		}
	})
}

// follow sends from the committed offset on, until ctx or the reader ends.
func (s *sender) follow(ctx context.Context, commit func(int64) error) error {
	q, reader, err := s.open(ctx, commit)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	batches := make(chan []schemas.Logged)
	var failed error
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(batches)
		failed = s.read(ctx, reader, batches)
	})
	defer wg.Wait()
	defer cancel()
	shift := &shift{sender: s, queue: q, commit: commit, told: q.settled()}
	shift.work(ctx, batches)
	if ctx.Err() == nil { // the reader ended, and closed batches after it said why
		return failed
	}
	return nil
}

func (s *sender) read(ctx context.Context, reader Reader, batches chan<- []schemas.Logged) error {
	defer func() { _ = reader.Close() }()
	for {
		recs, err := reader.Fetch(ctx)
		if err != nil {
			return err
		}
		s.highWater(reader.HighWater())
		if len(recs) == 0 {
			continue
		}
		if err := s.pass(ctx, kept(recs), batches); err != nil {
			return err
		}
	}
}

// kept copies records: the next Fetch takes their memory.
func kept(recs []schemas.Logged) []schemas.Logged {
	out := slices.Clone(recs)
	for i := range out {
		out[i].Value = bytes.Clone(out[i].Value)
	}
	return out
}

// pass hands a batch on. While the queue is full it looks how far the log has come, for the lag that is shown.
func (s *sender) pass(ctx context.Context, batch []schemas.Logged, batches chan<- []schemas.Logged) error {
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case batches <- batch:
			return nil
		case <-every.C:
			if _, next, err := s.o.Log.Offsets(ctx); err == nil {
				s.highWater(next)
			}
		}
	}
}

// open makes the queue of a place in the log: what came before is recalled.
func (s *sender) open(ctx context.Context, commit func(int64) error) (*queue, Reader, error) {
	at, err := s.o.Log.Committed(ctx, Group(s.r.Name))
	if err != nil {
		return nil, nil, fmt.Errorf("asking how far receiver %s has come: %w", s.r.Name, err)
	}
	first, next, err := s.o.Log.Offsets(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("asking for the alerts: %w", err)
	}
	isNew := at < 0 || at > next // or the topic was made anew
	if isNew {
		at = next
	}
	at = max(at, first)
	from := max(first, at-mostKnown)
	q := newQueue(s.r, s.o.Place, from)
	reader, err := s.o.Log.Open(ctx, from)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the alerts: %w", err)
	}
	rest, err := s.recall(ctx, reader, q, at, isNew)
	if err == nil && isNew { // so that it is not new again if this process is killed
		q.begin()
		err = commit(q.settled())
	}
	if err == nil && len(rest) > 0 {
		now := time.Now()
		for _, rec := range rest {
			s.take(q, rec, now)
		}
	}
	if err != nil {
		_ = reader.Close()
		return nil, nil, err
	}
	q.next = max(q.next, at)
	return q, reader, nil
}

// recall reads up to an offset, and returns what was read beyond it.
func (s *sender) recall(ctx context.Context, reader Reader, q *queue, to int64, isNew bool) (rest []schemas.Logged, err error) {
	for q.next < to {
		recs, err := reader.Fetch(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the alerts before: %w", err)
		}
		now := time.Now()
		for i, rec := range recs {
			a, err := decode(rec)
			switch {
			case rec.Offset >= to:
				return kept(recs[i:]), nil
			case err != nil: // was reported when it was new
				q.next = rec.Offset + 1
			case isNew:
				q.take(change{rec.Offset, a, rec.Appended}, now)
			default:
				q.recall(change{rec.Offset, a, rec.Appended})
			}
		}
	}
	return nil, nil
}

func decode(rec schemas.Logged) (*actionpb.Alert, error) {
	a := new(actionpb.Alert)
	if err := proto.Unmarshal(rec.Value, a); err != nil {
		return nil, fmt.Errorf("reading an alert: %w", schemas.ErrEncoding)
	}
	if a.Version > schemas.Version {
		return nil, fmt.Errorf("reading an alert of version %d: %w; update Rollcall", a.Version, schemas.ErrVersion)
	}
	if a.AlertId == "" || a.Community == "" {
		return nil, fmt.Errorf("reading an alert without an id or a community: %w", schemas.ErrEncoding)
	}
	return a, nil
}

func (s *sender) take(q *queue, rec schemas.Logged, now time.Time) {
	a, err := decode(rec)
	if err != nil {
		s.metrics.unread.Inc()
		s.o.Logger.Error("a record of the alerts was passed over", "receiver", s.r.Name, "offset", rec.Offset, "error", err)
		q.next = rec.Offset + 1
		return
	}
	q.take(change{rec.Offset, a, rec.Appended}, now)
}

// send sends a message. One that is on its way when ctx ends has a moment to arrive: else it would be sent again.
func (s *sender) send(ctx context.Context, m alerts.Message) error {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		wait := time.AfterFunc(grace, cancel)
		<-sending.Done()
		wait.Stop()
	})
	defer stop()
	return s.r.Channel.Send(sending, m)
}
