package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// Topic is a topic as a deployment wants it.
type Topic struct {
	Name       string
	Partitions int
	// Config adds to the settings that every topic gets, or replaces them. Names are Kafka's.
	Config map[string]string
}

// ErrPartitions is returned for a topic whose partition count is not the one asked for.
var ErrPartitions = errors.New("the topic has another number of partitions")

// maxMessageBytes is Kafka's own default, set on each topic because a cluster may have a lower one.
const maxMessageBytes = 1048588

// EnsureTopics makes the topics that are missing and waits until each partition of each has a leader. What it makes is
// kept for good (no retention: it would go by the time inside a record, which lies in the past in every imported
// history), on up to three brokers, of which all but one must have a record before it counts as written. Settings of a
// topic that exists are left alone; another partition count is ErrPartitions.
func EnsureTopics(ctx context.Context, cfg Config, topics []Topic, log *slog.Logger) error {
	if err := cfg.check(); err != nil {
		return err
	}
	client, closeClient := cfg.client()
	defer closeClient()
	wait := newBackoff()
	created := false
	for tries := 1; ; tries++ {
		err := ensureOnce(ctx, client, topics, &created, log)
		if err == nil || !errors.Is(err, ErrUnavailable) {
			return err
		}
		if tries == 5 { // new topics take a moment
			log.Warn("waiting for Kafka's topics", "brokers", cfg.String(), "err", err)
		}
		if sleep(ctx, wait.NextBackOff()) != nil {
			return fmt.Errorf("waiting for the topics on %s: %w", cfg, err)
		}
	}
}

// ensureOnce returns ErrUnavailable as long as trying again may help.
func ensureOnce(ctx context.Context, client *kafkago.Client, topics []Topic, created *bool, log *slog.Logger) error {
	meta, err := client.Metadata(ctx, &kafkago.MetadataRequest{})
	if err != nil {
		return fmt.Errorf("asking for the topics: %w", orDenied(err))
	}
	there := map[string]kafkago.Topic{}
	for _, t := range meta.Topics {
		there[t.Name] = t
	}
	var missing []Topic
	pending := ""
	for _, want := range topics {
		got, ok := there[want.Name]
		switch {
		case !ok || errors.Is(got.Error, kafkago.UnknownTopicOrPartition):
			missing = append(missing, want)
		case got.Error == nil && len(got.Partitions) != want.Partitions:
			return partitionsError(want, len(got.Partitions))
		case !ready(got):
			pending = want.Name
		}
	}
	if len(missing) == 0 && pending == "" {
		return nil
	}
	if len(missing) > 0 && !*created {
		if err := create(ctx, client, missing, len(meta.Brokers), log); err != nil {
			return err
		}
		*created = true
	}
	if len(missing) > 0 {
		pending = missing[0].Name
	}
	return fmt.Errorf("%w: topic %s has partitions without a leader", ErrUnavailable, pending)
}

func partitionsError(want Topic, got int) error {
	return fmt.Errorf("%w: %s has %d, and %d are asked for. The number is part of a deployment's identity: a member's "+
		"records must stay in one partition. Go on with %d partitions, or begin a new deployment (new topics, new data "+
		"folder) and import the archive into it", ErrPartitions, want.Name, got, want.Partitions, got)
}

// ready says whether every partition has a leader.
func ready(t kafkago.Topic) bool {
	return t.Error == nil && !slices.ContainsFunc(t.Partitions, func(p kafkago.Partition) bool {
		return p.Error != nil || p.Leader.Host == ""
	})
}

func create(ctx context.Context, client *kafkago.Client, topics []Topic, brokers int, log *slog.Logger) error {
	if brokers == 0 {
		return fmt.Errorf("%w: the cluster has no broker yet", ErrUnavailable)
	}
	req := &kafkago.CreateTopicsRequest{}
	for _, t := range topics {
		req.Topics = append(req.Topics, topicConfig(t, brokers))
	}
	resp, err := client.CreateTopics(ctx, req)
	if err != nil {
		return fmt.Errorf("creating topics: %w", orDenied(err))
	}
	for _, t := range topics {
		switch err := resp.Errors[t.Name]; {
		case err == nil:
			log.Info("created a Kafka topic", "topic", t.Name, "partitions", t.Partitions)
		case errors.Is(err, kafkago.TopicAlreadyExists): // another process was quicker
		case temporary(err):
			return fmt.Errorf("%w: creating topic %s: %w", ErrUnavailable, t.Name, err)
		default:
			return fmt.Errorf("creating topic %s: %w", t.Name, err)
		}
	}
	return nil
}

