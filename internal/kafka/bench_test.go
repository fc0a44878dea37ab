package kafka

import (
	"bytes"
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/rollcall-dev/rollcall/schemas"
)

// cpuTime returns the CPU time of this process, which the embedded broker is part of.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func perRecord(b *testing.B, records int, cpu time.Duration) {
	b.ReportMetric(float64(cpu.Nanoseconds())/float64(records), "cpu-ns/record")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/record")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkAppend appends calls of 2,500 records of 200 bytes, spread over 8 partitions, from one caller and from four.
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 4} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			cfg := cluster(b)
			topic, ctx, recs := newTopic(b, cfg, 8), ctxOf(b), numbered("a", 2500, 200)
			p := newProducer(b, cfg, ProducerOptions{})
			if _, err := p.Partitions(topic); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			cpu := cpuTime(b)
			b.ResetTimer()
			var wg sync.WaitGroup
			for range callers {
				wg.Go(func() {
					for range b.N {
						if err := p.Append(ctx, topic, recs); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			perRecord(b, b.N*callers*len(recs), cpuTime(b)-cpu)
		})
	}
}

// BenchmarkAppendOne appends single records: 256 callers that share requests, against one that waits for each.
func BenchmarkAppendOne(b *testing.B) {
	cfg := cluster(b)
	topic, ctx := newTopic(b, cfg, 1), ctxOf(b)
	rec := numbered("a", 1, 200)
	p := newProducer(b, cfg, ProducerOptions{})
	run := func(callers, each int) time.Duration {
		start := time.Now()
		var wg sync.WaitGroup
		for range callers {
			wg.Go(func() {
				for range each {
					if err := p.Append(ctx, topic, rec); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		return time.Since(start) / time.Duration(callers*each)
	}
	run(256, 1)
	for b.Loop() {
		serial := run(1, 200)
		requests := testutil.ToFloat64(p.metrics.requests)
		shared := run(256, 40)
		b.ReportMetric(float64(serial.Nanoseconds()), "serial-ns/record")
		b.ReportMetric(float64(shared.Nanoseconds()), "shared-ns/record")
		b.ReportMetric(float64(serial)/float64(shared), "times-faster")
		b.ReportMetric(256*40/(testutil.ToFloat64(p.metrics.requests)-requests), "records/request")
	}
}

// BenchmarkEncoding compares the two ways to write one batch of 2,500 records to one partition: our own encoding sent
// raw, and the client library's.
func BenchmarkEncoding(b *testing.B) {
	var buf []byte
	ways := map[string]func(*kafkago.Client, string, []schemas.Record) (*kafkago.ProduceResponse, error){
		"raw": func(c *kafkago.Client, topic string, recs []schemas.Record) (*kafkago.ProduceResponse, error) {
			batch := newBatch(buf)
			for _, r := range recs {
				batch.add(r)
			}
			buf = batch.seal(time.Now())
			return c.RawProduce(b.Context(), &kafkago.RawProduceRequest{Topic: topic, RequiredAcks: kafkago.RequireAll,
				RawRecords: protocol.RawRecordSet{Reader: bytes.NewReader(buf)}})
		},
		"library": func(c *kafkago.Client, topic string, recs []schemas.Record) (*kafkago.ProduceResponse, error) {
			all := make([]kafkago.Record, len(recs))
			for i, r := range recs {
				all[i] = kafkago.Record{Key: kafkago.NewBytes(r.Key), Value: kafkago.NewBytes(r.Value)}
			}
			return c.Produce(b.Context(), &kafkago.ProduceRequest{Topic: topic, RequiredAcks: kafkago.RequireAll,
				Records: kafkago.NewRecordReader(all...)})
		},
	}
	for name, write := range ways {
		b.Run(name, func(b *testing.B) {
			cfg := cluster(b)
			topic, recs := newTopic(b, cfg, 1), numbered("a", 2500, 200)
			client, closeClient := cfg.client()
			defer closeClient()
			b.ReportAllocs()
			cpu := cpuTime(b)
			for b.Loop() {
				resp, err := write(client, topic, recs)
				if err == nil {
					err = resp.Error
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			perRecord(b, b.N*len(recs), cpuTime(b)-cpu)
		})
	}
}

// BenchmarkFetch reads one partition of records of 270 bytes from start to end, over and over: ours, and the quickest
// way that the client library has (which checks no checksum). On a real broker its CPU time is not in the figures. The
// collector is let run as seldom as in a process that holds state.
func BenchmarkFetch(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(1600))
	cfg := cluster(b)
	topic, ctx := newTopic(b, cfg, 1), ctxOf(b)
	p := newProducer(b, cfg, ProducerOptions{})
	const records = 200_000
	if err := p.Append(ctx, topic, numbered("a", records, 250)); err != nil {
		b.Fatal(err)
	}
	ways := map[string]func() (int, error){
		"ours":    func() (int, error) { return readAll(ctx, cfg, topic, records) },
		"library": func() (int, error) { return readByLibrary(ctx, cfg, topic, records) },
	}
	for name, read := range ways {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			cpu := cpuTime(b)
			for b.Loop() {
				if n, err := read(); n != records || err != nil {
					b.Fatalf("%d records, %v", n, err)
				}
			}
			perRecord(b, b.N*records, cpuTime(b)-cpu)
		})
	}
}

func readAll(ctx context.Context, cfg Config, topic string, end int64) (n int, err error) {
	r, err := OpenReader(ctx, cfg, topic, 0, 0, ReaderOptions{})
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Close() }()
	for r.Next() < end {
		recs, err := r.Fetch(ctx, time.Second)
		if err != nil {
			return n, err
		}
		n += len(recs)
	}
	return n, nil
}

func readByLibrary(ctx context.Context, cfg Config, topic string, end int64) (n int, err error) {
	conn, err := kafkago.DialLeader(ctx, "tcp", cfg.Brokers[0], topic, 0)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	buf := make([]byte, 64<<10)
	for next := int64(0); next < end; {
		if _, err := conn.Seek(next, kafkago.SeekAbsolute|kafkago.SeekDontCheck); err != nil {
			return n, err
		}
		batch := conn.ReadBatchWith(kafkago.ReadBatchConfig{MinBytes: 1, MaxBytes: defaultFetchBytes, MaxWait: time.Second})
		for {
			if _, err := batch.Read(buf); err != nil {
				break
			}
			if after := batch.Offset(); after > next { // an answer begins with the whole batch that holds the offset
				next = after
				n++
			}
		}
		if err := batch.Close(); err != nil {
			return n, err
		}
	}
	return n, nil
}
