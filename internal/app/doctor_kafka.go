package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/schemas"
)

// lookWithin bounds one check.
const lookWithin = 15 * time.Second

// doctorKafka looks at a Kafka, one finding a check. What depends on a check that failed is left out.
func doctorKafka(ctx context.Context, c KafkaConfig, receivers []string) []Finding {
	c.ClientID = clientID
	ctx, cancel := context.WithTimeout(ctx, 4*lookWithin)
	defer cancel()
	var names []string
	for _, t := range topics(1) {
		names = append(names, t.Name)
	}
	there, err := kafka.Inspect(ctx, c, names...)
	if err != nil {
		return []Finding{{Part: "Kafka", Text: fmt.Sprintf("%s does not answer as it should: %v", c, err)}}
	}
	out := []Finding{{Part: "Kafka", OK: true, Text: fmt.Sprintf("reachable at %s, %d brokers", c, there.Brokers)}}
	if there.Brokers == 1 {
		out[0].Text += "; one alone keeps no second copy of what was accepted"
	}
	version := Finding{Part: "Kafka's version", OK: there.Release != "", Text: there.Release + " or newer, by the requests it knows"}
	if !version.OK {
		version.Text = "older than 2.3, which is the oldest that Rollcall can use: upgrade the brokers"
	}
	out = append(out, version)
	actions := there.Topics[schemas.TopicActions].Partitions
	for _, t := range topics(actions) {
		out = append(out, doctorTopic(t, there))
	}
	if actions == 0 {
		return out
	}
	out = append(out, doctorAppend(ctx, c))
	for _, s := range stageTopics {
		if n := there.Topics[s[1]].Partitions; n > 0 {
			f, _ := doctorGroup(ctx, c, groupID(s[0]), s[1], n, "no `rollcall process` runs; %d records wait")
			out = append(out, f)
		}
	}
	if there.Topics[schemas.TopicAlerts].Partitions > alertPartition {
		out = append(out, doctorReceivers(ctx, c, receivers)...)
	}
	return out
}

// doctorTopic compares a topic with what Rollcall would make.
func doctorTopic(want kafka.Topic, there *kafka.Cluster) Finding {
	f := Finding{Part: "topic " + want.Name}
	got, ok := there.Topics[want.Name]
	if !ok {
		f.OK, f.Text = true, "not there yet: the first collect or process makes it (--partitions says how many it gets)"
		return f
	}
	var wrong []string
	if got.Partitions != want.Partitions {
		wrong = append(wrong, fmt.Sprintf("%d partitions instead of %d: make it anew with `kafka-topics --create --topic %s --partitions %d`, which loses what it holds",
			got.Partitions, want.Partitions, want.Name, want.Partitions))
	}
	if got.Leaderless > 0 {
		wrong = append(wrong, fmt.Sprintf("%d partitions have no leader: bring their brokers back", got.Leaderless))
	}
	if enough, _ := strconv.Atoi(got.Settings["min.insync.replicas"]); got.InSync < enough {
		wrong = append(wrong, fmt.Sprintf("%d replicas are in sync and min.insync.replicas asks for %d, so nothing is accepted: bring the brokers back", got.InSync, enough))
	}
	change := map[string]string{}
	wanted := kafka.Wanted(want, there.Brokers)
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if value, known := got.Settings[name]; known && !settingDoes(want.Name, name, value, wanted[name], got.Replicas) {
			change[name] = wanted[name]
			wrong = append(wrong, name+"="+value)
		}
	}
	if policy := got.Settings["cleanup.policy"]; policy != "" && policy != "delete" {
		change["cleanup.policy"] = "delete"
		wrong = append(wrong, "cleanup.policy="+policy)
	}
	if got.Replicas < min(2, there.Brokers) {
		wrong = append(wrong, fmt.Sprintf("%d replica on %d brokers, so one lost disk loses it: `kafka-reassign-partitions` gives it more", got.Replicas, there.Brokers))
	}
	if len(wrong) == 0 {
		f.OK, f.Text = true, fmt.Sprintf("%d partitions, %d replicas%s", got.Partitions, got.Replicas, keeps(got.Settings))
		return f
	}
	f.Text = strings.Join(wrong, "; ")
	if len(change) > 0 {
		var set []string
		for _, name := range slices.Sorted(maps.Keys(change)) {
			set = append(set, name+"="+change[name])
		}
		f.Text += fmt.Sprintf(": `kafka-configs --alter --entity-type topics --entity-name %s --add-config %s`", want.Name, strings.Join(set, ","))
	}
	return f
}

// leastRetention is the shortest that a log may be kept: a stage that is down for longer loses what was accepted.
const leastRetention = 24 * time.Hour

// settingDoes reports whether a topic's setting is as good as the one that Rollcall would give it.
func settingDoes(topic, name, got, want string, replicas int) bool {
	n, err := strconv.ParseInt(got, 10, 64)
	switch name {
	case "retention.ms":
		return n == -1 || topic != schemas.TopicSettings && err == nil && time.Duration(n)*time.Millisecond >= leastRetention
	case "max.message.bytes":
		least, _ := strconv.ParseInt(want, 10, 64)
		return err == nil && n >= least
	case "min.insync.replicas":
		return err == nil && n >= int64(max(1, replicas-1))
	}
	return got == want
}

// keeps says for how long a topic that forgets keeps its records.
func keeps(settings map[string]string) string {
	n, err := strconv.ParseInt(settings["retention.ms"], 10, 64)
	if err != nil || n < 0 {
		return ""
	}
	return fmt.Sprintf(", kept for %s: longer than a process may be down, and the snapshots must be where all processes reach them", time.Duration(n)*time.Millisecond)
}

// doctorAppend appends a tick that moves nothing to every partition.
func doctorAppend(ctx context.Context, c KafkaConfig) Finding {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	f := Finding{Part: "writing to Kafka"}
	p, err := kafka.NewProducer(c, kafka.ProducerOptions{})
	if err == nil {
		began := time.Now()
		err = p.Broadcast(ctx, schemas.TopicActions, stream.Tick("", time.UnixMilli(0), time.UnixMilli(0)))
		_ = p.Close()
		f.Text = fmt.Sprintf("all in-sync replicas of every partition took a record within %s", time.Since(began).Round(time.Millisecond))
	}
	if f.OK = err == nil; !f.OK {
		f.Text = fmt.Sprintf("%v: check that the user may write to rollcall.*, and that enough replicas are in sync", err)
	}
	return f
}

// doctorGroup says who is in a group and how far behind it is, and what it told of each partition. idle is what it says of
// one that nobody is in, with the records that wait.
func doctorGroup(ctx context.Context, c KafkaConfig, group, topic string, partitions int, idle string) (Finding, []int64) {
	f := Finding{Part: "group " + group}
	members, _, err := kafka.GroupMembers(ctx, c, group, topic)
	if err != nil {
		f.Text = fmt.Sprintf("%v: check that the user may describe and join groups rollcall.*", err)
		return f, nil
	}
	told, err := kafka.Committed(ctx, c, group, topic, partitions)
	if err != nil {
		f.Text = err.Error()
		return f, nil
	}
	_, next, err := kafka.Offsets(ctx, c, topic)
	if err != nil {
		f.Text = err.Error()
		return f, nil
	}
	lag := int64(0)
	for p := range next {
		lag += max(0, next[p]-max(0, told[p]))
	}
	f.OK, f.Text = true, fmt.Sprintf("%d processes, %d records behind", len(members), lag)
	if len(members) == 0 {
		f.Text = fmt.Sprintf(idle, lag)
	}
	return f, told
}
