package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// Membership is a group's member: the client id that it gave, where it connects from, and its partitions.
type Membership struct {
	ClientID   string
	Host       string
	Partitions []int
}

// GroupMembers returns who is in a group, and whether the group is being dealt out anew.
func GroupMembers(ctx context.Context, cfg Config, group, topic string) (members []Membership, stable bool, err error) {
	client, closeClient, err := cfg.inspector()
	if err != nil {
		return nil, false, err
	}
	defer closeClient()
	resp, err := client.DescribeGroups(ctx, &kafkago.DescribeGroupsRequest{GroupIDs: []string{group}})
	if err != nil {
		return nil, false, fmt.Errorf("asking for the members of %s: %w", group, orDenied(err))
	}
	for _, g := range resp.Groups {
		if g.Error != nil {
			return nil, false, fmt.Errorf("asking for the members of %s: %w", group, unavailable(g.Error))
		}
		stable = g.GroupState == "Stable"
		for _, m := range g.Members {
			one := Membership{ClientID: m.ClientID, Host: m.ClientHost}
			for _, t := range m.MemberAssignments.Topics {
				if t.Topic == topic {
					one.Partitions = append(one.Partitions, t.Partitions...)
				}
			}
			members = append(members, one)
		}
	}
	return members, stable, nil
}

// Groups returns the names of all consumer groups that the cluster remembers, sorted.
func Groups(ctx context.Context, cfg Config) ([]string, error) {
	client, closeClient, err := cfg.inspector()
	if err != nil {
		return nil, err
	}
	defer closeClient()
	resp, err := client.ListGroups(ctx, &kafkago.ListGroupsRequest{})
	if err == nil {
		err = resp.Error
	}
	if err != nil {
		return nil, fmt.Errorf("asking for the groups: %w", orDenied(err))
	}
	var names []string
	for _, g := range resp.Groups {
		names = append(names, g.GroupID)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Committed returns the offsets that a group's members told for so many partitions of a topic; -1 where none did.
func Committed(ctx context.Context, cfg Config, group, topic string, partitions int) ([]int64, error) {
	client, closeClient, err := cfg.inspector()
	if err != nil {
		return nil, err
	}
	defer closeClient()
	ask, offsets := make([]int, partitions), make([]int64, partitions)
	for p := range ask {
		ask[p], offsets[p] = p, -1
	}
	resp, err := client.OffsetFetch(ctx, &kafkago.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: ask}})
	if err == nil {
		err = resp.Error
	}
	if errors.Is(err, kafkago.GroupIdNotFound) {
		return offsets, nil
	}
	if err != nil {
		return nil, fmt.Errorf("asking how far %s has come: %w", group, orDenied(err))
	}
	for _, p := range resp.Topics[topic] {
		if p.Error != nil {
			return nil, fmt.Errorf("asking how far %s has come: %w", group, unavailable(p.Error))
		}
		if p.Partition < partitions {
			offsets[p.Partition] = p.CommittedOffset
		}
	}
	return offsets, nil
}

// Cluster is what a cluster says of itself. A topic that is not there has no entry.
type Cluster struct {
	ID      string
	Brokers int
	Release string // the oldest Kafka that knows what its brokers know; empty where that is older than Rollcall can use
	Topics  map[string]TopicState
}

// TopicState is a topic as it is there.
type TopicState struct {
	Partitions int
	Replicas   int // of the partition that has the fewest
	InSync     int // likewise
	Leaderless int
	Settings   map[string]string // by Kafka's names
}

// Inspect asks for the cluster and the named topics.
func Inspect(ctx context.Context, cfg Config, topics ...string) (*Cluster, error) {
	client, closeClient, err := cfg.inspector()
	if err != nil {
		return nil, err
	}
	defer closeClient()
	meta, err := client.Metadata(ctx, &kafkago.MetadataRequest{})
	if err != nil {
		return nil, fmt.Errorf("asking for the topics: %w", orDenied(err))
	}
	versions, err := client.ApiVersions(ctx, &kafkago.ApiVersionsRequest{})
	if err != nil {
		return nil, fmt.Errorf("asking what the brokers know: %w", orDenied(err))
	}
	out := &Cluster{Release: release(versions.ApiKeys), ID: meta.ClusterID, Brokers: len(meta.Brokers), Topics: map[string]TopicState{}}
	for _, name := range topics {
		for _, t := range meta.Topics {
			if t.Name != name || t.Error != nil {
				continue
			}
			s := TopicState{Partitions: len(t.Partitions), Replicas: len(meta.Brokers), InSync: len(meta.Brokers)}
			for _, p := range t.Partitions {
				s.Replicas, s.InSync = min(s.Replicas, len(p.Replicas)), min(s.InSync, len(p.Isr))
				if p.Error != nil || p.Leader.Host == "" {
					s.Leaderless++
				}
			}
			if s.Settings, err = topicSettings(ctx, client, name); err != nil {
				return nil, err
			}
			out.Topics[name] = s
		}
	}
	return out, nil
}

// release tells a broker's age by the newest fetch request that it knows: brokers do not tell their version.
func release(apis []kafkago.ApiVersionsResponseApiKey) string {
	const fetch = 1
	out := ""
	for _, a := range apis {
		if a.ApiKey != fetch {
			continue
		}
		for _, r := range []struct {
			fetch   int
			release string
		}{{11, "2.3"}, {12, "2.7"}, {13, "3.1"}, {15, "3.5"}, {16, "3.7"}, {17, "3.9"}, {18, "4.1"}} {
			if a.MaxVersion >= r.fetch {
				out = r.release
			}
		}
	}
	return out
}

func topicSettings(ctx context.Context, client *kafkago.Client, topic string) (map[string]string, error) {
	resp, err := client.DescribeConfigs(ctx, &kafkago.DescribeConfigsRequest{Resources: []kafkago.DescribeConfigRequestResource{
		{ResourceType: kafkago.ResourceTypeTopic, ResourceName: topic}}})
	if err != nil {
		return nil, fmt.Errorf("asking for the settings of %s: %w", topic, orDenied(err))
	}
	out := map[string]string{}
	for _, r := range resp.Resources {
		if r.Error != nil {
			return nil, fmt.Errorf("asking for the settings of %s: %w", topic, unavailable(r.Error))
		}
		for _, e := range r.ConfigEntries {
			out[e.ConfigName] = e.ConfigValue
		}
	}
	return out, nil
}

// Wanted returns the settings that a topic of ours should have on so many brokers, by Kafka's names.
func Wanted(t Topic, brokers int) map[string]string {
	out := map[string]string{}
	for _, e := range topicConfig(t, brokers).ConfigEntries {
		out[e.ConfigName] = e.ConfigValue
	}
	return out
}

func (c Config) inspector() (*kafkago.Client, func(), error) {
	if err := c.check(); err != nil {
		return nil, nil, err
	}
	client, closeClient := c.client()
	client.Timeout = min(requestTimeout, 5*time.Second)
	return client, closeClient, nil
}
