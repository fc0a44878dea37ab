package app

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/rollcall-dev/rollcall/alerts/outbox"
	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Status is what `rollcall status` and the console show of the pipeline.
type Status struct {
	Ready    bool              `json:"ready"`
	Problem  string            `json:"problem,omitempty"` // why not ready, for a person
	Accepted uint64            `json:"accepted"`          // actions in the table actions
	Late     uint64            `json:"late"`
	Rejected map[string]uint64 `json:"rejected"` // by reason
	Stages   []Position        `json:"stages"`
	Sinks    []Sink            `json:"sinks"`
	// Receivers of alerts, where this process sends to some.
	Receivers []outbox.State `json:"receivers,omitempty"`
	Last      int64          `json:"last"` // newest acceptance, Unix milliseconds
	Version   string         `json:"version"`
}

// Sink is a store that rows go to.
type Sink struct {
	Name string `json:"name"`
	Up   bool   `json:"up"`
}

func (s *server) getStatus(r *http.Request) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	out := Status{Ready: true, Rejected: map[string]uint64{}, Version: Version()}
	if err := s.check(ctx); err != nil {
		out.Ready, out.Problem = false, err.Error()
	}
	var err error
	if out.Stages, err = s.positions(ctx); err != nil {
		out.Stages, out.Ready = s.ownPositions(), false
		out.Problem = cmp.Or(out.Problem, err.Error())
	}
	if s.outbox != nil {
		out.Receivers = s.outbox.States()
	}
	up := s.db.Ping(ctx) == nil
	out.Sinks = []Sink{{"clickhouse", up}}
	if !up {
		return out, nil
	}
	n, err := s.counts.get(ctx, s.db)
	if err != nil { // too busy to count, right after a start: all else is known
		out.Ready, out.Problem = false, cmp.Or(out.Problem, err.Error())
		return out, nil
	}
	out.Accepted, out.Late, out.Last, out.Rejected = n.accepted, n.late, n.last, n.rejected
	return out, nil
}

const (
	waitLimit   = 10 * time.Minute
	flushWithin = 30 * time.Second
	// collectorTicks is how long after an action's acknowledgement its collector has sent a tick of its community, where
	// that waits for one.
	collectorTicks = 1500 * time.Millisecond
)

// postWait answers when all that was accepted before the call is visible in ClickHouse.
func (s *server) postWait(r *http.Request) (any, error) {
	began := time.Now()
	if err := s.flush(r.Context(), waitLimit); err != nil {
		return nil, err
	}
	return map[string]float64{"seconds": time.Since(began).Seconds()}, nil
}

// flush returns when all that was accepted before the call is visible in ClickHouse. A cut is asked for by a tick, so
// signals that are still gathering come too.
func (s *server) flush(ctx context.Context, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := s.flushTicks(ctx); err != nil {
		return err
	}
	return s.settle(ctx)
}

// settle returns when all that is in the log is visible in ClickHouse.
func (s *server) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, waitLimit)
	defer cancel()
	now := time.Now()
	if err := s.producer.Broadcast(ctx, schemas.TopicActions, stream.Tick("", now, now)); err != nil {
		return err
	}
	for _, stage := range stageTopics {
		if err := s.waitFor(ctx, stage[0], stage[1]); err != nil {
			return err
		}
	}
	s.counts.forget(time.Now())
	return nil
}

// flushTicks returns when the collector's ticks of what it acknowledged before are in the log; those of collectors
// elsewhere come by themselves.
func (s *server) flushTicks(ctx context.Context) error {
	if s.collector != nil {
		return s.collector.FlushTicks(ctx)
	}
	return sleepUntil(ctx, time.Now().Add(collectorTicks))
}

// restoreClocks ticks the communities on the data clock up to their newest action: a tick that was waiting in a process
// that was killed is lost, and their time would stand still until the next action.
func (s *server) restoreClocks(ctx context.Context) error {
	rows, err := s.db.Query(ctx, "SELECT community, toUnixTimestamp64Milli(max(last_seen)) FROM rollcall.members_activity WHERE position(community, '@') = 0 GROUP BY community", nil)
	if err != nil {
		return fmt.Errorf("reading the communities' clocks: %w", err)
	}
	for _, row := range rows.Rows {
		name, _ := row[0].(string)
		last, _ := row[1].(int64)
		if !s.settings.registry.DataClock([]byte(name)) {
			continue
		}
		if err := s.producer.Broadcast(ctx, schemas.TopicActions, stream.Tick(name, time.UnixMilli(last), time.Now())); err != nil {
			return fmt.Errorf("restoring the clock of %s: %w", name, err)
		}
	}
	return nil
}

// waitFor returns when a stage has delivered all that its topic holds now.
func (s *server) waitFor(ctx context.Context, stage, topic string) error {
	_, next, err := kafka.Offsets(ctx, s.config, topic)
	if err != nil {
		return err
	}
	for {
		missing, here, err := s.missing(ctx, stage, topic, next)
		if err != nil {
			return err
		}
		if missing == 0 {
			return nil
		}
		again := 10 * time.Millisecond
		if !here {
			again = 100 * time.Millisecond // another process flushes in its own time, and tells then
		}
		s.engine.Flush()
		select {
		case <-ctx.Done():
			return problem.New(http.StatusServiceUnavailable, "%d records of the %s stage are not visible yet; `rollcall status` shows what they wait for", missing, stage)
		case <-s.running.Done():
			return problem.New(http.StatusServiceUnavailable, "the instance is stopping")
		case <-time.After(again):
		}
	}
}

// missing returns how many records before next are not delivered, and whether this process has all the partitions that
// they are in.
func (s *server) missing(ctx context.Context, stage, topic string, next []int64) (n int64, here bool, err error) {
	own := s.ownByPlace()
	var told []int64
	here = true
	for p, end := range next {
		at, mine := own[place{stage, p}]
		if !mine {
			if here = false; told == nil {
				if told, err = kafka.Committed(ctx, s.config, groupID(stage), topic, len(next)); err != nil {
					return 0, false, err
				}
			}
			at.Delivered = max(0, told[p])
		}
		n += max(0, end-at.Delivered)
	}
	return n, here, nil
}
