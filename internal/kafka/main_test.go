package kafka

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rollcall-dev/rollcall/internal/embedded/broker"
	"github.com/rollcall-dev/rollcall/schemas"
)

// realEnv names real brokers, host:port,…, that the tests use instead of the embedded one; the topics they make carry a
// time in their names. clusterEnv names the folder of the cluster, for tests that kill a broker or log in: see
// scripts/kafka/node.sh.
const (
	realEnv    = "ROLLCALL_TEST_KAFKA"
	clusterEnv = "ROLLCALL_TEST_KAFKA_CLUSTER"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var topics atomic.Int64

// cluster returns a broker for one test.
func cluster(t testing.TB) Config {
	t.Helper()
	if addrs := os.Getenv(realEnv); addrs != "" {
		return Config{Brokers: strings.Split(addrs, ","), ClientID: "test"}
	}
	return Config{Brokers: []string{startBroker(t, t.TempDir(), "127.0.0.1:0").Addr()}, ClientID: "test"}
}

func startBroker(t testing.TB, dir, listen string) *broker.Broker {
	t.Helper()
	b, err := broker.Start(broker.Options{Dir: dir, Listen: listen, Logger: testLog(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() }) // a test that looks at the error closes first
	return b
}

func newTopic(t testing.TB, cfg Config, partitions int) string {
	t.Helper()
	name := fmt.Sprintf("test-%d-%d", time.Now().UnixMilli(), topics.Add(1))
	if err := EnsureTopics(ctxOf(t), cfg, []Topic{{Name: name, Partitions: partitions}}, testLog(t)); err != nil {
		t.Fatal(err)
	}
	return name
}

func newProducer(t testing.TB, cfg Config, o ProducerOptions) *Producer {
	t.Helper()
	o.Logger = testLog(t)
	p, err := NewProducer(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func testLog(t testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

// ctxOf bounds a test.
func ctxOf(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// readFrom returns the values of a partition from an offset to its end, checking that offsets rise by one.
func readFrom(t testing.TB, cfg Config, topic string, partition int, offset int64, o ReaderOptions) []string {
	t.Helper()
	ctx := ctxOf(t)
	_, next, err := Offsets(ctx, cfg, topic)
	if err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(ctx, cfg, topic, partition, offset, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	var got []string
	for r.Next() < next[partition] {
		recs, err := r.Fetch(ctx, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range recs {
			if rec.Offset != offset+int64(len(got)) {
				t.Fatalf("partition %d: offset %d after %d records from %d", partition, rec.Offset, len(got), offset)
			}
			got = append(got, string(rec.Value))
		}
		if len(recs) == 0 {
			t.Fatalf("no record within a second at %d of %d", r.Next(), next[partition])
		}
	}
	return got
}

func record(key, value string) schemas.Record {
	return schemas.Record{Key: []byte(key), Value: []byte(value)}
}

func numbered(prefix string, n, size int) []schemas.Record {
	recs := make([]schemas.Record, n)
	for i := range recs {
		v := fmt.Sprintf("%s/%d/", prefix, i)
		recs[i] = record(fmt.Sprintf("k%d", i), v+strings.Repeat("x", max(0, size-len(v))))
	}
	return recs
}
