package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
	"pgregory.net/rapid"
)

// TestFetchFromAnyOffset reads from anywhere with fetches of any size. On a real broker an answer begins with the whole
// batch that holds the offset and ends in the middle of another one.
func TestFetchFromAnyOffset(t *testing.T) {
	cfg := cluster(t)
	topic, ctx := newTopic(t, cfg, 1), ctxOf(t)
	p := newProducer(t, cfg, ProducerOptions{MaxBatchBytes: 20_000})
	var want []string
	for call, n := range []int{1, 7, 300, 1000, 2} {
		recs := numbered(fmt.Sprint(call), n, 50+call)
		if err := p.Append(ctx, topic, recs); err != nil {
			t.Fatal(err)
		}
		for _, r := range recs {
			want = append(want, string(r.Value))
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		from := rapid.IntRange(0, len(want)).Draw(rt, "offset")
		o := ReaderOptions{MaxBytes: rapid.IntRange(100, 50_000).Draw(rt, "bytes")}
		if diff := cmp.Diff(want[from:], readFrom(t, cfg, topic, 0, int64(from), o), cmpEmpty); diff != "" {
			rt.Fatalf("from %d (-want +got):\n%.2000s", from, diff)
		}
	})
	for _, bad := range []int64{-1, int64(len(want)) + 1} {
		_, err := OpenReader(ctx, cfg, topic, 0, bad, ReaderOptions{})
		if !errors.Is(err, ErrOffset) || !strings.Contains(err.Error(), fmt.Sprintf("0 up to %d, and %d is asked for", len(want), bad)) {
			t.Errorf("offset %d: %v, want ErrOffset with the numbers", bad, err)
		}
	}
}

var cmpEmpty = cmp.Transformer("len", func(s []string) []string { return append([]string{}, s...) })

// TestLargeRecords has records below and above what a fetch asks for, and reads an empty value.
func TestLargeRecords(t *testing.T) {
	cfg := cluster(t)
	topic, ctx := newTopic(t, cfg, 1), ctxOf(t)
	p := newProducer(t, cfg, ProducerOptions{})
	var want []string
	for _, n := range []int{0, 10, 64 << 10, 1<<16 + 1, 500_000, 0, 900_000} {
		want = append(want, strings.Repeat("x", n))
		if err := p.Append(ctx, topic, numbered("", 0, 0)); err != nil {
			t.Fatal(err)
		}
		r := record("k", want[len(want)-1])
		if err := p.Append(ctx, topic, append(numbered("", 0, 0), r)); err != nil {
			t.Fatal(err)
		}
	}
	for _, maxBytes := range []int{1000, 1 << 20} {
		if got := readFrom(t, cfg, topic, 0, 0, ReaderOptions{MaxBytes: maxBytes}); !slices.Equal(got, want) {
			t.Errorf("fetches of %d bytes: %d records, or not their values", maxBytes, len(got))
		}
	}
}

