package kafka

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/schemas"
)

// TestAppendKeepsOrder lets callers append at the same time, in small and large calls: in each partition each caller's
// records must stand in the order of its calls, each once.
func TestAppendKeepsOrder(t *testing.T) {
	cfg := cluster(t)
	p := newProducer(t, cfg, ProducerOptions{MaxBatchBytes: 4 << 10, MaxQueuedBytes: 16 << 10})
	names := map[int]string{}
	for n := 1; n <= 4; n++ {
		names[n] = newTopic(t, cfg, n)
	}
	rapid.Check(t, func(rt *rapid.T) {
		partitions := rapid.IntRange(1, 4).Draw(rt, "partitions")
		topic := names[partitions]
		_, from, err := Offsets(ctxOf(t), cfg, topic)
		if err != nil {
			rt.Fatal(err)
		}
		plans := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(1, 60), 1, 8), 1, 5).Draw(rt, "calls")
		ctx := ctxOf(t)
		var wg sync.WaitGroup
		var want atomic.Int64
		for w, plan := range plans {
			wg.Go(func() {
				for i, n := range plan {
					if err := p.Append(ctx, topic, numbered(fmt.Sprintf("%d/%03d", w, i), n, 20+i*40)); err != nil {
						t.Error(err)
					}
					want.Add(int64(n))
				}
			})
		}
		wg.Wait()
		total := 0
		for part := range partitions {
			last := map[string]string{}
			for _, v := range readFrom(t, cfg, topic, part, from[part], ReaderOptions{}) {
				f := strings.Split(v, "/")
				at := fmt.Sprintf("%s/%06s", f[1], f[2])
				if at <= last[f[0]] {
					rt.Fatalf("caller %s: %s after %s", f[0], at, last[f[0]])
				}
				last[f[0]] = at
				if key := "k" + f[2]; PartitionOf([]byte(key), partitions) != part {
					rt.Fatalf("key %s in partition %d", key, part)
				}
				total++
			}
		}
		if int64(total) != want.Load() {
			rt.Fatalf("%d records, want %d", total, want.Load())
		}
	})
}

