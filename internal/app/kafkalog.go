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
