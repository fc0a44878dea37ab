package kafka

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// clusterFile reads a file of the real cluster's folder, or skips the test.
func clusterFile(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv(clusterEnv)
	if dir == "" {
		t.Skip("needs brokers of its own: make kafka")
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

// node starts or kills one of the real cluster's nodes.
func node(t *testing.T, command string, id int) {
	t.Helper()
	// A script's broker outlives it and must not hold the test's output open.
	cmd := exec.CommandContext(t.Context(), "../../scripts/kafka/node.sh", command, os.Getenv(clusterEnv), strconv.Itoa(id))
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s node %d: %v", command, id, err)
	}
}

func TestRealLogin(t *testing.T) {
	cfg := Config{Brokers: strings.Split(clusterFile(t, "secure"), ","), ClientID: "test"}
	ca := filepath.Join(os.Getenv(clusterEnv), "ca.pem")
	for _, way := range []string{"plain", "scram-sha-256", "scram-sha-512"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel() // the brokers take their time to refuse
			cfg := cfg
			cfg.Security = Security{TLS: true, CA: ca, SASL: way, User: "ada", Password: "correct-horse"}
			roundTrip(t, cfg)
			cfg.Security.Password = "wrong"
			checkDenied(t, cfg, "check the user and the password")
		})
	}
	cfg.Security = Security{TLS: true, CA: newCerts(t).ca, SASL: "plain", User: "ada", Password: "correct-horse"}
	checkDenied(t, cfg, "authority that signed it")
}

// TestBrokerKilled kills the broker that coordinates the group, and leads some of the partitions, and starts it again
// while callers append, readers read and a group shares the partitions. No acknowledged record is lost, each reader
// sees each offset once and every caller's records in order, and the group deals all partitions out again.
func TestBrokerKilled(t *testing.T) {
	if len(strings.Split(clusterFile(t, "brokers"), ",")) < 3 {
		t.Skip("needs three brokers")
	}
	const partitions = 6
	cfg := cluster(t)
	topic := newTopic(t, cfg, partitions)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	p := newProducer(t, cfg, ProducerOptions{MaxBatchBytes: 4 << 10})
	var acked [8]atomic.Int64
	var finish atomic.Bool
	var appending sync.WaitGroup
	for c := range acked {
		appending.Go(func() {
			for i := 0; !finish.Load(); i++ {
				if err := p.AppendTo(ctx, topic, c%partitions, numbered(fmt.Sprintf("%d/%06d", c, i), 2, 60)); err != nil {
					t.Error(err)
					return
				}
				acked[c].Add(1)
			}
		})
	}
	var got [partitions][]string
	readerCtx, stopReaders := context.WithCancel(ctx)
	defer stopReaders()
	reading := make(chan error, partitions)
	for part := range partitions {
		go func() { reading <- follow(readerCtx, cfg, topic, part, &got[part]) }()
	}
	id := "killed-" + topic
	members := []*member{runMember(t, cfg, id, topic), runMember(t, cfg, id, topic)}
	shared(ctx, t, members, partitions)
	getOn(ctx, t, &acked)

	victim := coordinator(t, cfg, id)
	node(t, "kill", victim)
	start := time.Now()
	getOn(ctx, t, &acked)
	t.Logf("node %d killed, all callers got on after %v", victim, time.Since(start))
	shared(ctx, t, members, partitions)
	t.Logf("the group was whole after %v", time.Since(start))
	node(t, "start", victim)
	getOn(ctx, t, &acked)
	shared(ctx, t, members, partitions)

	finish.Store(true)
	appending.Wait()
	var log []string
	var want [partitions][]string
	for part := range want {
		want[part] = readFrom(t, cfg, topic, part, 0, ReaderOptions{})
		log = append(log, want[part]...)
	}
	checkCallers(t, log, &acked)
	stopReaders()
	for range partitions {
		if err := <-reading; !errors.Is(err, context.Canceled) {
			t.Errorf("a reader: %v", err)
		}
	}
	for part := range got {
		n := min(len(got[part]), len(want[part]))
		if n < len(want[part])/2 || !slices.Equal(got[part][:n], want[part][:n]) {
			t.Errorf("partition %d: the reader has %d records, the log %d, or others", part, len(got[part]), len(want[part]))
		}
	}
	t.Logf("%d records", len(log))
}

// shared waits until the members own all partitions between them.
func shared(ctx context.Context, t *testing.T, members []*member, partitions int) {
	t.Helper()
	for {
		var all []int
		whole := true
		for _, m := range members {
			m.mu.Lock()
			whole = whole && m.last != nil
			all = append(all, m.last...)
			m.mu.Unlock()
		}
		slices.Sort(all)
		if whole && len(all) == partitions && len(slices.Compact(all)) == partitions {
			return
		}
		if sleep(ctx, 10*time.Millisecond) != nil {
			t.Fatalf("the members own %v", all)
		}
	}
}

func coordinator(t *testing.T, cfg Config, group string) int {
	t.Helper()
	client, closeClient := cfg.client()
	defer closeClient()
	resp, err := client.FindCoordinator(ctxOf(t), &kafkago.FindCoordinatorRequest{Key: group, KeyType: kafkago.CoordinatorKeyTypeConsumer})
	if err != nil || resp.Error != nil {
		t.Fatalf("%+v, %v", resp, err)
	}
	return resp.Coordinator.NodeID
}
