package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// member runs a group's member in a test and tells what it owns.
type member struct {
	group  *Group
	owned  chan []int
	stop   func() error // ends it and returns Run's error
	mu     sync.Mutex
	active int
	last   []int // what it owns, nil between generations
}

func runMember(t *testing.T, cfg Config, id, topic string) *member {
	t.Helper()
	g, err := JoinGroup(cfg, GroupOptions{ID: id, Topic: topic, Logger: testLog(t)})
	if err != nil {
		t.Fatal(err)
	}
	m := &member{group: g, owned: make(chan []int, 100)}
	ctx, cancel := context.WithCancel(ctxOf(t))
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx, m.own(t)) }()
	m.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		if err := m.stop(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func (m *member) own(t *testing.T) func(context.Context, []int) error {
	return func(ctx context.Context, partitions []int) error {
		m.mu.Lock()
		m.active++
		if m.active != 1 {
			t.Errorf("%d generations at once", m.active)
		}
		m.last = partitions
		m.mu.Unlock()
		m.owned <- partitions
		<-ctx.Done()
		m.mu.Lock()
		m.active--
		m.last = nil
		m.mu.Unlock()
		return ctx.Err()
	}
}

// waitFor returns when the member owns n partitions.
func (m *member) waitFor(t *testing.T, n int) []int {
	t.Helper()
	timeout := time.After(30 * time.Second)
	for {
		select {
		case got := <-m.owned:
			if len(got) == n && slices.IsSorted(got) {
				return got
			}
		case <-timeout:
			t.Fatalf("the member did not get %d partitions", n)
		}
	}
}

func TestGroup(t *testing.T) {
	cfg := cluster(t)
	topic := newTopic(t, cfg, 4)
	id := "group-" + topic
	start := time.Now()
	a := runMember(t, cfg, id, topic)
	a.waitFor(t, 4)
	t.Logf("from Run to own: %v", time.Since(start))
	start = time.Now()
	b := runMember(t, cfg, id, topic)
	both := append(a.waitFor(t, 2), b.waitFor(t, 2)...)
	t.Logf("shared with a second member after %v", time.Since(start))
	slices.Sort(both)
	if !slices.Equal(both, []int{0, 1, 2, 3}) {
		t.Fatalf("the two own %v", both)
	}
	start = time.Now()
	if err := a.stop(); err != nil {
		t.Fatal(err)
	}
	t.Logf("the first left within %v", time.Since(start))
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("leaving took %v", took)
	}
	b.waitFor(t, 4)
	t.Logf("the second took over after %v", time.Since(start))
	if err := b.group.Commit(ctxOf(t), map[int]int64{0: 5, 3: 7}); err != nil {
		t.Error(err)
	}
	if got := committedOffsets(t, cfg, id, topic, 4); !slices.Equal(got, []int64{5, -1, -1, 7}) {
		t.Errorf("committed offsets %v", got)
	}
}

// TestPartitionsStay has a third member come and go: what the first two own meanwhile is part of what they own before
// and after.
func TestPartitionsStay(t *testing.T) {
	cfg := cluster(t)
	topic := newTopic(t, cfg, 8)
	id := "stay-" + topic
	a := runMember(t, cfg, id, topic)
	a.waitFor(t, 8)
	b := runMember(t, cfg, id, topic)
	two := [][]int{a.waitFor(t, 4), b.waitFor(t, 4)}
	c := runMember(t, cfg, id, topic)
	third := c.waitFor(t, 2)
	three := [][]int{a.waitFor(t, 3), b.waitFor(t, 3)}
	if err := c.stop(); err != nil {
		t.Fatal(err)
	}
	after := [][]int{a.waitFor(t, 4), b.waitFor(t, 4)}
	for m := range two {
		for _, p := range three[m] {
			if !slices.Contains(two[m], p) || !slices.Contains(after[m], p) {
				t.Errorf("member %d owns %v, then %v beside %v, then %v", m, two[m], three[m], third, after[m])
			}
		}
	}
}

func committedOffsets(t *testing.T, cfg Config, id, topic string, n int) []int64 {
	t.Helper()
	client, closeClient := cfg.client()
	defer closeClient()
	var all []int
	for p := range n {
		all = append(all, p)
	}
	resp, err := client.OffsetFetch(ctxOf(t), &kafkago.OffsetFetchRequest{GroupID: id, Topics: map[string][]int{topic: all}})
	if err != nil {
		t.Fatal(err)
	}
	got := make([]int64, n)
	for _, p := range resp.Topics[topic] {
		got[p.Partition] = p.CommittedOffset
	}
	return got
}

// TestGroupOwnEnds lets own end by itself, with and without an error: Run returns, and the group is free at once.
func TestGroupOwnEnds(t *testing.T) {
	cfg := cluster(t)
	topic := newTopic(t, cfg, 1)
	broken := errors.New("broken")
	for i, want := range []error{nil, broken, nil} {
		g, err := JoinGroup(cfg, GroupOptions{ID: "ends-" + topic, Topic: topic, Logger: testLog(t)})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := g.Run(ctxOf(t), func(context.Context, []int) error { return want }); !errors.Is(err, want) {
			t.Fatalf("Run returned %v, want %v", err, want)
		}
		if took := time.Since(start); i > 0 && took > 5*time.Second { // the first of a new broker waits for it to make room for groups
			t.Errorf("member %d came and went in %v", i, took)
		}
	}
	if _, err := JoinGroup(cfg, GroupOptions{Topic: topic}); err == nil {
		t.Error("a group without an id")
	}
}

// TestGroupStopsWithoutBroker ends a membership that never came about.
func TestGroupStopsWithoutBroker(t *testing.T) {
	g, err := JoinGroup(Config{Brokers: []string{"127.0.0.1:1"}}, GroupOptions{ID: "g", Topic: "t", Logger: testLog(t)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err = g.Run(ctx, func(context.Context, []int) error { return fmt.Errorf("there is nothing to own") })
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Commit(t.Context(), map[int]int64{0: 1}); err != nil { // outside a generation it does nothing
		t.Error(err)
	}
}
