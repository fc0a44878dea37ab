package contend

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Everything of the product that contenders call on the hot path is in this file: where it changes, only this does.

const (
	fetchWait = 200 * time.Millisecond // as in the engine
	flushRows = 50_000                 // as in the engine
	aheadOf   = 64                     // as in the engine
)

// foldPartition folds one partition up to end as the engine does, dropping what comes out; add gets the number of
// records of each fetch. It returns the fold and the sum of its counts.
func foldPartition(ctx context.Context, c kafka.Config, topic string, partition, partitions int, end int64, add func(n int64), tell func([]schemas.Record)) (processors.Fold, processors.Stats, error) {
	var sum processors.Stats
	r, err := kafka.OpenReader(ctx, c, topic, partition, 0, kafka.ReaderOptions{})
	if err != nil {
		return nil, sum, err
	}
	defer func() { _ = r.Close() }()
	fold := processors.NewMembers(partition, partitions)
	flush := func() {
		out := fold.Flush()
		sum.Actions += out.Stats.Actions
		sum.Repeats += out.Stats.Repeats
		sum.Late += out.Stats.Late
		sum.Rejected += out.Stats.Rejected
		tell(out.Signals)
		fold.Delivered()
	}
	for r.Next() < end {
		records, err := r.Fetch(ctx, fetchWait)
		if err != nil {
			return nil, sum, err
		}
		for len(records) > 0 && records[len(records)-1].Offset >= end { // what an engine appended meanwhile is not ours
			records = records[:len(records)-1]
		}
		for some := range slices.Chunk(records, aheadOf) {
			fold.Prefetch(some)
			for _, l := range some {
				fold.Apply(l.Offset, l.Value)
			}
		}
		add(int64(len(records)))
		if fold.Waiting() >= flushRows {
			flush()
		}
	}
	flush()
	return fold, sum, nil
}

// newStages are the three stages, as the app connects them, over topics of our own.
func newStages(c kafka.Config, actions, signals, rejected, run string) ([]stream.Stage, error) {
	stages := []stream.Stage{
		{Name: "members", Topic: actions, Ticks: true, New: func(p, n int) processors.Fold { return processors.NewMembers(p, n) }},
		{Name: "communities", Topic: signals, New: func(int, int) processors.Fold { return processors.NewCommunities() }},
		{Name: "rejected", Topic: rejected, New: func(int, int) processors.Fold { return processors.NewRejections() }},
	}
	for i := range stages {
		g, err := kafka.JoinGroup(c, kafka.GroupOptions{ID: "bench." + run + "." + stages[i].Name, Topic: stages[i].Topic, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return nil, err
		}
		stages[i].Group = g
	}
	return stages, nil
}

// topicLog is Kafka as the engine wants it, with other names for the topics.
type topicLog struct {
	*kafka.Producer
	config kafka.Config
	names  map[string]string
}

func (l topicLog) name(topic string) string {
	if n, ok := l.names[topic]; ok {
		return n
	}
	return topic
}

func (l topicLog) Open(ctx context.Context, topic string, partition int, offset int64) (stream.Source, error) {
	r, err := kafka.OpenReader(ctx, l.config, l.name(topic), partition, offset, kafka.ReaderOptions{})
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (l topicLog) Offsets(ctx context.Context, topic string) (first, next []int64, err error) {
	return kafka.Offsets(ctx, l.config, l.name(topic))
}

func (l topicLog) Append(ctx context.Context, topic string, r []schemas.Record) error {
	return l.Producer.Append(ctx, l.name(topic), r)
}

func (l topicLog) AppendTo(ctx context.Context, topic string, partition int, r []schemas.Record) error {
	return l.Producer.AppendTo(ctx, l.name(topic), partition, r)
}

func (l topicLog) Broadcast(ctx context.Context, topic string, value []byte) error {
	return l.Producer.Broadcast(ctx, l.name(topic), value)
}
