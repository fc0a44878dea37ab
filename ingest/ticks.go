package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// ticks moves the time of communities in the partitions where their last action did not go. On the data clock that is at
// most one tick a second and community, sent by one goroutine. On the wall clock the folds' own ticks do it, but they
// leave a community alone until it is live: so this collector's first actions of one get a tick as well, and flush
// sends one for whatever came, that all of it can be seen at once.
type ticks struct {
	log     Log
	logger  *slog.Logger
	now     func() time.Time
	timeout time.Duration

	mu      sync.Mutex
	pending map[string]pending
	known   map[string]bool // communities on the wall clock that were ticked once

	sending sync.Mutex // held while pending ticks are on their way, so that flush returns after them
	stop    context.CancelFunc
	done    chan struct{}
}

// pending is a tick to send: to event time ms, Unix milliseconds; soon, or only by a flush.
type pending struct {
	ms   int64
	soon bool
}

func newTicks(o Options) *ticks {
	ctx, stop := context.WithCancel(context.Background())
	t := &ticks{log: o.Log, logger: o.Logger, now: o.Now, timeout: o.AppendTimeout, pending: map[string]pending{}, known: map[string]bool{},
		stop: stop, done: make(chan struct{})}
	go t.run(ctx)
	return t
}

func (t *ticks) run(ctx context.Context) {
	defer close(t.done)
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			sendCtx, cancel := context.WithTimeout(ctx, t.timeout)
			if err := t.sendPending(sendCtx, false); err != nil && ctx.Err() == nil {
				t.logger.Warn("the data clock waits; it is tried again each second", slog.Any("error", err))
			}
			cancel()
		}
	}
}

// note asks for a tick of the community. Only the newest is sent. A wall clock does not go past the present.
func (t *ticks) note(community string, ms int64, dataClock bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !dataClock {
		ms = min(ms, t.now().UnixMilli())
	}
	soon := dataClock || !t.known[community]
	t.known[community] = true
	p := t.pending[community]
	t.pending[community] = pending{max(ms, p.ms), soon || p.soon}
}

// flush sends all that is pending.
func (t *ticks) flush(ctx context.Context) error { return t.sendPending(ctx, true) }

// sendPending sends what is due, or all. What could not be sent is pending again.
func (t *ticks) sendPending(ctx context.Context, all bool) error {
	t.sending.Lock()
	defer t.sending.Unlock()
	t.mu.Lock()
	due := map[string]pending{}
	for community, p := range t.pending {
		if all || p.soon {
			due[community] = p
			delete(t.pending, community)
		}
	}
	t.mu.Unlock()
	for community, p := range due {
		if err := t.send(ctx, community, p.ms); err != nil {
			t.keep(due)
			return err
		}
		delete(due, community)
	}
	return nil
}

// keep makes ticks pending again.
func (t *ticks) keep(due map[string]pending) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for community, p := range due {
		newer := t.pending[community]
		t.pending[community] = pending{max(p.ms, newer.ms), p.soon || newer.soon}
	}
}

// sendAll sends a tick of each of the communities now.
func (t *ticks) sendAll(ctx context.Context, latest map[string]int64) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(64) // each waits for the log, which takes many at once
	for community, ms := range latest {
		g.Go(func() error { return t.send(ctx, community, ms) })
	}
	return g.Wait()
}

func (t *ticks) send(ctx context.Context, community string, ms int64) error {
	value, err := proto.Marshal(&actionpb.Control{Version: schemas.Version,
		Tick: &actionpb.Tick{Community: community, Time: ms, Appended: t.now().UnixMilli()}})
	if err != nil {
		return fmt.Errorf("encoding the tick of %s: %w", community, err)
	}
	if err := t.log.Broadcast(ctx, schemas.TopicActions, value); err != nil {
		return fmt.Errorf("sending the tick of %s: %w", community, err)
	}
	return nil
}

// close stops the goroutine and sends what is pending.
func (t *ticks) close(ctx context.Context) error {
	t.stop()
	select {
	case <-t.done:
	case <-ctx.Done():
		return errors.Join(ctx.Err(), errors.New("closing the collector: the log still holds a tick"))
	}
	return t.flush(ctx)
}
