package ingest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Log is where records go.
type Log interface {
	// Append returns nil when all in-sync replicas have every record. After an error some may be in the log, and the log
	// may still hold recs and their bytes, so the caller must not write to them again. Called from many goroutines.
	Append(ctx context.Context, topic string, recs []schemas.Record) error
	// Broadcast appends one record to every partition of the topic, behind what is queued there, with the same promise.
	Broadcast(ctx context.Context, topic string, value []byte) error
}

// Options of a collector. Log and Registry are required.
type Options struct {
	Log        Log
	Registry   *registry.Registry
	Busy       error // what Log's errors wrap when its queue is full
	Now        func() time.Time
	Registerer prometheus.Registerer
	Logger     *slog.Logger
	// MaxInFlightBytes bounds the request bodies, uncompressed, that are read or wait for the log: 64 MiB when 0. Their
	// records need as much again. A request larger than it is never taken.
	MaxInFlightBytes int64
	// RatePerKey is how many actions a second one write key may send, 0 for any number.
	RatePerKey float64
	// AppendTimeout is how long a request waits for the log's acknowledgement: 30 s when 0.
	AppendTimeout time.Duration
}

// Collector is an http.Handler for /v1/. Close it to drain it.
type Collector struct {
	o       Options
	mux     *http.ServeMux
	memory  *semaphore.Weighted
	batches sync.Pool
	limits  limits
	metrics *metrics
	ticks   *ticks

	mu      sync.Mutex
	closing bool
	running sync.WaitGroup // requests; added to under mu while not closing
}

// New starts a collector.
func New(o Options) (*Collector, error) {
	if o.Log == nil || o.Registry == nil {
		return nil, errors.New("starting the collector: Log and Registry are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MaxInFlightBytes == 0 {
		o.MaxInFlightBytes = 64 << 20
	}
	if o.AppendTimeout == 0 {
		o.AppendTimeout = 30 * time.Second
	}
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	c := &Collector{
		o:       o,
		mux:     http.NewServeMux(),
		memory:  semaphore.NewWeighted(o.MaxInFlightBytes),
		batches: sync.Pool{New: func() any { return new(batch) }},
		limits:  limits{rate: o.RatePerKey},
		metrics: m,
		ticks:   newTicks(o),
	}
	c.routes()
	return c, nil
}

func (c *Collector) routes() {
	c.handle("/v1/actions", "http", c.postActions)
	c.handle("/v1/import", "import", c.postImport)
	for _, call := range segmentCalls {
		c.handle("/v1/"+call, "segment", c.postSegment)
	}
	c.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem.New(http.StatusNotFound, "%s is no address of the collector", r.URL.Path).Write(w)
	})
}

// ServeHTTP implements http.Handler for paths under /v1/. The server sets ReadTimeout: a slow body holds its memory.
func (c *Collector) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.mux.ServeHTTP(w, r) }

// FlushTicks broadcasts the ticks of communities on the data clock that are still pending, so that all accepted before
// the call can become visible.
func (c *Collector) FlushTicks(ctx context.Context) error { return c.ticks.flush(ctx) }

// Close refuses new requests, waits for those that run, and sends the pending ticks. The error is ctx's or the log's.
func (c *Collector) Close(ctx context.Context) error {
	c.mu.Lock()
	c.closing = true
	c.mu.Unlock()
	drained := make(chan struct{})
	go func() {
		c.running.Wait()
		close(drained)
	}()
	var err error
	select {
	case <-drained:
	case <-ctx.Done():
		err = ctx.Err()
		// The goroutine above ends with the last request: the server bounds reading, AppendTimeout the rest.
	}
	return errors.Join(err, c.ticks.close(ctx))
}

// enter reports whether a request may run; one that may calls running.Done at its end.
func (c *Collector) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return false
	}
	c.running.Add(1)
	return true
}
