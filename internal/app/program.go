package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/rollcall-dev/rollcall/ingest"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
)

const (
	stopWithin = 40 * time.Second
	clientID   = "rollcall"
)

// program is one process of Rollcall. `up` has all parts, `collect` and `process` have one each: what starts them is here,
// and each puts its clean-up on the stack.
type program struct {
	lifecycle
	server
	failed context.CancelFunc // ends server.running
}

// newProgram returns a process without any part. alone says that it brings the log with it.
func newProgram(part string, alone bool, logger *slog.Logger) *program {
	p := &program{lifecycle: lifecycle{log: logger}}
	p.server = server{part: part, alone: alone, id: newID(), logger: logger, registry: prometheus.NewRegistry(), ranking: make(chan struct{}, 1), reports: newReportQueue()}
	p.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), buildInfo())
	p.running, p.failed = context.WithCancel(context.Background())
	return p
}

// newID names a process among those on one log, for a person too: host and something of its own.
func newID() string {
	b := make([]byte, 4)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	host, _ := os.Hostname()
	host = notInID.ReplaceAllString(host, "-")
	return host[:min(len(host), 40)] + "." + hex.EncodeToString(b)
}

var notInID = regexp.MustCompile(`[^A-Za-z0-9-]+`)

// close undoes everything, last in first out.
func (p *program) close() error {
	p.failed()
	return p.stop(stopWithin)
}

// background runs f until its clean-up. One that ends before ends the program.
func (p *program) background(name string, f func(ctx context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	var wg sync.WaitGroup
	wg.Go(func() {
		if err = f(ctx); ctx.Err() == nil {
			p.failed()
		}
	})
	p.add(name, func(context.Context) error {
		cancel()
		wg.Wait()
		return err
	})
}

// wait returns when ctx ends (nil), or a part gave up; its clean-up says why.
func (p *program) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-p.running.Done():
		return errors.New("a part of Rollcall could not go on")
	}
}

// openLog makes or checks the topics, and begins to write to the log and to follow the settings.
func (p *program) openLog(ctx context.Context, c kafka.Config, partitions, ifNew int, names *registry.Registry) error {
	p.config = c
	if err := ensureTopics(ctx, c, partitions, ifNew, p.logger); err != nil {
		return err
	}
	producer, err := kafka.NewProducer(c, kafka.ProducerOptions{Registerer: p.registry, Logger: p.logger})
	if err != nil {
		return err
	}
	p.producer = producer
	p.add("the producer", func(context.Context) error { return producer.Close() })
	if p.settings, err = openSettings(ctx, names, c, producer, p.logger); err != nil {
		return err
	}
	p.background("the settings", p.settings.follow)
	return nil
}

// openFolds joins the groups and begins to fold.
func (p *program) openFolds(db *clickhouse.DB, store *stream.Store) error {
	p.db = db
	sink := clickhouse.NewSink(db, p.registry)
	p.add("the sink", func(context.Context) error { sink.Close(); return nil })
	p.engine = stream.New(stream.Options{Log: kafkaLog{p.producer, p.config}, Sink: sink, Store: store, Lost: kafka.ErrOffset,
		Logger: p.logger, Registerer: p.registry})
	stages, err := p.joinStages()
	if err != nil {
		return err
	}
	p.background("the folds", func(ctx context.Context) error { return p.engine.Run(ctx, stages...) })
	p.background("the offsets", p.tellOffsets)
	p.background("the rebuilds", p.keepRebuilds)
	return nil
}

// openCollector takes actions.
func (p *program) openCollector(ratePerKey float64) error {
	c, err := ingest.New(ingest.Options{Log: p.producer, Registry: p.settings.registry, Busy: kafka.ErrBusy, Registerer: p.registry,
		Logger: p.logger, RatePerKey: ratePerKey})
	if err != nil {
		return fmt.Errorf("starting the collector: %w", err)
	}
	p.collector = c
	p.add("the collector", c.Close)
	return nil
}
