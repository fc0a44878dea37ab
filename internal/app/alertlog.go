package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rollcall-dev/rollcall/alerts/outbox"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
)

// alertLog is internal/kafka as alerts/outbox wants it.
type alertLog struct {
	config   kafka.Config
	logger   *slog.Logger
	registry prometheus.Registerer
}

// The topic has one partition: EnsureTopics refuses any other number.
const alertPartition = 0

// commitWithin bounds a commit, also the last one, after the context has ended.
const commitWithin = 3 * time.Second

// Join implements outbox.Log.
func (l alertLog) Join(ctx context.Context, group string, own func(context.Context, func(int64) error) error) error {
	g, err := kafka.JoinGroup(l.config, kafka.GroupOptions{ID: group, Topic: schemas.TopicAlerts, Registerer: l.registry, Logger: l.logger})
	if err != nil {
		return err
	}
	return g.Run(ctx, func(ctx context.Context, partitions []int) error {
		if len(partitions) == 0 { // another process has it
			<-ctx.Done()
			return nil
		}
		return own(ctx, func(offset int64) error {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitWithin)
			defer cancel()
			return g.Commit(ctx, map[int]int64{alertPartition: offset})
		})
	})
}

// Committed implements outbox.Log.
func (l alertLog) Committed(ctx context.Context, group string) (int64, error) {
	at, err := kafka.Committed(ctx, l.config, group, schemas.TopicAlerts, alertPartition+1)
	if err != nil {
		return 0, err
	}
	return at[alertPartition], nil
}

// Offsets implements outbox.Log.
func (l alertLog) Offsets(ctx context.Context) (first, next int64, err error) {
	firsts, nexts, err := kafka.Offsets(ctx, l.config, schemas.TopicAlerts)
	if err != nil {
		return 0, 0, err
	}
	return firsts[alertPartition], nexts[alertPartition], nil
}

// Open implements outbox.Log.
func (l alertLog) Open(ctx context.Context, offset int64) (outbox.Reader, error) {
	r, err := kafka.OpenReader(ctx, l.config, schemas.TopicAlerts, alertPartition, offset, kafka.ReaderOptions{})
	if err != nil {
		return nil, err
	}
	return &alertReader{Reader: r, logger: l.logger}, nil
}

type alertReader struct {
	*kafka.Reader
	logger *slog.Logger
	down   bool
}

// Fetch implements outbox.Reader. A broker that is down is waited for; the reader itself waits between tries.
func (r *alertReader) Fetch(ctx context.Context) ([]schemas.Logged, error) {
	for {
		recs, err := r.Reader.Fetch(ctx, time.Second)
		switch {
		case err == nil:
			r.down = false
			return recs, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !errors.Is(err, kafka.ErrUnavailable):
			return nil, err
		case !r.down:
			r.down = true
			r.logger.Warn("waiting for Kafka, to read alerts", "error", err)
		}
	}
}
