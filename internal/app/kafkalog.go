package app

import (
	"context"

	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
)

// kafkaLog is internal/kafka as internal/stream wants it.
type kafkaLog struct {
	*kafka.Producer
	config kafka.Config
}

func (k kafkaLog) Open(ctx context.Context, topic string, partition int, offset int64) (stream.Source, error) {
	r, err := kafka.OpenReader(ctx, k.config, topic, partition, offset, kafka.ReaderOptions{})
	if err != nil {
		return nil, err
	}
	return r, nil
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
