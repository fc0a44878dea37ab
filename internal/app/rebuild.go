package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	rebuildBatch  = 20_000 // actions between two ticks of the second state
	rebuildRecord = 200    // actions in one record, at most
	rebuildBytes  = 256 << 10
)

// Rebuilt is how far a rebuild has come, and with Done what it did.
type Rebuilt struct {
	Community string  `json:"community"`
	Actions   int64   `json:"actions"` // folded so far
	Total     int64   `json:"total"`
	TookIn    int64   `json:"took_in"` // of these late before
	Late      int64   `json:"late"`    // late still; with Done
	Epoch     uint32  `json:"epoch"`
	Seconds   float64 `json:"seconds"`
	Done      bool    `json:"done"`
	Error     string  `json:"error,omitempty"`
}

// rebuilding folds one community anew: it appends the archive to the log, in event-time order, for a second state beside
// the live one, and then the record that swaps them (ADR 9, processors/rebuild.go).
type rebuilding struct {
	s        *server
	epoch    uint32
	settings *actionpb.Settings
	parts    [][]*actionpb.Restated // by partition, on their way
	sizes    []int
	batch    int
	newest   int64
	marked   []int64 // by partition, where the log ended just before the mark: what lies beyond may be kept by the folds
	began    time.Time
	decided  bool // that it swaps: from then on it goes to its end, at the next start if need be
	state    Rebuilt
	progress func(Rebuilt)
}

