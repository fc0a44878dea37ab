package app

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/embedded/datadir"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
)

// ProcessOptions are the settings of `rollcall process`. One of Snapshots and Dir is needed.
type ProcessOptions struct {
	PartOptions
	ClickHouse  ClickHouseConfig
	Snapshots   string // URL of a store that all processes reach
	Dir         string // else a folder of this process alone
	Communities []CommunitySetting
}

// Process folds its share of an external Kafka's partitions into an external ClickHouse until ctx ends.
func Process(ctx context.Context, o ProcessOptions) (err error) {
	p := newProgram("process", false, o.Logger)
	defer func() { err = errors.Join(err, p.close()) }()
	if o.Snapshots == "" && o.Dir == "" {
		return Usagef("--snapshots or --data is needed: a store that all processes reach (file:///FOLDER, s3://BUCKET/FOLDER), or a folder of this one alone")
	}
	if o.Snapshots != "" {
		if _, err := parseSnapshots(o.Snapshots); err != nil {
			return err
		}
	}
	if o.Dir != "" {
		dir, err := datadir.Open(o.Dir)
		if err != nil {
			return err
		}
		p.add("the data folder", func(context.Context) error { return dir.Close() })
		p.useDir(dir.Path())
	}
	part, err := p.openPart(ctx, o.PartOptions, registry.Options{Create: true})
	if err != nil {
		return err
	}
	store, err := p.openStore(ctx, o.Snapshots)
	if err != nil {
		return err
	}
	db, err := p.openClickHouse(ctx, o.ClickHouse)
	if err != nil {
		return err
	}
	if err := p.refuseEmptied(ctx, db, store, o.Snapshots); err != nil {
		return err
	}
	if err := p.openFolds(db, store); err != nil {
		return err
	}
	if err := p.configure(ctx, o.Communities); err != nil {
		return err
	}
	p.background("the weekly reports", p.makeWeekly) // who wants them, only `rollcall alert` knows
	return p.servePart(ctx, o.PartOptions, part)
}

// openStore opens the snapshots of this log: in the store that all processes reach, else in this one's folder.
func (p *program) openStore(ctx context.Context, setting string) (*stream.Store, error) {
	id, err := p.settings.deployment(ctx)
	if err != nil {
		return nil, fmt.Errorf("naming the deployment: %w", err)
	}
	if setting == "" {
		if err := p.checkRetention(ctx); err != nil {
			return nil, err
		}
		setting = (&url.URL{Scheme: "file", Path: p.dir + "/snapshots"}).String()
	}
	store, err := openStoreAt(ctx, setting, id)
	if err != nil {
		return nil, err
	}
	p.add("the snapshots", func(context.Context) error { return store.Close() })
	return store, nil
}

// checkRetention refuses a log that forgets where a process keeps its snapshots to itself: a partition that comes to it
// from another would begin in the middle.
func (p *program) checkRetention(ctx context.Context) error {
	var names []string
	for _, s := range stageTopics {
		names = append(names, s[1])
	}
	there, err := kafka.Inspect(ctx, p.config, names...)
	if err != nil {
		return fmt.Errorf("looking whether the log forgets: %w", err)
	}
	for _, name := range names {
		for _, setting := range []string{"retention.ms", "retention.bytes"} {
			if v := there.Topics[name].Settings[setting]; v != "" && v != "-1" {
				return fmt.Errorf("topic %s forgets (%s=%s), and --data keeps snapshots where other processes do not see them: a partition that comes here "+
					"from another would begin where the log no longer does. Give --snapshots a store that all processes reach, or set %s=-1", name, setting, v, setting)
			}
		}
	}
	return nil
}

// openClickHouse connects and brings the read model up to date, which several processes may do at once.
func (p *program) openClickHouse(ctx context.Context, c ClickHouseConfig) (*clickhouse.DB, error) {
	c.Logger = p.logger
	db, err := clickhouse.Open(c.DSN, c.Options)
	if err != nil {
		return nil, err
	}
	p.add("the ClickHouse client", func(context.Context) error { return db.Close() })
	if p.queries, err = c.queries(db); err != nil {
		return nil, err
	}
	p.add("the queries", func(context.Context) error { p.queries.client.CloseIdleConnections(); return nil })
	_, err = db.Migrate(ctx)
	return db, err
}
