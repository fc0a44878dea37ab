package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

func TestEnsureTopics(t *testing.T) {
	cfg, ctx := cluster(t), ctxOf(t)
	name := fmt.Sprintf("ensure-%d", time.Now().UnixNano())
	want := []Topic{{Name: name + "-a", Partitions: 3}, {Name: name + "-b", Partitions: 1, Config: map[string]string{"cleanup.policy": "compact"}}}
	for range 2 { // the second time all is there
		if err := EnsureTopics(ctx, cfg, want, testLog(t)); err != nil {
			t.Fatal(err)
		}
	}
	first, next, err := Offsets(ctx, cfg, want[0].Name)
	if err != nil || !slices.Equal(first, []int64{0, 0, 0}) || !slices.Equal(next, first) {
		t.Fatalf("offsets %v to %v, %v", first, next, err)
	}
	for name, value := range map[string]string{"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "compact", "min.insync.replicas": fmt.Sprint(max(1, min(3, len(cfg.Brokers))-1))} {
		if got := topicSetting(t, cfg, want[1].Name, name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	want[0].Partitions = 4
	err = EnsureTopics(ctx, cfg, want, testLog(t))
	if !errors.Is(err, ErrPartitions) || !strings.Contains(err.Error(), "Go on with 3") {
		t.Fatalf("another partition count: %v, want ErrPartitions", err)
	}
}

func topicSetting(t *testing.T, cfg Config, topic, name string) string {
	t.Helper()
	client, closeClient := cfg.client()
	defer closeClient()
	resp, err := client.DescribeConfigs(ctxOf(t), &kafkago.DescribeConfigsRequest{Resources: []kafkago.DescribeConfigRequestResource{
		{ResourceType: kafkago.ResourceTypeTopic, ResourceName: topic, ConfigNames: []string{name}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range resp.Resources[0].ConfigEntries {
		if e.ConfigName == name {
			return e.ConfigValue
		}
	}
	return ""
}

func TestTopicConfigReplicas(t *testing.T) {
	for brokers, want := range map[int][2]string{1: {"1", "1"}, 2: {"2", "1"}, 3: {"3", "2"}, 9: {"3", "2"}} {
		c := topicConfig(Topic{Name: "t", Partitions: 2}, brokers)
		i := slices.IndexFunc(c.ConfigEntries, func(e kafkago.ConfigEntry) bool { return e.ConfigName == "min.insync.replicas" })
		if got := [2]string{fmt.Sprint(c.ReplicationFactor), c.ConfigEntries[i].ConfigValue}; got != want {
			t.Errorf("%d brokers: replicas and how many must have a record %v, want %v", brokers, got, want)
		}
	}
}

func TestNoBroker(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	cfg := Config{Brokers: []string{"127.0.0.1:1"}}
	if err := EnsureTopics(ctx, cfg, []Topic{{Name: "t", Partitions: 1}}, testLog(t)); !errors.Is(err, ErrUnavailable) {
		t.Errorf("EnsureTopics: %v, want ErrUnavailable", err)
	}
	if _, _, err := Offsets(ctx, cfg, "t"); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Offsets: %v, want ErrUnavailable", err)
	}
	if _, err := OpenReader(ctx, cfg, "t", 0, 0, ReaderOptions{}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("OpenReader: %v, want ErrUnavailable", err)
	}
	for _, bad := range []Config{{}, {Brokers: []string{"no port"}}} {
		if _, err := NewProducer(bad, ProducerOptions{}); err == nil {
			t.Errorf("a producer for %v", bad)
		}
	}
}