func topicConfig(t Topic, brokers int) kafkago.TopicConfig {
	replicas := min(3, brokers)
	settings := map[string]string{
		"retention.ms":           "-1",
		"retention.bytes":        "-1",
		"message.timestamp.type": "CreateTime",
		"max.message.bytes":      strconv.Itoa(maxMessageBytes),
		"min.insync.replicas":    strconv.Itoa(max(1, replicas-1)),
	}
	maps.Copy(settings, t.Config)
	c := kafkago.TopicConfig{Topic: t.Name, NumPartitions: t.Partitions, ReplicationFactor: replicas}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		c.ConfigEntries = append(c.ConfigEntries, kafkago.ConfigEntry{ConfigName: name, ConfigValue: settings[name]})
	}
	return c
}

// Offsets returns, for each partition of a topic, the offset of the oldest record it holds and the one that the next
// record gets. Where a new topic or a leader that moves does not answer it asks again for a while.
func Offsets(ctx context.Context, cfg Config, topic string) (first, next []int64, err error) {
	if err := cfg.check(); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	client, closeClient := cfg.client()
	defer closeClient()
	err = patiently(ctx, func() (err error) {
		first, next, err = offsetsOnce(ctx, client, topic)
		return err
	})
	return first, next, err
}

// patiently calls f until it succeeds, fails for good, or ctx ends.
func patiently(ctx context.Context, f func() error) error {
	wait := newBackoff()
	for {
		err := f()
		if err == nil || !errors.Is(err, ErrUnavailable) || sleep(ctx, wait.NextBackOff()) != nil {
			return err
		}
	}
}

func offsetsOnce(ctx context.Context, client *kafkago.Client, topic string) (first, next []int64, err error) {
	n, err := partitionCount(ctx, client, topic)
	if err != nil {
		return nil, nil, err
	}
	var ask []kafkago.OffsetRequest
	for p := range n {
		ask = append(ask, kafkago.FirstOffsetOf(p), kafkago.LastOffsetOf(p))
	}
	resp, err := client.ListOffsets(ctx, &kafkago.ListOffsetsRequest{Topics: map[string][]kafkago.OffsetRequest{topic: ask}})
	if err != nil {
		return nil, nil, fmt.Errorf("asking for the offsets of %s: %w", topic, orDenied(err))
	}
	first, next = make([]int64, n), make([]int64, n)
	if len(resp.Topics[topic]) != n {
		return nil, nil, fmt.Errorf("%w: offsets of %d partitions of %s, want %d", ErrUnavailable, len(resp.Topics[topic]), topic, n)
	}
	for _, p := range resp.Topics[topic] {
		if p.Error != nil {
			return nil, nil, fmt.Errorf("offsets of %s partition %d: %w", topic, p.Partition, unavailable(p.Error))
		}
		first[p.Partition], next[p.Partition] = p.FirstOffset, p.LastOffset
	}
	return first, next, nil
}

// partitionCount asks the cluster, which may take a moment to tell a new topic.
func partitionCount(ctx context.Context, client *kafkago.Client, topic string) (n int, err error) {
	err = patiently(ctx, func() error {
		meta, err := client.Metadata(ctx, &kafkago.MetadataRequest{Topics: []string{topic}})
		switch {
		case err != nil:
			return fmt.Errorf("asking for the partitions of %s: %w", topic, orDenied(err))
		case len(meta.Topics) == 0:
			return fmt.Errorf("asking for the partitions of %s: %w", topic, unavailable(kafkago.UnknownTopicOrPartition))
		case meta.Topics[0].Error != nil:
			return fmt.Errorf("asking for the partitions of %s: %w", topic, unavailable(meta.Topics[0].Error))
		}
		n = len(meta.Topics[0].Partitions)
		return nil
	})
	return n, err
}

// temporary says whether Kafka's error passes by itself.
func temporary(err error) bool {
	var code kafkago.Error
	return errors.As(err, &code) && code.Temporary()
}

// unavailable marks an error that passes by itself.
func unavailable(err error) error {
	if temporary(err) {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// sleep waits for d or for the end of ctx, whose error it returns.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
