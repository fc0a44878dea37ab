package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rollcall-dev/rollcall/internal/clickhouse"
)

// counted is how much there is in the tables actions and rejected.
type counted struct {
	accepted, late uint64
	last           int64 // newest acceptance, Unix milliseconds
	rejected       map[string]uint64
}

// tallies keeps the last answer, since counting with FINAL reads whole tables and a console asks every second: for two
// seconds, or twenty times as long as counting took.
type tallies struct {
	mu    sync.Mutex // held while counting, so that it is done once for all who ask
	kept  *counted
	began time.Time // when kept was asked for
	until time.Time
}

const (
	countsFor   = 2 * time.Second
	countsShare = 20
)

// forget makes what was asked for before now unfit for an answer: more has become visible, and somebody was told so.
func (c *tallies) forget(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept != nil && c.began.Before(now) {
		c.kept = nil
	}
}

func (c *tallies) get(ctx context.Context, db *clickhouse.DB) (*counted, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	began := time.Now()
	if c.kept != nil && began.Before(c.until) {
		return c.kept, nil
	}
	n, err := count(ctx, db)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	c.kept, c.began, c.until = n, began, now.Add(max(countsFor, countsShare*now.Sub(began)))
	return n, nil
}

func count(ctx context.Context, db *clickhouse.DB) (*counted, error) {
	out := &counted{rejected: map[string]uint64{}}
	rows, err := db.Query(ctx, "SELECT count(), countIf(late = 1), toUnixTimestamp64Milli(max(received)) FROM rollcall.actions FINAL WHERE position(community, '@') = 0", nil)
	if err != nil {
		return nil, fmt.Errorf("counting actions: %w", err)
	}
	for _, row := range rows.Rows {
		out.accepted, _ = row[0].(uint64)
		out.late, _ = row[1].(uint64)
		out.last, _ = row[2].(int64)
	}
	rows, err = db.Query(ctx, "SELECT reason, count() FROM rollcall.rejected FINAL GROUP BY reason", nil)
	if err != nil {
		return nil, fmt.Errorf("counting the rejected: %w", err)
	}
	for _, row := range rows.Rows {
		reason, _ := row[0].(string)
		out.rejected[reason], _ = row[1].(uint64)
	}
	return out, nil
}
