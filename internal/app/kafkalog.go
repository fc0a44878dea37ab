package app

import (
	"context"
	"slices"
	"time"

	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/schemas"
)

// kafkaLog is internal/kafka as internal/stream wants it.
type kafkaLog struct {
	*kafka.Producer
	config kafka.Config
}

func (k kafkaLog) Open(ctx context.Context, topic string, partition int, offset int64) (stream.Source, error) {
	r, err := kafka.OpenReader(ctx, k.config, topic, partition, offset, kafka.ReaderOptions{})
	return &batches{Reader: r}, err
}

type batches struct {
	*kafka.Reader
	records []schemas.Logged
}

func (b *batches) Fetch(ctx context.Context, maxWait time.Duration) ([]schemas.Logged, error) {
	b.records = b.records[:0]
	_, err := b.Reader.Fetch(ctx, maxWait, func(offset int64, value []byte) error {
		b.records = append(b.records, schemas.Logged{Offset: offset, Value: slices.Clone(value)})
		return nil
	})
	return b.records, err
}

func (k kafkaLog) Offsets(ctx context.Context, topic string) (first, next []int64, err error) {
	return kafka.Offsets(ctx, k.config, topic)
}

// kafkaGroup is a consumer group as internal/stream wants it.
type kafkaGroup struct{ *kafka.Group }

func (g kafkaGroup) Run(ctx context.Context, own func(context.Context, []int, func(map[int]int64)) error) error {
	return g.Group.Run(ctx, func(ctx context.Context, partitions []int) error {
		return own(ctx, partitions, func(offsets map[int]int64) { g.Commit(ctx, offsets) })
	})
}
