package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	kafkago "github.com/segmentio/kafka-go"
)

// SessionTimeout is how long a process may be silent, dead or frozen, before the others take its partitions. It is also
// how long one that gives its partitions back may take for that: the library sends no sign of life meanwhile, and after
// it the successor starts before the other is done.
const SessionTimeout = 10 * time.Second

// A member that comes or goes is noticed after a heartbeat.
const (
	heartbeat        = 500 * time.Millisecond
	rebalanceTimeout = 60 * time.Second
	joinBackoff      = 100 * time.Millisecond
	// leaveTimeout is how long a stop waits for the broker's part of it.
	leaveTimeout = 5 * time.Second
)

// GroupOptions name a group.
type GroupOptions struct {
	ID         string
	Topic      string
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

// Group is this process's membership in a consumer group, by which the processes share a topic's partitions.
type Group struct {
	cfg    Config
	o      GroupOptions
	failed prometheus.Counter
	sticky *sticky

	mu  sync.Mutex
	gen *kafkago.Generation // nil between generations
}

// JoinGroup prepares a membership; Run takes it up.
func JoinGroup(cfg Config, o GroupOptions) (*Group, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if o.ID == "" || o.Topic == "" {
		return nil, errors.New("a consumer group needs an id and a topic")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	g := &Group{cfg: cfg, o: o, sticky: &sticky{topic: o.Topic}, failed: prometheus.NewCounter(prometheus.CounterOpts{
		Namespace: "rollcall", Subsystem: "kafka", Name: "commit_failures_total",
		Help:        "Commits of group offsets that failed. They are tried again; meanwhile lag tools and other processes see old ones.",
		ConstLabels: prometheus.Labels{"group": o.ID},
	})}
	return g, register(o.Registerer, g.failed)
}

// Run joins the group and calls own with the partitions that fall to this process, in ascending order and perhaps none,
// anew whenever they are dealt out again. own must return soon after its ctx ends; only then are the partitions given
// up, so own flushes and saves first. Should that take longer than SessionTimeout, the group may already have passed them on. A
// partition stays where it was as long as the shares stay even.
//
// Run returns when ctx ends (nil, after own has returned and the group was left) or with own's error. own returning nil
// by itself ends Run too. A broker that is down is waited for; one that lets nobody in only where it did before, since a
// password or a certificate may be on its way to being renewed. Call Run once.
func (g *Group) Run(ctx context.Context, own func(ctx context.Context, partitions []int) error) error {
	conns := &connSet{security: g.cfg.Security}
	group, err := kafkago.NewConsumerGroup(kafkago.ConsumerGroupConfig{
		ID: g.o.ID, Brokers: g.cfg.Brokers, Topics: []string{g.o.Topic},
		Dialer:            &kafkago.Dialer{ClientID: g.cfg.ClientID, Timeout: tryTimeout, DialFunc: conns.dial},
		GroupBalancers:    []kafkago.GroupBalancer{g.sticky},
		HeartbeatInterval: heartbeat, SessionTimeout: SessionTimeout, RebalanceTimeout: rebalanceTimeout,
		JoinGroupBackoff: joinBackoff, StartOffset: kafkago.FirstOffset,
	})
	if err != nil {
		return fmt.Errorf("joining group %s: %w", g.o.ID, err)
	}
	defer leave(group, conns)
	failures, joined := 0, false
	for {
		gen, err := group.Next(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case denied(err) && !joined:
			return fmt.Errorf("joining group %s: %w", g.o.ID, err)
		case err != nil:
			if failures++; failures&(failures-1) == 0 { // ever more seldom
				g.o.Logger.Info("not in the group yet, trying on", "group", g.o.ID, "err", err)
			}
			if sleep(ctx, joinBackoff) != nil {
				return nil
			}
			continue
		}
		failures, joined = 0, true
		if ended, err := g.serve(ctx, group, gen, own); err != nil || !ended {
			return err
		}
	}
}

// serve runs own for one generation. ended says that the generation ended first, not own.
func (g *Group) serve(ctx context.Context, group *kafkago.ConsumerGroup, gen *kafkago.Generation,
	own func(context.Context, []int) error) (ended bool, err error) {
	var partitions []int
	for _, a := range gen.Assignments[g.o.Topic] {
		partitions = append(partitions, a.ID)
	}
	slices.Sort(partitions)
	g.o.Logger.Info("own partitions", "group", g.o.ID, "topic", g.o.Topic, "partitions", partitions, "generation", gen.ID)
	g.sticky.own(gen.ID, partitions)
	g.setGeneration(gen)
	defer g.setGeneration(nil)
	done := make(chan struct{})
	// The library gives the generation up when what Start runs has returned; heartbeats go on until its end or ctx's.
	gen.Start(func(genCtx context.Context) {
		defer close(done)
		ownCtx, cancel := context.WithCancel(ctx)
		defer cancel()
		stop := context.AfterFunc(genCtx, cancel)
		defer stop()
		if genCtx.Err() == nil {
			err = own(ownCtx, partitions)
		}
		ended = ownCtx.Err() != nil || genCtx.Err() != nil
		if ctx.Err() != nil || genCtx.Err() == nil {
			// The last generation: close the group before this one ends, else the library joins once more.
			go func() { _ = group.Close() }() // leave waits for it
			<-genCtx.Done()
		}
	})
	// For a generation that ended before Start, the library would not wait.
	<-done
	if ended && errors.Is(err, context.Canceled) {
		err = nil // own says why it stopped
	}
	return ended, err
}

// Commit tells the group's offsets, by partition the one of the next record, to other processes and whoever measures lag.
// Without a generation it does nothing. A failure is logged and counted here; the error only says that it is to be done
// again.
func (g *Group) Commit(ctx context.Context, offsets map[int]int64) error {
	g.mu.Lock()
	gen := g.gen
	g.mu.Unlock()
	if gen == nil || ctx.Err() != nil || len(offsets) == 0 {
		return nil
	}
	if err := gen.CommitOffsets(map[string]map[int]int64{g.o.Topic: offsets}); err != nil {
		g.failed.Inc()
		g.o.Logger.Info("committing the group's offsets failed", "group", g.o.ID, "err", err)
		return fmt.Errorf("committing the offsets of group %s: %w", g.o.ID, err)
	}
	return nil
}

func (g *Group) setGeneration(gen *kafkago.Generation) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.gen = gen
}

// leave closes the group. The library would sit out a join that waits for other members: after a while its connections
// are cut, and the broker finds out by the session's end.
func leave(group *kafkago.ConsumerGroup, conns *connSet) {
	timer := time.AfterFunc(leaveTimeout, conns.closeAll)
	_ = group.Close() // returns nil always
	timer.Stop()
	conns.closeAll()
}
