package broker

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

const (
	topic      = "t"
	partitions = 3
)

func start(t testing.TB, dir, listen string) *Broker {
	t.Helper()
	b, err := Start(Options{Dir: dir, Listen: listen, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() }) // a test that looks at the error closes first
	return b
}

// client waits for an acknowledgement of everything it writes, and gives up on a record after the given time.
func client(t testing.TB, addr string, giveUp time.Duration) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(
		kgo.SeedBrokers(addr), kgo.RequiredAcks(kgo.AllISRAcks()), kgo.DisableIdempotentWrite(),
		kgo.RecordDeliveryTimeout(giveUp), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.RetryTimeout(giveUp), kgo.MaxProduceRequestsInflightPerBroker(1),
		// Newer versions name topics by an id that these tests do not know.
		kgo.MaxVersions(kversion.V3_0_0()),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func createTopic(t testing.TB, c *kgo.Client) {
	t.Helper()
	req := kmsg.NewPtrCreateTopicsRequest()
	rt := kmsg.NewCreateTopicsRequestTopic()
	rt.Topic, rt.NumPartitions, rt.ReplicationFactor = topic, partitions, 1
	req.Topics = append(req.Topics, rt)
	resp, err := req.RequestWith(t.Context(), c)
	if err == nil {
		err = kerr.ErrorForCode(resp.Topics[0].ErrorCode)
	}
	if err != nil {
		t.Fatalf("creating the topic: %v", err)
	}
}

func produce(ctx context.Context, c *kgo.Client, partition int32, value []byte) error {
	return c.ProduceSync(ctx, &kgo.Record{Topic: topic, Partition: partition, Value: value}).FirstErr()
}

// readAll returns the values of every partition, checking that offsets have no gap.
func readAll(t testing.TB, addr string) map[int32][]string {
	t.Helper()
	c := client(t, addr, 10*time.Second)
	defer c.Close()
	offsets, want := map[int32]kgo.Offset{}, map[int32]int64{}
	for p := range int32(partitions) {
		offsets[p] = kgo.NewOffset().AtStart()
		want[p] = endOffset(t, c, p)
	}
	c.AddConsumePartitions(map[string]map[int32]kgo.Offset{topic: offsets})
	got := map[int32][]string{}
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	for behind(got, want) {
		fetches := c.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			t.Fatalf("reading: %v", err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if r.Offset != int64(len(got[r.Partition])) {
				t.Fatalf("partition %d: offset %d after %d records", r.Partition, r.Offset, len(got[r.Partition]))
			}
			got[r.Partition] = append(got[r.Partition], string(r.Value))
		})
	}
	return got
}

func behind(got map[int32][]string, want map[int32]int64) bool {
	for p, n := range want {
		if int64(len(got[p])) < n {
			return true
		}
	}
	return false
}

func endOffset(t testing.TB, c *kgo.Client, partition int32) int64 {
	t.Helper()
	req := kmsg.NewPtrListOffsetsRequest()
	rt := kmsg.NewListOffsetsRequestTopic()
	rt.Topic = topic
	rp := kmsg.NewListOffsetsRequestTopicPartition()
	rp.Partition, rp.Timestamp = partition, -1
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	resp, err := req.RequestWith(t.Context(), c)
	if err != nil {
		t.Fatalf("asking for the end of partition %d: %v", partition, err)
	}
	return resp.Topics[0].Partitions[0].Offset
}

// commit sets the group's offset of partition 0 as a client without members does.
func commit(t testing.TB, c *kgo.Client, offset int64) {
	t.Helper()
	req := kmsg.NewPtrOffsetCommitRequest()
	req.Group, req.Generation = "g", -1
	rt := kmsg.NewOffsetCommitRequestTopic()
	rt.Topic = topic
	rp := kmsg.NewOffsetCommitRequestTopicPartition()
	rp.Offset = offset
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	resp, err := req.RequestWith(t.Context(), c)
	if err == nil {
		err = kerr.ErrorForCode(resp.Topics[0].Partitions[0].ErrorCode)
	}
	if err != nil {
		t.Fatalf("committing: %v", err)
	}
}

func committed(t testing.TB, c *kgo.Client) int64 {
	t.Helper()
	req := kmsg.NewPtrOffsetFetchRequest()
	req.Group = "g"
	rt := kmsg.NewOffsetFetchRequestTopic()
	rt.Topic, rt.Partitions = topic, []int32{0}
	req.Topics = append(req.Topics, rt)
	rg := kmsg.NewOffsetFetchRequestGroup()
	rg.Group = "g"
	gt := kmsg.NewOffsetFetchRequestGroupTopic()
	gt.Topic, gt.Partitions = topic, []int32{0}
	rg.Topics = append(rg.Topics, gt)
	req.Groups = append(req.Groups, rg)
	resp, err := req.RequestWith(t.Context(), c)
	if err != nil {
		t.Fatalf("reading the commit: %v", err)
	}
	if len(resp.Groups) > 0 {
		return resp.Groups[0].Topics[0].Partitions[0].Offset
	}
	return resp.Topics[0].Partitions[0].Offset
}

func value(p int32, i int) string { return fmt.Sprintf("%d/%d", p, i) }

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func writeFile(t *testing.T, name string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// batchOf returns a record batch of n records (its body is arbitrary bytes) that begins at an offset.
func batchOf(first int64, n int) []byte {
	raw := append(make([]byte, headBytes), "body"...)
	binary.BigEndian.PutUint64(raw, uint64(first))
	binary.BigEndian.PutUint32(raw[lengthAt:], uint32(len(raw)-12))
	raw[magicAt] = 2
	binary.BigEndian.PutUint32(raw[lastDeltaAt:], uint32(n-1))
	binary.BigEndian.PutUint32(raw[crcAt:], crc32.Checksum(raw[attributesAt:], castagnoli))
	return raw
}
