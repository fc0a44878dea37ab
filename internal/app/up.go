package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/embedded/broker"
	"github.com/rollcall-dev/rollcall/internal/embedded/chdb"
	"github.com/rollcall-dev/rollcall/internal/embedded/datadir"
	"github.com/rollcall-dev/rollcall/internal/kafka"
)

// UpOptions are the settings of `rollcall up`.
type UpOptions struct {
	Dir              string
	Listen           string // HTTP
	KafkaListen      string
	ClickHouseListen string
	Partitions       int // of a new data folder; an existing one keeps its own
	CreateUnknown    bool
	Communities      []CommunitySetting // from rollcall.yaml
	Alerts           AlertSettings
	RatePerKey       float64
	Snapshots        string // URL of a store; empty is the data folder
	Token            string // the administrator's; made at each start if empty
	Logger           *slog.Logger
	Ready            func(run Run, writeKey string) // called once everything serves
}

const defaultPartitions = 4

// Up runs everything in one process on the embedded engines, until ctx ends; then it stops in order: intake, folds,
// snapshots, engines.
func Up(ctx context.Context, o UpOptions) (err error) {
	p := newProgram("up", true, o.Logger)
	defer func() { err = errors.Join(err, p.close()) }()
	receivers, err := o.Alerts.receivers()
	if err != nil {
		return err
	}
	dir, err := datadir.Open(o.Dir)
	if err != nil {
		return err
	}
	p.useDir(dir.Path())
	p.add("the data folder", func(context.Context) error { return dir.Close() })
	store, err := openSnapshots(ctx, dir, o.Snapshots)
	if err != nil {
		return err
	}
	p.add("the snapshots", func(context.Context) error { return store.Close() })

	run := Run{PID: os.Getpid(), Token: cmp.Or(o.Token, newToken())}
	db, err := p.startClickHouse(ctx, dir, o.ClickHouseListen, &run)
	if err != nil {
		return err
	}
	config, err := p.startKafka(dir, o.KafkaListen, &run)
	if err != nil {
		return err
	}
	names := registry.New(registry.Options{Create: o.CreateUnknown})
	names.SetAdmin(run.Token)
	if err := p.openLog(ctx, config, o.Partitions, defaultPartitions, names); err != nil {
		return err
	}
	if err := p.refuseEmptied(ctx, db, store, o.Snapshots); err != nil {
		return err
	}
	if err := p.openFolds(db, store); err != nil {
		return err
	}
	if err := p.openCollector(o.RatePerKey); err != nil {
		return err
	}
	if err := p.configure(ctx, o.Communities); err != nil {
		return err
	}
	if err := p.openAlerts(o.Alerts.ConsoleURL, receivers); err != nil {
		return err
	}
	if run.HTTP, err = p.serve(o.Listen, run.Token); err != nil {
		return err
	}
	if err := p.ready(ctx); err != nil {
		return err
	}
	if err := p.restoreClocks(ctx); err != nil {
		return err
	}
	if err := p.leaveRun(run); err != nil {
		return err
	}
	key, err := p.settings.startKey(ctx, dir.Path())
	if err != nil {
		return err
	}
	if o.Ready != nil {
		o.Ready(run, key)
	}
	return p.wait(ctx)
}

// leaveRun puts run.json into the data folder until the end.
func (p *program) leaveRun(run Run) error {
	if err := run.write(p.dir); err != nil {
		return err
	}
	p.add(runFile, func(context.Context) error { return os.Remove(filepath.Join(p.dir, runFile)) })
	return nil
}

func (p *program) startClickHouse(ctx context.Context, dir *datadir.Dir, listen string, run *Run) (*clickhouse.DB, error) {
	path, err := dir.Sub("clickhouse")
	if err != nil {
		return nil, err
	}
	s, err := chdb.Start(ctx, chdb.Options{Dir: path, Listen: listen, Logger: p.logger})
	if err != nil {
		return nil, fmt.Errorf("starting the embedded ClickHouse: %w", err)
	}
	p.add("the embedded ClickHouse", s.Close)
	run.ClickHouse = s.Addr()
	return p.openClickHouse(ctx, ClickHouseConfig{DSN: "http://" + s.Addr()})
}

func (p *program) startKafka(dir *datadir.Dir, listen string, run *Run) (kafka.Config, error) {
	path, err := dir.Sub("kafka")
	if err != nil {
		return kafka.Config{}, err
	}
	b, err := broker.Start(broker.Options{Dir: path, Listen: listen, Logger: p.logger})
	if err != nil {
		return kafka.Config{}, err
	}
	p.add("the embedded Kafka", func(context.Context) error { return b.Close() })
	run.Kafka = b.Addr()
	return kafka.Config{Brokers: []string{b.Addr()}, ClientID: clientID}, nil
}
