package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// alert makes a change of one.
func alert(id string, sequence uint32, state string) *actionpb.Alert {
	a := &actionpb.Alert{Version: 1, Community: "lab", AlertId: id, Sequence: sequence, Kind: "leave_spike", State: state, Change: "updated",
		Severity: "warning", Opened: 1, Updated: int64(sequence) * 1000}
	switch {
	case state == "resolved":
		a.Change, a.Resolved = "resolved", a.Updated
	case sequence == 1:
		a.Change = "opened"
	}
	return a
}

// memory is a log of one partition, and its groups.
type memory struct {
	mu        sync.Mutex
	records   []schemas.Logged
	news      chan struct{}
	committed map[string]int64
	noCommit  bool
}

func newMemory() *memory { return &memory{news: make(chan struct{}), committed: map[string]int64{}} }

func (m *memory) append(all ...*actionpb.Alert) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range all {
		b, err := proto.Marshal(a)
		if err != nil {
			panic(err)
		}
		m.records = append(m.records, schemas.Logged{Offset: int64(len(m.records)), Value: b, Appended: time.Now().UnixMilli()})
	}
	close(m.news)
	m.news = make(chan struct{})
}

func (m *memory) Join(ctx context.Context, group string, own func(context.Context, func(int64) error) error) error {
	return own(ctx, func(offset int64) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.noCommit {
			return errors.New("no commit")
		}
		m.committed[group] = offset
		return nil
	})
}

func (m *memory) Committed(_ context.Context, group string) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at, ok := m.committed[group]; ok {
		return at, nil
	}
	return -1, nil
}

// at is where a receiver's group is.
func (m *memory) at(receiver string) int64 {
	at, _ := m.Committed(context.Background(), Group(receiver))
	return at
}

func (m *memory) refuseCommits(refuse bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.noCommit = refuse
}

func (m *memory) Offsets(context.Context) (first, next int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return 0, int64(len(m.records)), nil
}

func (m *memory) Open(_ context.Context, offset int64) (Reader, error) {
	return &memoryReader{m: m, next: offset}, nil
}

// memoryReader takes the values back at the next Fetch, as a connection's buffer would.
type memoryReader struct {
	m    *memory
	next int64
	last []schemas.Logged
}

func (r *memoryReader) Fetch(ctx context.Context) ([]schemas.Logged, error) {
	for i := range r.last {
		clear(r.last[i].Value)
	}
	r.m.mu.Lock()
	out, news := slices.Clone(r.m.records[r.next:min(int(r.next)+100, len(r.m.records))]), r.m.news
	r.m.mu.Unlock()
	for i := range out {
		out[i].Value = bytes.Clone(out[i].Value)
	}
	r.last = out
	if len(out) == 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-news:
			return nil, nil
		}
	}
	r.next += int64(len(out))
	return out, nil
}

func (r *memoryReader) HighWater() int64 {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	return int64(len(r.m.records))
}

func (r *memoryReader) Close() error { return nil }

// inbox is a receiver that notes what it gets.
type inbox struct {
	mu    sync.Mutex
	got   []string // ids of each message
	at    []time.Time
	fails func(n int) error // the n-th message, from 0, does not arrive
	tries int
}

func (i *inbox) Send(ctx context.Context, m alerts.Message) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	n := i.tries
	i.tries++
	if i.fails != nil {
		if err := i.fails(n); err != nil {
			return err
		}
	}
	text := ""
	for _, a := range m.Alerts {
		text += alerts.ID(a) + " "
	}
	i.got, i.at = append(i.got, text[:len(text)-1]), append(i.at, time.Now())
	return ctx.Err()
}

func (i *inbox) fail(f func(n int) error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.fails = f
}

func (i *inbox) tried() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.tries
}

func (i *inbox) all() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.got)
}

// begin runs an outbox within a bubble of fake time; the answer stops it.
func begin(t *testing.T, log Log, receivers ...Receiver) (o *Outbox, stop func()) {
	t.Helper()
	o, err := New(Options{Log: log, Receivers: receivers, Place: func(string) Place { return Place{} }, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- o.Run(ctx) }()
	synctest.Wait()
	return o, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// pass lets time go by.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func expect(t *testing.T, what string, i *inbox, want ...string) {
	t.Helper()
	if got := i.all(); !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func numbered(format string, n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf(format, i))
	}
	return out
}

// refusing never takes a message with one change.
type refusing struct {
	*inbox
	id  string
	err error
}

func (r *refusing) Send(ctx context.Context, m alerts.Message) error {
	for _, a := range m.Alerts {
		if alerts.ID(a) == r.id {
			return r.err
		}
	}
	return r.inbox.Send(ctx, m)
}

// slow takes a message after a while.
type slow struct {
	*inbox
	takes time.Duration
}

func (s *slow) Send(ctx context.Context, m alerts.Message) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(s.takes):
		return s.inbox.Send(ctx, m)
	}
}
