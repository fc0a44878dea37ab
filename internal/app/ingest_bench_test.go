package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/ingest"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/embedded/broker"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const benchToken = "token"

// oneByOne is a log that writes every request by itself, as a collector without group commit does.
type oneByOne struct {
	mu sync.Mutex
	*kafka.Producer
}

func (o *oneByOne) Append(ctx context.Context, topic string, recs []schemas.Record) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.Producer.Append(ctx, topic, recs)
}

// twoCollectors starts an embedded Kafka and two collectors on it: with group commit and without.
func twoCollectors(b *testing.B) (grouped, alone *ingest.Collector) {
	b.Helper()
	k, err := broker.Start(broker.Options{Dir: b.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = k.Close() })
	config := kafka.Config{Brokers: []string{k.Addr()}, ClientID: clientID}
	if err := ensureTopics(b.Context(), config, defaultPartitions, 0, testLogger(b)); err != nil {
		b.Fatal(err)
	}
	names := registry.New(registry.Options{Create: true})
	names.SetAdmin(benchToken)
	rec, err := names.SetCommunity(&actionpb.Settings{Community: "lab"})
	if err == nil {
		err = names.Apply(rec.Value)
	}
	if err != nil {
		b.Fatal(err)
	}
	collector := func(wrap func(*kafka.Producer) ingest.Log) *ingest.Collector {
		p, err := kafka.NewProducer(config, kafka.ProducerOptions{})
		if err != nil {
			b.Fatal(err)
		}
		c, err := ingest.New(ingest.Options{Log: wrap(p), Registry: names})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			_ = c.Close(context.Background())
			_ = p.Close()
		})
		return c
	}
	return collector(func(p *kafka.Producer) ingest.Log { return p }),
		collector(func(p *kafka.Producer) ingest.Log { return &oneByOne{Producer: p} })
}

type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

// storm sends n requests of `each` actions from many clients at once, and returns how long it took. Clients call the
// handler: what an HTTP client of this machine would cost is not the collector's.
func storm(b *testing.B, c http.Handler, clients, n, each int) time.Duration {
	b.Helper()
	var wg sync.WaitGroup
	began := time.Now()
	for client := range clients {
		wg.Go(func() {
			var body []byte
			for i := range n / clients {
				body = body[:0]
				for j := range each {
					body = fmt.Appendf(body, `{"id":"%d-%d-%d","community":"lab","member":"member-%d","kind":"comment","channel":"general","platform":"web","target":"member-2"}`+"\n",
						client, i, j, (client*n+i*each+j)%benchMembers)
				}
				r, _ := http.NewRequestWithContext(b.Context(), http.MethodPost, "/v1/actions", io.NopCloser(bytes.NewReader(body)))
				r.Header.Set("Authorization", "Bearer "+benchToken)
				d := discard{http.Header{}, http.StatusOK}
				if c.ServeHTTP(&d, r); d.status != http.StatusOK {
					b.Errorf("status %d", d.status)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(began)
}

// BenchmarkIngest takes actions until they are on disk in the embedded Kafka, in turns: requests of one action with group
// commit and without, and requests of 1,000.
func BenchmarkIngest(b *testing.B) {
	const clients, singles, aloneSingles, batches, batch = 512, 20_480, 512, 128, 1000
	grouped, alone := twoCollectors(b)
	storm(b, grouped, clients, clients, 1) // connect
	storm(b, alone, 8, 8, 1)
	var times [3]time.Duration
	b.ReportAllocs()
	for b.Loop() {
		times[0] += storm(b, grouped, clients, singles, 1)
		times[1] += storm(b, alone, clients, aloneSingles, 1)
		times[2] += storm(b, grouped, 8, batches, batch)
	}
	n := float64(b.N)
	rate := func(actions int, d time.Duration) float64 { return n * float64(actions) / d.Seconds() }
	b.ReportMetric(rate(singles, times[0]), "grouped/s")
	b.ReportMetric(rate(aloneSingles, times[1]), "alone/s")
	b.ReportMetric(rate(singles, times[0])/rate(aloneSingles, times[1]), "times")
	b.ReportMetric(rate(batches*batch, times[2]), "batched/s")
	b.ReportMetric(0, "ns/op")
}
