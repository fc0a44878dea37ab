package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"github.com/rollcall-dev/rollcall/ingest"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/embedded/broker"
	"github.com/rollcall-dev/rollcall/internal/embedded/chdb"
	"github.com/rollcall-dev/rollcall/internal/embedded/datadir"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/schemas"
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
	RatePerKey       float64
	Snapshots        string // URL of a store; empty is the data folder
	Logger           *slog.Logger
	Ready            func(run Run, writeKey string) // called once everything serves
}

const (
	defaultPartitions = 4
	stopWithin        = 40 * time.Second
	clientID          = "rollcall"
)

// Up runs everything in one process on the embedded engines, until ctx ends; then it stops in order: intake, folds,
// snapshots, engines.
func Up(ctx context.Context, o UpOptions) (err error) {
	l := &lifecycle{logger: o.Logger}
	defer func() { err = errors.Join(err, l.stop(stopWithin)) }()
	dir, err := datadir.Open(o.Dir)
	if err != nil {
		return err
	}
	l.add("the data folder", func(context.Context) error { return dir.Close() })
	store, err := openSnapshots(ctx, dir, o.Snapshots)
	if err != nil {
		return err
	}
	l.add("the snapshots", func(context.Context) error { return store.Close() })

	run := Run{PID: os.Getpid(), Token: newToken()}
	reg := newRegisterer()
	reg.MustRegister(machineMetrics(dir.Path())...)
	db, err := startClickHouse(ctx, l, dir, o, &run)
	if err != nil {
		return err
	}
	config, producer, err := startKafka(ctx, l, dir, o, reg, &run)
	if err != nil {
		return err
	}
	names := registry.New(registry.Options{Create: o.CreateUnknown})
	names.SetAdmin(run.Token)
	settings, err := openSettings(ctx, names, config, producer, o.Logger)
	if err != nil {
		return err
	}
	sink := clickhouse.NewSink(db, reg)
	l.add("the sink", func(context.Context) error { sink.Close(); return nil })
	engine := stream.New(stream.Options{Log: kafkaLog{producer, config}, Sink: sink, Store: store, Lost: kafka.ErrOffset,
		Logger: o.Logger, Registerer: reg})
	stages, err := newStages(config, reg, o.Logger)
	if err != nil {
		return errors.Join(err, settings.reader.Close())
	}

	// Everything below runs until runCtx ends, which is after intake has stopped.
	runCtx, stopRunning := context.WithCancel(context.Background())
	g, runCtx := errgroup.WithContext(runCtx)
	g.Go(func() error { return settings.follow(runCtx) })
	g.Go(func() error { return engine.Run(runCtx, stages...) })
	l.add("the folds", func(context.Context) error { stopRunning(); return g.Wait() })

	collector, err := ingest.New(ingest.Options{Log: producer, Registry: names, Busy: kafka.ErrBusy, Registerer: reg,
		Logger: o.Logger, RatePerKey: o.RatePerKey})
	if err != nil {
		return err
	}
	l.add("the collector", collector.Close)
	s := &server{db: db, engine: engine, settings: settings, collector: collector, producer: producer, config: config,
		registry: reg, logger: o.Logger, clickhouse: run.ClickHouse, dir: dir.Path(), lastError: runCtx}
	if err := s.configure(ctx, o.Communities); err != nil {
		return err
	}
	if err := s.serve(l, o.Listen, &run); err != nil {
		return err
	}
	if err := s.ready(ctx); err != nil {
		return err
	}
	if err := s.restoreClocks(ctx); err != nil {
		return err
	}
	if err := run.write(dir.Path()); err != nil {
		return err
	}
	l.add(runFile, func(context.Context) error { return os.Remove(filepath.Join(dir.Path(), runFile)) })
	key, err := settings.startKey(ctx, dir.Path())
	if err != nil {
		return err
	}
	if o.Ready != nil {
		o.Ready(run, key)
	}
	select {
	case <-ctx.Done():
		return nil
	case <-runCtx.Done(): // a part gave up: g.Wait in the clean-up says why
		return errors.New("a part of Rollcall could not go on")
	}
}

func newRegisterer() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

