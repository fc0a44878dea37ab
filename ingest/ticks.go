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

// ticks moves the time of communities on the data clock in the partitions where their last action did not go: at most one
// tick a second and community, sent by one goroutine.
type ticks struct {
	log     Log
	logger  *slog.Logger
	now     func() time.Time
	timeout time.Duration

	mu      sync.Mutex
	pending map[string]int64 // community → event time, Unix milliseconds

	sending sync.Mutex // held while pending ticks are on their way, so that flush returns after them
	stop    context.CancelFunc
	done    chan struct{}
}

func newTicks(o Options) *ticks {
	ctx, stop := context.WithCancel(context.Background())
	t := &ticks{log: o.Log, logger: o.Logger, now: o.Now, timeout: o.AppendTimeout, pending: map[string]int64{},
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
			if err := t.flush(sendCtx); err != nil && ctx.Err() == nil {
				t.logger.Warn("the data clock waits; it is tried again each second", slog.Any("error", err))
			}
			cancel()
		}
	}
}

// note asks for a tick of the community. Only the newest is sent.
func (t *ticks) note(community string, ms int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pending[community] = max(ms, t.pending[community])
}

// flush sends what is pending. What could not be sent is pending again.
func (t *ticks) flush(ctx context.Context) error {
	t.sending.Lock()
	defer t.sending.Unlock()
	t.mu.Lock()
	pending := t.pending
	t.pending = map[string]int64{}
	t.mu.Unlock()
	for community, ms := range pending {
		if err := t.send(ctx, community, ms); err != nil {
			for community, ms := range pending {
				t.note(community, ms)
			}
			return err
		}
		delete(pending, community)
	}
	return nil
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