// TestGroupCommit counts the requests that many callers of one record each share.
func TestGroupCommit(t *testing.T) {
	cfg := cluster(t)
	topic := newTopic(t, cfg, 1)
	reg := prometheus.NewRegistry()
	p := newProducer(t, cfg, ProducerOptions{Registerer: reg})
	const callers = 256
	ctx := ctxOf(t)
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			if err := p.Append(ctx, topic, []schemas.Record{record("k", fmt.Sprint(i))}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	requests := testutil.ToFloat64(p.metrics.requests)
	t.Logf("%d calls took %v requests", callers, requests)
	if requests > callers/4 {
		t.Errorf("%d calls took %v requests", callers, requests)
	}
	if got := testutil.ToFloat64(p.metrics.records); got != callers {
		t.Errorf("%v records counted, want %d", got, callers)
	}
	if got := testutil.ToFloat64(p.metrics.queued); got != 0 {
		t.Errorf("%v bytes still count as queued", got)
	}
	if got := len(readFrom(t, cfg, topic, 0, 0, ReaderOptions{})); got != callers {
		t.Errorf("%d records in the log, want %d", got, callers)
	}
	if problems, err := testutil.GatherAndLint(reg); err != nil || len(problems) > 0 {
		t.Errorf("the metrics' names: %v, %v", problems, err)
	}
}

func TestBroadcastAndAppendTo(t *testing.T) {
	cfg := cluster(t)
	topic, ctx := newTopic(t, cfg, 3), ctxOf(t)
	p := newProducer(t, cfg, ProducerOptions{})
	if n, err := p.Partitions(topic); n != 3 || err != nil {
		t.Fatalf("%d partitions, %v", n, err)
	}
	for part := range 3 {
		if err := p.AppendTo(ctx, topic, part, []schemas.Record{{Value: []byte(fmt.Sprint(part))}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Broadcast(ctx, topic, []byte("all")); err != nil {
		t.Fatal(err)
	}
	for part := range 3 {
		if diff := cmp.Diff([]string{fmt.Sprint(part), "all"}, readFrom(t, cfg, topic, part, 0, ReaderOptions{})); diff != "" {
			t.Errorf("partition %d (-want +got):\n%s", part, diff)
		}
	}
	for _, bad := range []int{-1, 3} {
		if err := p.AppendTo(ctx, topic, bad, []schemas.Record{{}}); err == nil {
			t.Errorf("appending to partition %d did not fail", bad)
		}
	}
	if err := p.Append(ctx, topic, nil); err != nil {
		t.Errorf("appending nothing: %v", err)
	}
	short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	if err := p.Append(short, "no-such-topic", []schemas.Record{{}}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("appending to no topic: %v", err)
	}
}

// TestTooLarge mixes a record that fits no batch with others: its call fails whole, all others pass.
func TestTooLarge(t *testing.T) {
	cfg := cluster(t)
	topic, ctx := newTopic(t, cfg, 1), ctxOf(t)
	p := newProducer(t, cfg, ProducerOptions{})
	big := func(n int) schemas.Record { return schemas.Record{Value: make([]byte, n)} }
	largest := defaultBatchBytes - sizePrefix - headBytes - maxOverhead
	if err := p.Append(ctx, topic, []schemas.Record{big(10), big(largest + 1)}); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("a record too large: %v, want ErrTooLarge", err)
	}
	if err := p.Broadcast(ctx, topic, make([]byte, largest+1)); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("broadcasting one too large: %v, want ErrTooLarge", err)
	}
	if err := p.Append(ctx, topic, []schemas.Record{big(1), big(largest), big(2), big(largest), big(3)}); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, v := range readFrom(t, cfg, topic, 0, 0, ReaderOptions{}) {
		sizes = append(sizes, len(v))
	}
	if diff := cmp.Diff([]int{1, largest, 2, largest, 3}, sizes); diff != "" {
		t.Errorf("sizes in the log (-want +got):\n%s", diff)
	}
}

// TestRefusedByBroker has a broker that takes less than we send.
func TestRefusedByBroker(t *testing.T) {
	cfg, ctx := cluster(t), ctxOf(t)
	topic := fmt.Sprintf("small-%d", time.Now().UnixNano())
	small := Topic{Name: topic, Partitions: 1, Config: map[string]string{"max.message.bytes": "2000"}}
	if err := EnsureTopics(ctx, cfg, []Topic{small}, testLog(t)); err != nil {
		t.Fatal(err)
	}
	p := newProducer(t, cfg, ProducerOptions{})
	if err := p.Append(ctx, topic, numbered("a", 1, 3000)); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("more than the topic takes: %v, want ErrTooLarge", err)
	}
	if err := p.Append(ctx, topic, numbered("b", 1, 1000)); err != nil {
		t.Fatalf("after a refusal: %v", err)
	}
}

// TestBusy fills the queue of a producer whose broker is gone, and closes it with callers waiting.
func TestBusy(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for timeouts")
	}
	b := startBroker(t, t.TempDir(), "127.0.0.1:0")
	cfg := Config{Brokers: []string{b.Addr()}}
	topic := newTopic(t, cfg, 1)
	p := newProducer(t, cfg, ProducerOptions{MaxBatchBytes: 1000, MaxQueuedBytes: 2000})
	if _, err := p.Partitions(topic); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	try := func(size int) error {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		return p.Append(ctx, topic, numbered("a", 1, size))
	}
	for range 2 {
		if err := try(900); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrBusy) {
			t.Fatalf("with room in the queue: %v, want the deadline", err)
		}
	}
	if err := try(900); !errors.Is(err, ErrBusy) {
		t.Fatalf("with a full queue: %v, want ErrBusy", err)
	}
	waiting := make(chan error, 1)
	entered := p.budget.TryAcquire(100) // what is left, so that the next call has no room for long
	go func() { waiting <- p.Append(context.Background(), topic, numbered("a", 1, 10)) }()
	if entered {
		p.budget.Release(100)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; !errors.Is(err, ErrClosed) {
		t.Fatalf("a caller in wait at Close: %v, want ErrClosed", err)
	}
	if err := try(10); !errors.Is(err, ErrClosed) {
		t.Fatalf("after Close: %v, want ErrClosed", err)
	}
}
