package app

import (
	"context"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// feed appends the archived actions that lie in the log after from and before to (by partition), in event-time order; nil
// is no bound.
func (b *rebuilding) feed(ctx context.Context, from, to []int64) error {
	after := uint64(0)
	if len(from) > 0 {
		after = uint64(slices.Min(from))
	}
	err := b.s.db.Archive(ctx, b.settings.Community, after, func(a *clickhouse.Archived) error {
		p := kafka.PartitionOf(a.Key(nil), len(b.parts))
		if len(to) > 0 && a.Version > uint64(to[p]) || len(from) > 0 && a.Version <= uint64(from[p]) {
			return nil
		}
		encoded := a.Append(nil)
		b.parts[p] = append(b.parts[p], &actionpb.Restated{Action: encoded, Late: a.Late, Offset: int64(a.Version) - 1})
		b.sizes[p] += len(encoded)
		if len(b.marked) == 0 || a.Version <= uint64(b.marked[p]) { // what the folds keep must find the second state's time where it was
			b.newest = a.Time
		}
		b.state.Actions++
		if a.Late {
			b.state.TookIn++
		}
		if len(b.parts[p]) >= rebuildRecord || b.sizes[p] >= rebuildBytes {
			if err := b.append(ctx, p); err != nil {
				return err
			}
		}
		if b.batch++; b.batch >= rebuildBatch {
			return b.tick(ctx)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.tick(ctx)
}

// append sends what waits for a partition.
func (b *rebuilding) append(ctx context.Context, p int) error {
	value, err := b.encode(&actionpb.Rebuild{Actions: b.parts[p]})
	if err != nil {
		return err
	}
	b.parts[p], b.sizes[p] = nil, 0
	return b.s.producer.AppendTo(ctx, schemas.TopicActions, p, []schemas.Record{{Value: value}})
}

// tick sends all that waits, and then moves the second state's time in every partition.
func (b *rebuilding) tick(ctx context.Context) error {
	if b.batch == 0 {
		return nil
	}
	b.batch = 0
	for p := range b.parts {
		if len(b.parts[p]) > 0 {
			if err := b.append(ctx, p); err != nil {
				return err
			}
		}
	}
	value, err := proto.Marshal(&actionpb.Control{Version: schemas.Version,
		Tick: &actionpb.Tick{Community: b.settings.Community, Epoch: b.epoch, Time: b.newest}})
	if err != nil {
		return fmt.Errorf("encoding a tick: %w", err)
	}
	b.tell()
	return b.s.producer.Broadcast(ctx, schemas.TopicActions, value)
}

func (b *rebuilding) encode(r *actionpb.Rebuild) ([]byte, error) {
	r.Community, r.Epoch = b.settings.Community, b.epoch
	value, err := proto.Marshal(&actionpb.Control{Version: schemas.Version, Rebuild: r})
	if err != nil {
		return nil, fmt.Errorf("encoding a step of the rebuild: %w", err)
	}
	return value, nil
}
