package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/schemas"
)

// topics are what a deployment of so many partitions needs.
func topics(partitions int) []kafka.Topic {
	return []kafka.Topic{
		{Name: schemas.TopicActions, Partitions: partitions},
		{Name: schemas.TopicSignals, Partitions: partitions},
		{Name: schemas.TopicRejected, Partitions: 1},
		{Name: schemas.TopicAlerts, Partitions: 1},
		{Name: schemas.TopicSettings, Partitions: 1},
	}
}

// ensureTopics makes the topics, or checks them. partitions 0 takes what there is, and ifNew where there is nothing.
func ensureTopics(ctx context.Context, c kafka.Config, partitions, ifNew int, logger *slog.Logger) error {
	if partitions == 0 {
		there, err := inspect(ctx, c, logger)
		if err != nil {
			return fmt.Errorf("counting the partitions: %w", err)
		}
		if partitions = there.Topics[schemas.TopicActions].Partitions; partitions == 0 {
			partitions = ifNew
		}
	}
	return kafka.EnsureTopics(ctx, c, topics(partitions), logger)
}

// inspect waits for a Kafka that is not there yet.
func inspect(ctx context.Context, c kafka.Config, logger *slog.Logger) (*kafka.Cluster, error) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = 100*time.Millisecond, 5*time.Second
	return backoff.Retry(ctx, func() (*kafka.Cluster, error) {
		there, err := kafka.Inspect(ctx, c, schemas.TopicActions)
		if err != nil && !errors.Is(err, kafka.ErrUnavailable) {
			err = backoff.Permanent(err)
		}
		return there, err
	}, backoff.WithBackOff(wait), backoff.WithMaxElapsedTime(0), backoff.WithNotify(func(err error, _ time.Duration) {
		logger.Warn("waiting for Kafka", "brokers", c.String(), "error", err)
	}))
}

// stage is a kind of fold, and this process's part of it.
type stage struct {
	*kafka.Group
	name, topic string

	mu     sync.Mutex
	joined bool
	began  bool // it has had a partition
	owned  []int
	told   map[int]int64 // to the group
}

func groupID(stage string) string { return "rollcall." + stage }

// processOf returns the process that gave a group its client id.
func processOf(client string) string {
	id, _ := strings.CutPrefix(client, clientID+".")
	return id
}

// stageTopics are the stages in the order that data takes, and what each reads.
var stageTopics = [][2]string{{"members", schemas.TopicActions}, {"communities", schemas.TopicSignals}, {"rejected", schemas.TopicRejected}}

func (p *program) joinStages() ([]stream.Stage, error) {
	folds := map[string]func(int, int) processors.Fold{
		"members":     func(p, n int) processors.Fold { return processors.NewMembers(p, n) },
		"communities": func(int, int) processors.Fold { return processors.NewCommunities() },
		"rejected":    func(int, int) processors.Fold { return processors.NewRejections() },
	}
	config := p.config
	config.ClientID = clientID + "." + p.id // by which others know whether this process lives
	var stages []stream.Stage
	for _, s := range stageTopics {
		g, err := kafka.JoinGroup(config, kafka.GroupOptions{ID: groupID(s[0]), Topic: s[1], Registerer: p.registry, Logger: p.logger})
		if err != nil {
			return nil, err
		}
		one := &stage{Group: g, name: s[0], topic: s[1]}
		p.stages = append(p.stages, one)
		stages = append(stages, stream.Stage{Name: one.name, Topic: one.topic, Group: one, Ticks: one.topic == schemas.TopicActions, New: folds[one.name]})
	}
	return stages, nil
}

// Run implements stream.Group.
func (s *stage) Run(ctx context.Context, own func(context.Context, []int) error) error {
	return s.Group.Run(ctx, func(ctx context.Context, partitions []int) error {
		s.deal(true, partitions)
		defer s.deal(false, nil)
		return own(ctx, partitions)
	})
}