// postRebuild answers with a line of JSON now and then, the last one with "done" or "error".
func (s *server) postRebuild(w http.ResponseWriter, r *http.Request) {
	var c CommunitySetting
	if err := readJSON(r, &c); err != nil {
		answer(func(*http.Request) (any, error) { return nil, err })(w, r)
		return
	}
	if !s.lockRebuilds(r.Context()) {
		problem.New(http.StatusConflict, "another rebuild is running: wait for it to end").Write(w)
		return
	}
	defer s.rebuilding.Unlock()
	b, err := s.beginRebuild(r.Context(), c)
	if err != nil {
		answer(func(*http.Request) (any, error) { return nil, err })(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	out, flush := json.NewEncoder(w), http.NewResponseController(w)
	said := time.Time{}
	b.progress = func(p Rebuilt) {
		if now := time.Now(); p.Done || p.Error != "" || now.Sub(said) >= 200*time.Millisecond {
			said = now
			_ = out.Encode(p) // a client that is gone ends the context
			_ = flush.Flush()
		}
	}
	if err := b.run(r.Context()); err != nil {
		if !b.decided {
			b.s.giveUp(b.settings.Community, b.epoch)
		}
		b.state.Error = err.Error()
		b.tell()
	}
}

// beginRebuild takes an epoch and merges the settings.
func (s *server) beginRebuild(ctx context.Context, c CommunitySetting) (*rebuilding, error) {
	if c.Clock != "" || c.Bots != nil || c.Staff != nil {
		return nil, problem.New(http.StatusBadRequest, "a rebuild changes time_zone, lateness and weights; clock, bots and staff are set without one: rollcall community set %s", c.Community)
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	total, err := s.countActions(ctx, c.Community, "1")
	if err != nil {
		return nil, err
	}
	if total == 0 {
		return nil, problem.New(http.StatusNotFound, "nothing was ever accepted for a community %q; `rollcall community list` shows them", c.Community)
	}
	s.settings.changing.Lock()
	defer s.settings.changing.Unlock()
	if err := s.settings.sync(ctx); err != nil {
		return nil, err
	}
	now, err := s.settings.merged(CommunitySetting{Community: c.Community})
	if err != nil {
		return nil, err
	}
	if now.Feeder != "" && now.Feeder != s.id {
		return nil, rebuiltBy(now.Feeder)
	}
	now.Epoch++
	now.Feeder = s.id
	if err := s.settings.store(ctx, now); err != nil {
		return nil, err
	}
	if set, _ := s.settings.registry.Community(c.Community); set.GetFeeder() != s.id { // the other's record came first
		return nil, rebuiltBy(set.GetFeeder())
	}
	set, err := s.settings.merged(c)
	if err == nil {
		_, err = s.settings.registry.SetCommunity(set)
	}
	if err != nil {
		return nil, errors.Join(problem.New(http.StatusBadRequest, "%v", err), s.release(ctx, c.Community, now.Epoch))
	}
	return &rebuilding{s: s, epoch: set.Epoch, settings: set, began: time.Now(), state: Rebuilt{Community: c.Community, Epoch: set.Epoch, Total: total}}, nil
}

func rebuiltBy(process string) error {
	return problem.New(http.StatusConflict, "process %s is rebuilding it: wait for it to end", process)
}

func (b *rebuilding) tell() {
	b.state.Seconds = time.Since(b.began).Seconds()
	b.progress(b.state)
}

// run feeds what the archive held at its start, then what came meanwhile, and swaps.
func (b *rebuilding) run(ctx context.Context) error {
	name := b.settings.Community
	_, before, err := kafka.Offsets(ctx, b.s.config, schemas.TopicActions)
	if err != nil {
		return err
	}
	b.parts, b.sizes = make([][]*actionpb.Restated, len(before)), make([]int, len(before))
	if err := b.s.settle(ctx); err != nil {
		return err
	}
	if err := b.step(ctx, &actionpb.Rebuild{Begin: b.settings}); err != nil {
		return err
	}
	if err := b.feed(ctx, nil, before); err != nil {
		return err
	}
	if _, b.marked, err = kafka.Offsets(ctx, b.s.config, schemas.TopicActions); err != nil {
		return err
	}
	if err := b.step(ctx, &actionpb.Rebuild{Mark: true}); err != nil {
		return err
	}
	if err := b.s.settle(ctx); err != nil {
		return err
	}
	if err := b.feed(ctx, before, nil); err != nil { // the folds pass over what lies behind the mark: they kept it
		return err
	}
	if err := b.swap(ctx); err != nil {
		if !b.decided {
			return err
		}
		return fmt.Errorf("the swap is decided, and will be completed, at the next start if not before: %w", err)
	}
	rows, err := b.s.db.Query(ctx, "SELECT epoch FROM rollcall.communities FINAL WHERE community = {community:String}", map[string]string{"community": name})
	if err != nil {
		return err
	}
	if len(rows.Rows) == 0 || rows.Rows[0][0] != b.epoch {
		return fmt.Errorf("the folds do not say that %s was rebuilt; `rollcall status` shows whether they wait for something", name)
	}
	if b.state.Late, err = b.s.countActions(ctx, name, "late = 1"); err != nil {
		return err
	}
	b.state.Total, b.state.Done = b.state.Actions, true
	b.tell()
	return nil
}

// step sends a step to every partition.
func (b *rebuilding) step(ctx context.Context, r *actionpb.Rebuild) error {
	value, err := b.encode(r)
	if err != nil {
		return err
	}
	return b.s.producer.Broadcast(ctx, schemas.TopicActions, value)
}

// swap stores the settings and that the swap is decided, makes the second state the live one, and waits until that is
// seen. It goes to its end even if the client goes away.
func (b *rebuilding) swap(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), waitLimit)
	defer cancel()
	s := b.s.settings
	s.changing.Lock()
	defer s.changing.Unlock()
	if err := s.sync(ctx); err != nil {
		return err
	}
	now, err := s.merged(CommunitySetting{Community: b.settings.Community})
	if err != nil {
		return err
	}
	if now.Epoch != b.epoch || now.Feeder != b.s.id {
		return b.givenUp()
	}
	b.settings.Clock, b.settings.Bots, b.settings.Staff, b.settings.Alerting = now.Clock, now.Bots, now.Staff, now.Alerting // may have changed meanwhile
	b.settings.Swapping = true
	if err := s.store(ctx, b.settings); err != nil {
		return err
	}
	set, _ := s.registry.Community(b.settings.Community)
	if set.GetEpoch() != b.epoch || set.GetFeeder() != b.s.id || !set.GetSwapping() { // another's record came first
		return b.givenUp()
	}
	b.decided = true
	if err := b.s.completeSwap(ctx, b.settings); err != nil {
		return err
	}
	return b.s.settle(ctx)
}

func (b *rebuilding) givenUp() error {
	return fmt.Errorf("process %s was away for so long that another gave the rebuild up: rebuild again", b.s.id)
}

// completeSwap tells every partition of a swap that was decided, and then that all have been told. Twice does no harm.
func (s *server) completeSwap(ctx context.Context, set *actionpb.Settings) error {
	b := &rebuilding{s: s, epoch: set.Epoch, settings: set}
	if err := b.step(ctx, &actionpb.Rebuild{Swap: true}); err != nil {
		return err
	}
	set.Swapping, set.Feeder = false, ""
	return s.settings.store(ctx, set)
}

// giveUp makes the folds drop a second state that will not be finished, and lets others begin one. It is tried for a
// moment; the next start, keepRebuilds or the next rebuild does it too.
func (s *server) giveUp(community string, epoch uint32) {
	ctx, cancel := context.WithTimeout(context.Background(), flushWithin)
	defer cancel()
	b := &rebuilding{s: s, epoch: epoch, settings: &actionpb.Settings{Community: community}}
	err := b.step(ctx, &actionpb.Rebuild{GiveUp: true})
	if err == nil {
		err = s.release(ctx, community, epoch)
	}
	if err != nil {
		s.logger.Warn("an unfinished rebuild stays in memory until the next start", "community", community, "error", err)
	}
}

// endRebuilds completes or gives up what a process that died left behind.
func (s *server) endRebuilds(ctx context.Context) error {
	for _, set := range s.settings.registry.Communities() {
		switch {
		case set.Swapping:
			if err := s.completeSwap(ctx, set); err != nil {
				return fmt.Errorf("completing the rebuild of %s: %w", set.Community, err)
			}
		case set.Epoch > 0:
			s.giveUp(set.Community, set.Epoch)
		}
	}
	return nil
}

// release says that nobody feeds a rebuild any more.
func (s *server) release(ctx context.Context, community string, epoch uint32) error {
	set, ok := s.settings.registry.Community(community)
	if !ok || set.Epoch != epoch || set.Feeder == "" || set.Swapping {
		return nil
	}
	set.Feeder = ""
	return s.settings.store(ctx, set)
}

func (s *server) countActions(ctx context.Context, community, where string) (int64, error) {
	rows, err := s.db.Query(ctx, "SELECT count() FROM rollcall.actions FINAL WHERE community = {community:String} AND "+where, map[string]string{"community": community})
	if err != nil {
		return 0, fmt.Errorf("counting the actions of %s: %w", community, err)
	}
	n, _ := rows.Rows[0][0].(uint64)
	return int64(n), nil
}
