package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

// refuseEmptied refuses to go on from snapshots above a read model that was emptied: what was written before they were
// taken would never be written again, and the numbers would be wrong in silence. A snapshot is taken after its rows are
// in ClickHouse, so a community that it has told of must have its row.
func (p *program) refuseEmptied(ctx context.Context, db *clickhouse.DB, store *stream.Store, setting string) error {
	empty, err := db.Empty(ctx, schemas.TableCommunities)
	if err != nil || !empty {
		return err
	}
	there, err := kafka.Inspect(ctx, p.config, schemas.TopicSignals)
	if err != nil {
		return fmt.Errorf("counting the partitions: %w", err)
	}
	partitions := there.Topics[schemas.TopicSignals].Partitions
	for n := range partitions {
		names, err := published(ctx, store, n, partitions)
		if err != nil {
			return err
		}
		if len(names) == 0 {
			continue
		}
		place := "the folder " + filepath.Join(p.dir, "snapshots")
		if setting != "" {
			place = "what --snapshots names"
		}
		known := strings.Join(names[:min(len(names), 3)], ", ")
		if more := len(names) - 3; more > 0 {
			known += fmt.Sprintf(" and %d more", more)
		}
		return fmt.Errorf("the read model is empty, and the snapshots know %s: what ClickHouse held before they were taken would never come back. "+
			"Put ClickHouse's data back, or empty %s and start again, so that the log is read from its beginning and writes everything anew", known, place)
	}
	return nil
}

// published names the communities of which the newest usable snapshot of a partition says that rows were written.
func published(ctx context.Context, store *stream.Store, partition, partitions int) ([]string, error) {
	stage := stageTopics[1][0]
	names, err := store.List(ctx, stage, partition)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		_, payload, err := store.Read(ctx, name, stage, partition, partitions)
		if errors.Is(err, stream.ErrSnapshot) { // the folds will go back behind it as well
			continue
		}
		if err != nil {
			return nil, err
		}
		fold := processors.NewCommunities()
		if fold.Load(state.NewReader(payload)) == nil {
			return fold.Published(), nil
		}
	}
	return nil, nil
}
