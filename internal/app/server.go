package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rollcall-dev/rollcall/alerts/outbox"
	"github.com/rollcall-dev/rollcall/dashboards/console"
	"github.com/rollcall-dev/rollcall/ingest"
	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/schemas"
)

// server is the one HTTP port: collector, console, read API, admin API, metrics. What this process is no part of is nil.
type server struct {
	part       string // up, collect, process or alert
	alone      bool   // it brings the log; other processes may join
	id         string // this process's name among those that do
	db         *clickhouse.DB
	engine     *stream.Engine
	stages     []*stage
	settings   *settings
	collector  *ingest.Collector
	outbox     *outbox.Outbox
	producer   *kafka.Producer
	config     kafka.Config
	registry   *prometheus.Registry
	logger     *slog.Logger
	queries    queries
	dir        string          // the data folder; empty where there is none
	running    context.Context // ends when a part gave up, and at the end
	counts     tallies
	rebuilding sync.Mutex    // one rebuild at a time
	ranking    chan struct{} // holds one while influence is computed on demand: it takes memory
	reports    *reportQueue
}

// querier is internal/clickhouse as the console wants it.
type querier struct{ db *clickhouse.DB }

func (q querier) Query(ctx context.Context, sql string, params map[string]string) (console.Result, error) {
	r, err := q.db.Query(ctx, sql, params)
	if err != nil {
		return console.Result{}, err
	}
	for _, row := range r.Rows {
		for i, v := range row {
			row[i] = plainValue(v)
		}
	}
	return console.Result{Columns: r.Columns, Types: r.Types, Rows: r.Rows}, nil
}

// plainValue widens numbers to the few types that JSON writers care about.
func plainValue(v any) any {
	switch n := v.(type) {
	case uint8:
		return uint64(n)
	case uint16:
		return uint64(n)
	case uint32:
		return uint64(n)
	case int8:
		return int64(n)
	case int16:
		return int64(n)
	case int32:
		return int64(n)
	case float32:
		return float64(n)
	}
	return v
}

// secure catches what a handler let fall, so that no panic ends the process or shows a stack to a user.
func secure(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(v)
				}
				slog.Error("a request failed in an unforeseen way", "path", r.URL.Path, "panic", v)
				problem.New(http.StatusInternalServerError, "an unforeseen failure; the log of the program has it").Write(w)
			}
		}()
		w.Header().Set("X-Content-Type-Options", "nosniff")
		h.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what a page of another site makes a browser send, under this host's name or by a name of its own
// that it points here.
func sameOrigin(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		ip := net.ParseIP(strings.Trim(host, "[]"))
		if host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			problem.New(http.StatusForbidden, "this address is for this machine: open it as 127.0.0.1 or localhost").Write(w)
			return
		}
		if origin := r.Header.Get("Origin"); origin != "" {
			if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
				problem.New(http.StatusForbidden, "requests from other sites are refused").Write(w)
				return
			}
		}
		h.ServeHTTP(w, r)
	})
}

// answer writes what f returns as JSON, or its error as a problem document.
func answer(f func(r *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := f(r)
		if err != nil {
			var p *problem.Problem
			if !errors.As(err, &p) {
				p = problem.New(http.StatusInternalServerError, "%v", err)
			}
			p.Write(w)
			return
		}
		b, err := json.Marshal(v)
		if err != nil {
			problem.New(http.StatusInternalServerError, "encoding the answer: %v", err).Write(w)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(append(b, '\n'))
	}
}

func (s *server) getReady(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if err := s.check(ctx); err != nil {
		problem.New(http.StatusServiceUnavailable, "%v", err).Write(w)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}

// check reports why the instance cannot do all of its work now.
func (s *server) check(ctx context.Context) error {
	if s.running.Err() != nil {
		return errors.New("stopping, or a part gave up")
	}
	if s.dir != "" {
		if err := checkDisk(s.dir); err != nil {
			return err
		}
	}
	if s.engine == nil {
		if _, _, err := kafka.Offsets(ctx, s.config, schemas.TopicActions); err != nil {
			return fmt.Errorf("Kafka does not answer: %w", err)
		}
		return nil
	}
	if err := s.db.Ping(ctx); err != nil {
		return fmt.Errorf("ClickHouse does not answer: %w", err)
	}
	for _, p := range s.engine.Positions() {
		if p.Stalled != "" {
			return fmt.Errorf("partition %d of %s waits: %s%s", p.Partition, p.Stage, p.Stalled, diskAdvice(p.Stalled))
		}
	}
	return s.checkJoined()
}

func (s *server) checkJoined() error {
	for _, st := range s.stages {
		if joined, began := st.state(); !joined || s.alone && !began { // later others may have them all
			return fmt.Errorf("the %s stage has no partition yet", st.name)
		}
	}
	return nil
}

// starting is check for a start. A part alone has started once it is in its groups: what else it waits for, /readyz tells.
func (s *server) starting(ctx context.Context) error {
	if s.alone || s.engine == nil || s.running.Err() != nil {
		return s.check(ctx)
	}
	return s.checkJoined()
}

// ready waits until every stage has its partitions.
func (s *server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := s.starting(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("starting: %w", err)
		case <-s.running.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}