func (s *stage) deal(joined bool, partitions []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.joined, s.owned, s.told = joined, partitions, map[int]int64{}
	s.began = s.began || len(partitions) > 0
}

// state says whether this process is in the group, false while partitions are dealt out, and whether it ever had one.
func (s *stage) state() (joined, began bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.joined, s.began
}

// tell tells the group what it has not been told yet.
func (s *stage) tell(positions []stream.Position, commit func(map[int]int64) error) error {
	news, told := s.toTell(positions)
	if len(news) == 0 {
		return nil
	}
	if err := commit(news); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.Copy(told, news) // nobody's, if the partitions were dealt anew
	return nil
}

func (s *stage) toTell(positions []stream.Position) (news, told map[int]int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	news = map[int]int64{}
	for _, at := range positions {
		if at.Stage == s.name && at.Delivered > 0 && at.Delivered != s.told[at.Partition] && slices.Contains(s.owned, at.Partition) {
			news[at.Partition] = at.Delivered
		}
	}
	return news, s.told
}

// tellEvery is how long after a delivery other processes can know of it.
const (
	tellEvery = 100 * time.Millisecond
	tellAgain = time.Second // after a failure
)

// tellOffsets tells the groups what has been delivered here, for every process answers for all of them.
func (p *program) tellOffsets(ctx context.Context) error {
	every := time.NewTicker(tellEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
		positions := p.engine.Positions()
		for _, s := range p.stages {
			err := s.tell(positions, func(news map[int]int64) error { return s.Commit(ctx, news) })
			if err != nil && sleepUntil(ctx, time.Now().Add(tellAgain)) != nil {
				return nil
			}
		}
	}
}

// Position is how far a partition has come. Of one that another process has, nothing is known but what it told the group.
type Position struct {
	stream.Position
	Process string `json:"process,omitempty"` // who has it, where it is not this process
}

// positions returns those of all partitions of all stages, whoever has them.
func (s *server) positions(ctx context.Context) ([]Position, error) {
	own := s.ownByPlace()
	var out []Position
	for _, st := range stageTopics {
		_, next, err := kafka.Offsets(ctx, s.config, st[1])
		if err != nil {
			return nil, err
		}
		told, owners, err := s.elsewhere(ctx, st[0], st[1], len(next), own)
		if err != nil {
			return nil, err
		}
		for n, end := range next {
			at, here := own[place{st[0], n}]
			p := Position{Position: at}
			if !here {
				p.Position = stream.Position{Stage: st[0], Partition: n, Delivered: max(0, told[n]), HighWater: end, Lag: max(0, end-max(0, told[n]))}
				if p.Process = owners[n]; p.Process == "" {
					p.Stalled = "no process has it: one is starting or stopping, or none runs"
				}
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// place is a partition of a stage.
type place struct {
	stage     string
	partition int
}

func (s *server) ownByPlace() map[place]stream.Position {
	own := map[place]stream.Position{}
	for _, at := range s.engine.Positions() {
		own[place{at.Stage, at.Partition}] = at
	}
	return own
}

func (s *server) ownPositions() []Position {
	out := []Position{}
	for _, at := range s.engine.Positions() {
		out = append(out, Position{Position: at})
	}
	return out
}

// elsewhere asks the group for what this process does not know itself: how far the others are, and who they are.
func (s *server) elsewhere(ctx context.Context, stage, topic string, partitions int, own map[place]stream.Position) (told []int64, owners map[int]string, err error) {
	owners = map[int]string{}
	missing := false
	for n := range partitions {
		_, here := own[place{stage, n}]
		missing = missing || !here
	}
	if !missing {
		return nil, owners, nil
	}
	if told, err = kafka.Committed(ctx, s.config, groupID(stage), topic, partitions); err != nil {
		return nil, nil, err
	}
	members, _, err := kafka.GroupMembers(ctx, s.config, groupID(stage), topic)
	for _, m := range members {
		for _, n := range m.Partitions {
			owners[n] = processOf(m.ClientID)
		}
	}
	return told, owners, err
}
