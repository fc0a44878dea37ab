package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var testNow = time.UnixMilli(1_800_000_000_000)

var errBusy = errors.New("queue full")

// fakeLog keeps copies of what it acknowledged. It can fail per topic, and block until a test lets it go on.
type fakeLog struct {
	mu      sync.Mutex
	recs    map[string][]schemas.Record
	ticks   []*actionpb.Tick
	order   []string // topics and "tick", as they came
	fail    map[string]error
	entered chan struct{} // when not nil, told about each Append…
	goOn    chan struct{} // …which then waits here, or for its context
}

func (l *fakeLog) Append(ctx context.Context, topic string, recs []schemas.Record) error {
	if l.entered != nil {
		l.entered <- struct{}{}
		select {
		case <-l.goOn:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.fail[topic]; err != nil {
		return err
	}
	if l.recs == nil {
		l.recs = map[string][]schemas.Record{}
	}
	for _, r := range recs {
		l.recs[topic] = append(l.recs[topic], schemas.Record{Key: bytes.Clone(r.Key), Value: bytes.Clone(r.Value)})
	}
	l.order = append(l.order, topic)
	return nil
}

func (l *fakeLog) Broadcast(_ context.Context, topic string, value []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.fail["tick"]; err != nil {
		return err
	}
	var c actionpb.Control
	if err := proto.Unmarshal(value, &c); err != nil {
		return err
	}
	l.ticks = append(l.ticks, c.Tick)
	l.order = append(l.order, "tick")
	return nil
}

func (l *fakeLog) setFail(topic string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = map[string]error{topic: err}
}

func (l *fakeLog) sent() []*actionpb.Tick {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.ticks)
}

func (l *fakeLog) actions(t testing.TB) []schemas.Action {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []schemas.Action
	for _, r := range l.recs[schemas.TopicActions] {
		var a schemas.Action
		if _, err := schemas.DecodeRecord(r.Value, &a); err != nil {
			t.Fatal(err)
		}
		if want := string(a.Community) + "|" + string(a.Member); string(r.Key) != want {
			t.Fatalf("key %q, want %q", r.Key, want)
		}
		all = append(all, a)
	}
	return all
}

func (l *fakeLog) rejected(t testing.TB) []*actionpb.Rejected {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*actionpb.Rejected
	for _, r := range l.recs[schemas.TopicRejected] {
		m := new(actionpb.Rejected)
		if err := proto.Unmarshal(r.Value, m); err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// harness is a collector with a key of community c, one of c and d, and one of all.
type harness struct {
	*Collector
	t             testing.TB
	log           *fakeLog
	metrics       *prometheus.Registry
	reg           *registry.Registry
	one, two, any string
}

func newHarness(t testing.TB, create bool, change func(o *Options)) *harness {
	t.Helper()
	h := &harness{t: t, log: &fakeLog{}, metrics: prometheus.NewRegistry(), reg: registry.New(registry.Options{Create: create})}
	for _, s := range []*actionpb.Settings{{Community: "c"}, {Community: "d", Clock: actionpb.Clock_CLOCK_DATA}} {
		rec, err := h.reg.SetCommunity(s)
		if err != nil || h.reg.Apply(rec.Value) != nil {
			t.Fatal(err)
		}
	}
	h.one, h.two, h.any = h.key("c"), h.key("c", "d"), h.key()
	o := Options{Log: h.log, Registry: h.reg, Busy: errBusy, Now: func() time.Time { return testNow }, Registerer: h.metrics}
	if change != nil {
		change(&o)
	}
	var err error
	if h.Collector, err = New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close(context.Background()) })
	return h
}

func (h *harness) key(communities ...string) string {
	secret, rec, _, err := h.reg.NewKey("", communities, testNow)
	if err != nil || h.reg.Apply(rec.Value) != nil {
		h.t.Fatal(err)
	}
	return secret
}

func (h *harness) post(path, key string, body []byte, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, bytes.NewReader(body))
	if key != "" {
		r.SetBasicAuth(key, "")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

type answer struct {
	Accepted int
	Rejected []refusal
}

// send posts to /v1/actions and wants a 200.
func (h *harness) send(key, body string) answer {
	h.t.Helper()
	w := h.post("/v1/actions", key, []byte(body))
	if w.Code != 200 {
		h.t.Fatalf("%d %s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), ":null") {
		h.t.Fatalf("%s", w.Body)
	}
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		h.t.Fatal(err)
	}
	return a
}

// problem wants a problem document of that status.
func (h *harness) problem(w *httptest.ResponseRecorder, status int) {
	h.t.Helper()
	var p struct {
		Status int
		Title  string
		Detail string
	}
	if w.Code != status || w.Header().Get("Content-Type") != "application/problem+json" {
		h.t.Fatalf("%d %v %s, want %d", w.Code, w.Header(), w.Body, status)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != status || p.Title != http.StatusText(status) || p.Detail == "" {
		h.t.Errorf("%s: %v", w.Body, err)
	}
	if slices.Contains([]int{429, 503}, status) != (w.Header().Get("Retry-After") != "") {
		h.t.Errorf("%d with Retry-After %q", status, w.Header().Get("Retry-After"))
	}
}

func (h *harness) metric(name string) float64 {
	h.t.Helper()
	families, err := h.metrics.Gather()
	if err != nil {
		h.t.Fatal(err)
	}
	sum := 0.0
	for _, f := range families {
		for _, m := range f.Metric {
			if f.GetName() == name {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return sum
}

func zipped(b []byte) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	z.Write(b)
	z.Close()
	return buf.Bytes()
}
