package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// settings keeps the registry in step with rollcall.settings, and writes changes to it.
type settings struct {
	registry *registry.Registry
	config   kafka.Config
	log      *kafka.Producer
	logger   *slog.Logger
	reader   *kafka.Reader
	applied  atomic.Int64 // the offset after the last record applied
}

// openSettings reads the whole topic.
func openSettings(ctx context.Context, r *registry.Registry, c kafka.Config, p *kafka.Producer, l *slog.Logger) (*settings, error) {
	first, next, err := kafka.Offsets(ctx, c, schemas.TopicSettings)
	if err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	s := &settings{registry: r, config: c, log: p, logger: l}
	if s.reader, err = kafka.OpenReader(ctx, c, schemas.TopicSettings, 0, first[0], kafka.ReaderOptions{}); err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	for s.applied.Store(first[0]); s.applied.Load() < next[0]; {
		if _, err := s.fetch(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("reading the settings: %w", err), s.reader.Close())
		}
	}
	return s, nil
}

func (s *settings) fetch(ctx context.Context) (int, error) {
	return s.reader.Fetch(ctx, time.Second, func(offset int64, value []byte) error {
		if err := s.registry.Apply(value); err != nil {
			s.logger.Error("a record of the settings was passed over", "offset", offset, "error", err)
		}
		s.applied.Store(offset + 1)
		return nil
	})
}

// follow applies what others write, until ctx ends.
func (s *settings) follow(ctx context.Context) error {
	for ctx.Err() == nil {
		if _, err := s.fetch(ctx); err != nil && ctx.Err() == nil {
			s.logger.Warn("the settings cannot be followed; trying again", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
	return s.reader.Close()
}

// put appends a record and applies it here at once.
func (s *settings) put(ctx context.Context, rec schemas.Record) error {
	if err := s.log.Append(ctx, schemas.TopicSettings, []schemas.Record{rec}); err != nil {
		return fmt.Errorf("storing the setting: %w", err)
	}
	return s.registry.Apply(rec.Value)
}

// setCommunity stores a community's settings and tells every fold.
func (s *settings) setCommunity(ctx context.Context, c *actionpb.Settings) error {
	rec, err := s.registry.SetCommunity(c)
	if err != nil {
		return err
	}
	if err := s.put(ctx, rec); err != nil {
		return err
	}
	value, err := proto.Marshal(&actionpb.Control{Version: schemas.Version, Settings: c})
	if err != nil {
		return fmt.Errorf("encoding the settings of %s: %w", c.Community, err)
	}
	if err := s.log.Broadcast(ctx, schemas.TopicActions, value); err != nil {
		return fmt.Errorf("telling the folds of %s: %w", c.Community, err)
	}
	return nil
}

const startKeyName = "printed by rollcall up"

// startKey makes the write key that `rollcall up` prints. Keys are stored as hashes, so an older one cannot be printed
// again: it gives way to the new one.
func (s *settings) startKey(ctx context.Context) (string, error) {
	for _, k := range s.registry.Keys() {
		if k.Name != startKeyName || k.Revoked != 0 {
			continue
		}
		rec, err := s.registry.RevokeKey(k.Id, time.Now())
		if err != nil {
			return "", err
		}
		if err := s.put(ctx, rec); err != nil {
			return "", err
		}
	}
	secret, rec, _, err := s.registry.NewKey(startKeyName, nil, time.Now())
	if err != nil {
		return "", err
	}
	return secret, s.put(ctx, rec)
}
