package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
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
	applied  atomic.Int64  // the offset after the last record applied
	news     chan struct{} // one waits here after records were applied
	changing sync.Mutex    // held over a change of a community: what is stored and what the folds are told come in one order
}

// openSettings reads the whole topic.
func openSettings(ctx context.Context, r *registry.Registry, c kafka.Config, p *kafka.Producer, l *slog.Logger) (*settings, error) {
	first, next, err := kafka.Offsets(ctx, c, schemas.TopicSettings)
	if err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	s := &settings{registry: r, config: c, log: p, logger: l, news: make(chan struct{}, 1)}
	if s.reader, err = kafka.OpenReader(ctx, c, schemas.TopicSettings, 0, first[0], kafka.ReaderOptions{}); err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	for s.applied.Store(first[0]); s.applied.Load() < next[0]; {
		if err := s.fetch(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("reading the settings: %w", err), s.reader.Close())
		}
	}
	return s, nil
}

func (s *settings) fetch(ctx context.Context) error {
	recs, err := s.reader.Fetch(ctx, time.Second)
	for _, r := range recs {
		if err := s.registry.Apply(r.Value); err != nil {
			s.logger.Error("a record of the settings was passed over", "offset", r.Offset, "error", err)
		}
		s.applied.Store(r.Offset + 1)
		select {
		case s.news <- struct{}{}:
		default:
		}
	}
	return err
}

// follow applies what others write, until ctx ends.
func (s *settings) follow(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := s.fetch(ctx); err != nil && ctx.Err() == nil {
			s.logger.Warn("the settings cannot be followed; trying again", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
	return s.reader.Close()
}

// put appends a record and waits until it is in force here: others may have written just before.
func (s *settings) put(ctx context.Context, rec schemas.Record) error {
	if err := s.log.Append(ctx, schemas.TopicSettings, []schemas.Record{rec}); err != nil {
		return fmt.Errorf("storing the setting: %w", err)
	}
	return s.sync(ctx)
}

// sync waits until all that was stored before is in force here.
func (s *settings) sync(ctx context.Context) error {
	_, next, err := kafka.Offsets(ctx, s.config, schemas.TopicSettings)
	if err != nil {
		return fmt.Errorf("reading the settings: %w", err)
	}
	for s.applied.Load() < next[0] {
		select {
		case <-ctx.Done():
			return fmt.Errorf("reading the settings: %w", ctx.Err())
		case <-s.news:
		case <-time.After(syncPoll): // another took the news
		}
	}
	return nil
}

const syncPoll = 20 * time.Millisecond

// store checks and stores a community's settings.
func (s *settings) store(ctx context.Context, c *actionpb.Settings) error {
	rec, err := s.registry.SetCommunity(c)
	if err != nil {
		return err
	}
	return s.put(ctx, rec)
}

// setCommunity stores a community's settings and tells every fold.
func (s *settings) setCommunity(ctx context.Context, c *actionpb.Settings) error {
	if err := s.store(ctx, c); err != nil {
		return err
	}
	return s.tell(ctx, c)
}

// tell sends a community's settings to every fold. Another process may store and tell others at the same time: whoever
// comes last tells the newest.
func (s *settings) tell(ctx context.Context, c *actionpb.Settings) error {
	for {
		value, err := proto.Marshal(&actionpb.Control{Version: schemas.Version, Settings: c})
		if err != nil {
			return fmt.Errorf("encoding the settings of %s: %w", c.Community, err)
		}
		if err := s.log.Broadcast(ctx, schemas.TopicActions, value); err != nil {
			return fmt.Errorf("telling the folds of %s: %w", c.Community, err)
		}
		if err := s.sync(ctx); err != nil {
			return err
		}
		now, ok := s.registry.Community(c.Community)
		if !ok || proto.Equal(now, c) {
			return nil
		}
		c = now
	}
}

// deployment returns the name of this log, which snapshots lie below, and names it where nobody has.
func (s *settings) deployment(ctx context.Context) (string, error) {
	if id := s.registry.Deployment(); id != "" {
		return id, nil
	}
	rec, err := s.registry.NameDeployment(uuid.NewString())
	if err != nil {
		return "", err
	}
	if err := s.put(ctx, rec); err != nil {
		return "", err
	}
	return s.registry.Deployment(), nil
}

const (
	startKeyName = "printed by rollcall up"
	startKeyFile = "write-key"
)

// startKey returns the write key that `rollcall up` prints: the one of the start before, as long as it is in force. Keys
// are stored as hashes, so this one is kept in the data folder beside run.json, for the folder's owner only.
func (s *settings) startKey(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, startKeyFile)
	b, err := os.ReadFile(path)
	if err == nil {
		secret := strings.TrimSpace(string(b))
		if _, ok := s.registry.Lookup(secret); ok {
			return secret, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading the write key: %w", err)
	}
	secret, rec, _, err := s.registry.NewKey(startKeyName, nil, time.Now())
	if err != nil {
		return "", err
	}
	if err := s.put(ctx, rec); err != nil {
		return "", err
	}
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keeping the write key: %w", err)
	}
	return secret, nil
}