func startClickHouse(ctx context.Context, l *lifecycle, dir *datadir.Dir, o UpOptions, run *Run) (*clickhouse.DB, error) {
	path, err := dir.Sub("clickhouse")
	if err != nil {
		return nil, err
	}
	s, err := chdb.Start(ctx, chdb.Options{Dir: path, Listen: o.ClickHouseListen, Logger: o.Logger})
	if err != nil {
		return nil, fmt.Errorf("starting the embedded ClickHouse: %w", err)
	}
	l.add("the embedded ClickHouse", s.Close)
	run.ClickHouse = s.Addr()
	db, err := clickhouse.Open("http://"+s.Addr(), clickhouse.Options{Logger: o.Logger})
	if err != nil {
		return nil, err
	}
	l.add("the ClickHouse client", func(context.Context) error { return db.Close() })
	if _, err := db.Migrate(ctx); err != nil {
		return nil, err
	}
	return db, nil
}

func startKafka(ctx context.Context, l *lifecycle, dir *datadir.Dir, o UpOptions, reg prometheus.Registerer, run *Run) (kafka.Config, *kafka.Producer, error) {
	path, err := dir.Sub("kafka")
	if err != nil {
		return kafka.Config{}, nil, err
	}
	if old, err := os.ReadDir(path); o.Partitions == 0 && err == nil && len(old) == 0 {
		o.Partitions = defaultPartitions // a new folder; an old one is asked below
	}
	b, err := broker.Start(broker.Options{Dir: path, Listen: o.KafkaListen, Logger: o.Logger})
	if err != nil {
		return kafka.Config{}, nil, err
	}
	l.add("the embedded Kafka", func(context.Context) error { return b.Close() })
	run.Kafka = b.Addr()
	config := kafka.Config{Brokers: []string{b.Addr()}, ClientID: clientID}
	if err := ensureTopics(ctx, config, o.Partitions, o.Logger); err != nil {
		return config, nil, err
	}
	p, err := kafka.NewProducer(config, kafka.ProducerOptions{Registerer: reg, Logger: o.Logger})
	if err != nil {
		return config, nil, err
	}
	l.add("the producer", func(context.Context) error { return p.Close() })
	return config, p, nil
}

// ensureTopics makes the topics, or checks them. partitions 0 takes what there is.
func ensureTopics(ctx context.Context, c kafka.Config, partitions int, logger *slog.Logger) error {
	if partitions == 0 {
		_, next, err := kafka.Offsets(ctx, c, schemas.TopicActions)
		if err != nil {
			return fmt.Errorf("counting the partitions: %w", err)
		}
		partitions = len(next)
	}
	return kafka.EnsureTopics(ctx, c, []kafka.Topic{
		{Name: schemas.TopicActions, Partitions: partitions},
		{Name: schemas.TopicSignals, Partitions: partitions},
		{Name: schemas.TopicRejected, Partitions: 1},
		{Name: schemas.TopicAlerts, Partitions: 1},
		{Name: schemas.TopicSettings, Partitions: 1},
	}, logger)
}

func newStages(c kafka.Config, reg prometheus.Registerer, logger *slog.Logger) ([]stream.Stage, error) {
	var stages []stream.Stage
	for _, s := range []stream.Stage{
		{Name: "members", Topic: schemas.TopicActions, Ticks: true,
			New: func(p, n int) processors.Fold { return processors.NewMembers(p, n) }},
		{Name: "communities", Topic: schemas.TopicSignals,
			New: func(int, int) processors.Fold { return processors.NewCommunities() }},
		{Name: "rejected", Topic: schemas.TopicRejected,
			New: func(int, int) processors.Fold { return processors.NewRejections() }},
	} {
		g, err := kafka.JoinGroup(c, kafka.GroupOptions{ID: "rollcall." + s.Name, Topic: s.Topic, Registerer: reg, Logger: logger})
		if err != nil {
			return nil, err
		}
		s.Group = kafkaGroup{g}
		stages = append(stages, s)
	}
	return stages, nil
}

// serve opens the HTTP port.
func (s *server) serve(l *lifecycle, listen string, run *Run) error {
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", listen)
	if err != nil {
		return fmt.Errorf("opening the HTTP port (choose another with --listen): %w", err)
	}
	run.HTTP = ln.Addr().String()
	h := newHTTPServer(s.handler(run.Token, isLoopback(ln.Addr())))
	// Requests that wait for something end with the intake, so that a stop does not wait for them.
	base, endRequests := context.WithCancel(context.Background())
	h.BaseContext = func(net.Listener) context.Context { return base }
	h.RegisterOnShutdown(endRequests)
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := h.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.logger.Error("the HTTP server stopped", "error", err)
		}
	}()
	l.add("the HTTP server", func(ctx context.Context) error {
		defer endRequests()
		err := h.Shutdown(ctx)
		<-served
		return err
	})
	return nil
}

// newHTTPServer bounds how long a request may take to arrive, for a slow body holds memory; its answer may take longer.
func newHTTPServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
}

func isLoopback(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}
