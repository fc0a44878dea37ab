package app

import (
	"context"
	"time"

	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	keepEvery = 5 * time.Second
	// goneAfter is how long a process is in no group before its rebuild is nobody's: one may have to join anew.
	goneAfter = 20 * time.Second
)

// keepRebuilds completes or gives up the rebuilds of processes that are gone, as the next start does where there is one
// process only. Two that do it at once do no harm.
func (p *program) keepRebuilds(ctx context.Context) error {
	missed := map[string]time.Time{} // since when a process is not there
	every := time.NewTicker(keepEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-every.C:
			p.endAbandoned(ctx, missed, now)
		}
	}
}

// lockRebuilds waits a moment for a rebuild that has said its last word, or for a look at what is abandoned.
func (s *server) lockRebuilds(ctx context.Context) bool {
	for range 50 {
		if s.rebuilding.TryLock() {
			return true
		}
		if sleepUntil(ctx, time.Now().Add(20*time.Millisecond)) != nil {
			return false
		}
	}
	return false
}

func (s *server) endAbandoned(ctx context.Context, missed map[string]time.Time, now time.Time) {
	for _, set := range s.settings.registry.Communities() {
		if set.Feeder == "" && !set.Swapping {
			continue
		}
		if set.Feeder != s.id && !s.gone(ctx, set.Feeder, missed, now) {
			continue
		}
		if !s.rebuilding.TryLock() { // ours, and under way
			continue
		}
		s.endAbandonedOne(ctx, set)
		s.rebuilding.Unlock()
	}
}

func (s *server) endAbandonedOne(ctx context.Context, set *actionpb.Settings) {
	if now, _ := s.settings.registry.Community(set.Community); now.GetFeeder() != set.Feeder || now.GetEpoch() != set.Epoch || now.GetSwapping() != set.Swapping {
		return // it has come to its end meanwhile
	}
	s.logger.Info("ending the rebuild of a process that is gone", "community", set.Community, "process", set.Feeder, "swap", set.Swapping)
	if !set.Swapping {
		s.giveUp(set.Community, set.Epoch)
		return
	}
	s.settings.changing.Lock()
	defer s.settings.changing.Unlock()
	if err := s.completeSwap(ctx, set); err != nil && ctx.Err() == nil {
		s.logger.Warn("the swap of a rebuild is not complete; it is tried again", "community", set.Community, "error", err)
	}
}

// gone reports whether a process has been in no group for a while.
func (s *server) gone(ctx context.Context, process string, missed map[string]time.Time, now time.Time) bool {
	members, stable, err := kafka.GroupMembers(ctx, s.config, groupID(stageTopics[0][0]), stageTopics[0][1])
	if err != nil || !stable {
		return false // nobody knows now
	}
	for _, m := range members {
		if processOf(m.ClientID) == process {
			delete(missed, process)
			return false
		}
	}
	since, ok := missed[process]
	if !ok {
		missed[process] = now
		return false
	}
	return now.Sub(since) >= goneAfter
}
