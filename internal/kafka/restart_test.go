package kafka

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestBrokerRestart stops the broker and starts it again on its folder and port while callers append and a reader
// reads: every acknowledged record is there, in its caller's order (a record whose acknowledgement was lost may come
// twice), and the reader sees each offset once.
func TestBrokerRestart(t *testing.T) {
	if os.Getenv(realEnv) != "" {
		t.Skip("the broker is not ours")
	}
	dir := t.TempDir()
	b := startBroker(t, dir, "127.0.0.1:0")
	addr := b.Addr()
	cfg := Config{Brokers: []string{addr}}
	topic, ctx := newTopic(t, cfg, 1), ctxOf(t)
	p := newProducer(t, cfg, ProducerOptions{MaxBatchBytes: 4 << 10})

	const callers = 8
	var acked [callers]atomic.Int64
	var finish atomic.Bool
	var appending sync.WaitGroup
	for c := range callers {
		appending.Go(func() {
			for i := 0; !finish.Load(); i++ {
				if err := p.Append(ctx, topic, numbered(fmt.Sprintf("%d/%06d", c, i), 2, 60)); err != nil {
					t.Error(err)
					return
				}
				acked[c].Add(1)
			}
		})
	}
	progress := func() { t.Helper(); getOn(ctx, t, &acked) }

	var got []string
	readerCtx, stopReader := context.WithCancel(ctx)
	reading := make(chan error, 1)
	go func() { reading <- follow(readerCtx, cfg, topic, 0, &got) }()

	for range 3 {
		progress()
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		b = startBroker(t, dir, addr)
	}
	progress()
	finish.Store(true)
	appending.Wait()
	_, next, err := Offsets(ctx, cfg, topic)
	if err != nil {
		t.Fatal(err)
	}
	want := readFrom(t, cfg, topic, 0, 0, ReaderOptions{})
	if int64(len(want)) != next[0] {
		t.Fatalf("%d records, the log ends at %d", len(want), next[0])
	}
	checkCallers(t, want, &acked)
	stopReader()
	if err := <-reading; !errors.Is(err, context.Canceled) {
		t.Fatalf("the reader: %v", err)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("the reader has %.30q at %d, the log %.30q", got[i], i, want[i])
		}
	}
	if len(got) < len(want)/2 {
		t.Errorf("the reader got %d of %d records", len(got), len(want))
	}
}

// getOn waits until each caller has twenty more acknowledgements.
func getOn(ctx context.Context, t *testing.T, acked *[8]atomic.Int64) {
	t.Helper()
	for c := range acked {
		for from := acked[c].Load(); acked[c].Load() < from+20; {
			if err := sleep(ctx, time.Millisecond); err != nil {
				t.Fatal("the callers do not get on")
			}
		}
	}
}

// follow reads from the start until ctx ends, over whatever trouble passes.
func follow(ctx context.Context, cfg Config, topic string, partition int, got *[]string) error {
	r, err := OpenReader(ctx, cfg, topic, partition, 0, ReaderOptions{})
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	for {
		recs, err := r.Fetch(ctx, time.Second)
		for _, rec := range recs {
			if rec.Offset != int64(len(*got)) {
				return fmt.Errorf("offset %d after %d records", rec.Offset, len(*got))
			}
			*got = append(*got, string(rec.Value))
		}
		if err != nil && (ctx.Err() != nil || !errors.Is(err, ErrUnavailable)) {
			return errors.Join(ctx.Err(), err)
		}
	}
}

func checkCallers(t *testing.T, log []string, acked *[8]atomic.Int64) {
	t.Helper()
	next := map[string]int{}
	for _, v := range log {
		f := strings.Split(v, "/")
		call, err := strconv.Atoi(f[1])
		if err != nil {
			t.Fatal(err)
		}
		i, err := strconv.Atoi(f[2])
		if err != nil {
			t.Fatal(err)
		}
		at := call*2 + i
		if at > next[f[0]] {
			t.Fatalf("caller %s: record %d after %d", f[0], at, next[f[0]]-1)
		}
		next[f[0]] = max(next[f[0]], at+1)
	}
	for c := range acked {
		if n := next[fmt.Sprint(c)]; int64(n) < 2*acked[c].Load() {
			t.Errorf("caller %d: %d records are there, %d are acknowledged", c, n, 2*acked[c].Load())
		}
	}
}