// TestValuesLastUntilTheNextFetch looks at the values of a fetch after each was appended to, and that the next fetch takes
// their memory.
func TestValuesLastUntilTheNextFetch(t *testing.T) {
	cfg := cluster(t)
	topic, ctx := newTopic(t, cfg, 1), ctxOf(t)
	sent := numbered("a", 2000, 100)
	if err := newProducer(t, cfg, ProducerOptions{MaxBatchBytes: 5000}).Append(ctx, topic, sent); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(ctx, cfg, topic, 0, 0, ReaderOptions{MaxBytes: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	fetches, places := 0, map[*byte]bool{}
	for n := 0; n < len(sent); fetches++ {
		recs, err := r.Fetch(ctx, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range recs {
			_ = append(rec.Value, make([]byte, 50)...) // must not reach the next value
		}
		for i, rec := range recs {
			if string(rec.Value) != string(sent[n+i].Value) {
				t.Fatalf("record %d is %.40q, want %.40q", n+i, rec.Value, sent[n+i].Value)
			}
		}
		places[&recs[0].Value[0]] = true
		n += len(recs)
	}
	if len(places) > fetches/2 {
		t.Errorf("%d fetches used %d places in memory", fetches, len(places))
	}
}

// TestFetchWaits looks at the end of a log: nothing within the wait, then what arrives meanwhile, at once.
func TestFetchWaits(t *testing.T) {
	cfg := cluster(t)
	topic, ctx := newTopic(t, cfg, 1), ctxOf(t)
	p := newProducer(t, cfg, ProducerOptions{})
	r, err := OpenReader(ctx, cfg, topic, 0, 0, ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	start := time.Now()
	if recs, err := r.Fetch(ctx, 200*time.Millisecond); len(recs) != 0 || err != nil {
		t.Fatalf("an empty log: %d, %v", len(recs), err)
	}
	if took := time.Since(start); took < 150*time.Millisecond || took > 2*time.Second {
		t.Errorf("waited %v for 200 ms", took)
	}
	appended := make(chan error, 1)
	go func() { appended <- p.Append(ctx, topic, numbered("a", 3, 30)) }()
	start = time.Now()
	recs, err := r.Fetch(ctx, 20*time.Second)
	if len(recs) != 3 || err != nil || r.Next() != 3 || r.HighWater() != 3 || r.FirstOffset() != 0 {
		t.Fatalf("%d records, %v; next %d, high water %d", len(recs), err, r.Next(), r.HighWater())
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("a record that arrives is handed out after %v", took)
	}
	if err := <-appended; err != nil {
		t.Fatal(err)
	}
	stopped, cancel := context.WithCancel(ctx)
	time.AfterFunc(50*time.Millisecond, cancel)
	start = time.Now()
	if _, err := r.Fetch(stopped, 20*time.Second); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped fetch: %v", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("a stopped fetch ended after %v", took)
	}
	if recs, err := r.Fetch(ctx, time.Millisecond); len(recs) != 0 || err != nil { // it connects again
		t.Errorf("after a stopped fetch: %d, %v", len(recs), err)
	}
}

// TestForeignWriters reads what other programs write: compressed batches, and markers of transactions.
func TestForeignWriters(t *testing.T) {
	cfg := cluster(t)
	topic, ctx := newTopic(t, cfg, 1), ctxOf(t)
	client, closeClient := cfg.client()
	defer closeClient()
	var want []string
	for _, codec := range []kafkago.Compression{kafkago.Gzip, kafkago.Snappy, kafkago.Lz4, kafkago.Zstd} {
		var recs []kafkago.Record
		for i := range 50 {
			v := fmt.Sprintf("%v %d %s", codec, i, strings.Repeat("y", i*20))
			want = append(want, v)
			recs = append(recs, kafkago.Record{Value: kafkago.NewBytes([]byte(v)), Headers: []kafkago.Header{{Key: "h", Value: []byte("v")}}})
		}
		if _, err := client.Produce(ctx, &kafkago.ProduceRequest{Topic: topic, RequiredAcks: kafkago.RequireAll,
			Records: kafkago.NewRecordReader(recs...), Compression: codec}); err != nil {
			t.Fatal(err)
		}
	}
	for _, from := range []int64{0, 1, 49, 50, 77} {
		if diff := cmp.Diff(want[from:], readFrom(t, cfg, topic, 0, from, ReaderOptions{})); diff != "" {
			t.Errorf("compressed batches from %d (-want +got):\n%.2000s", from, diff)
		}
	}
}

// TestDeletedRecords has the log begin later than the reader stands.
func TestDeletedRecords(t *testing.T) {
	cfg := cluster(t)
	topic, ctx := newTopic(t, cfg, 1), ctxOf(t)
	p := newProducer(t, cfg, ProducerOptions{})
	if err := p.Append(ctx, topic, numbered("a", 10, 20)); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(ctx, cfg, topic, 0, 1, ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	deleteBefore(t, cfg, topic, 4)
	recs, err := r.Fetch(ctx, time.Second)
	if len(recs) != 0 || !errors.Is(err, ErrOffset) || !strings.Contains(err.Error(), "4 up to 10, and 1 is asked for") {
		t.Errorf("standing at deleted records: %v, want ErrOffset with the numbers", err)
	}
	if got := len(readFrom(t, cfg, topic, 0, 4, ReaderOptions{})); got != 6 {
		t.Errorf("%d records are left, want 6", got)
	}
}

// TestTransactions has somebody write in a transaction.
func TestTransactions(t *testing.T) {
	cfg := cluster(t)
	topic, ctx := newTopic(t, cfg, 1), ctxOf(t)
	c := franz(t, cfg, kgo.TransactionalID("tx-"+topic), kgo.DefaultProduceTopic(topic))
	if err := c.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	if err := c.ProduceSync(ctx, &kgo.Record{Value: []byte("v")}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	if err := c.EndTransaction(ctx, kgo.TryCommit); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(ctx, cfg, topic, 0, 0, ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	for err == nil && r.Next() < 2 {
		_, err = r.Fetch(ctx, time.Second)
	}
	if !errors.Is(err, ErrTransactional) || r.Next() != 0 {
		t.Errorf("at offset %d: %v, want ErrTransactional", r.Next(), err)
	}
}

// franz is another client library, for what ours cannot do.
func franz(t *testing.T, cfg Config, o ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append(o, kgo.SeedBrokers(cfg.Brokers...), kgo.MaxVersions(kversion.V3_0_0()))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func deleteBefore(t *testing.T, cfg Config, topic string, offset int64) {
	t.Helper()
	req := kmsg.NewPtrDeleteRecordsRequest()
	rt := kmsg.NewDeleteRecordsRequestTopic()
	rt.Topic = topic
	rp := kmsg.NewDeleteRecordsRequestTopicPartition()
	rp.Offset = offset
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	resp, err := req.RequestWith(ctxOf(t), franz(t, cfg))
	if err == nil {
		err = kerr.ErrorForCode(resp.Topics[0].Partitions[0].ErrorCode)
	}
	if err != nil {
		t.Fatal(err)
	}
}
