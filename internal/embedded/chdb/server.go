package chdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/rollcall-dev/rollcall/internal/embedded/chdb/engine"
	"github.com/rollcall-dev/rollcall/internal/embedded/chdb/front"
)

// Options starts a [Server]. Dir is required.
type Options struct {
	Dir         string       // data folder, made where missing
	Listen      string       // host:port on loopback; port 0 picks a free one; default 127.0.0.1:0
	Connections int          // statements that run at once; default 4
	MemoryLimit uint64       // bytes the engine may use; default half of the machine's, at most 8 GiB
	Logger      *slog.Logger // default slog.Default()
}

const (
	defaultConnections = 4
	defaultListen      = "127.0.0.1:0"

	// waitingLimit is how many requests may wait for a connection before the
	// next one is answered 503.
	waitingLimit = 256

	// maxQuerySeconds ends a statement that nobody watches. A client's own
	// max_execution_time goes before it.
	maxQuerySeconds = 600

	// memoryShare is the part of the limit that one statement may take, so that
	// a greedy one fails itself and not the small ones beside it.
	memoryShare = 0.75
)

// Server is a running embedded ClickHouse.
type Server struct {
	pool     *engine.Pool
	http     *http.Server
	listener net.Listener
	end      context.CancelFunc // ends every request's context
	served   chan struct{}      // closed when the accept loop has ended

	closeOnce sync.Once
	closed    chan struct{}
}

// Start loads the library, boots the engine on o.Dir and opens the port. ctx
// bounds the start only. It returns an error that wraps [ErrNoLibrary] when the
// library is not there, and one engine at a time can run in a process.
func Start(ctx context.Context, o Options) (*Server, error) {
	o = o.withDefaults()
	if !front.LoopbackHost(o.Listen) {
		return nil, fmt.Errorf("listening on %s: the embedded ClickHouse has no passwords, so it listens on this machine only: use 127.0.0.1, [::1] or localhost", o.Listen)
	}
	if o.Dir == "" {
		return nil, errors.New("starting the embedded ClickHouse: no data folder is named")
	}
	library, err := Library()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("opening the port of the embedded ClickHouse: %w", err)
	}
	pool, err := engine.Open(o.engine(library))
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return serve(pool, listener, o.Logger), nil
}

func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = defaultListen
	}
	if o.Connections <= 0 {
		o.Connections = defaultConnections
	}
	if o.MemoryLimit == 0 {
		o.MemoryLimit = defaultMemory()
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

func (o Options) engine(library string) engine.Options {
	number := func(n uint64) string { return strconv.FormatUint(n, 10) }
	return engine.Options{
		Library: library, Dir: o.Dir, Connections: o.Connections, Waiting: waitingLimit,
		Settings: map[string]string{
			"async_insert":       "0",   // an answered insert is an insert that is there
			"session_timezone":   "UTC", // not the machine's
			"implicit_select":    "0",   // the engine's local mode takes any expression for a SELECT
			"max_execution_time": strconv.Itoa(maxQuerySeconds),
			"max_memory_usage":   number(uint64(float64(o.MemoryLimit) * memoryShare)),
		},
		// The pools of background threads are small by default in the library.
		Server: map[string]string{
			"max_server_memory_usage": number(o.MemoryLimit),
			"mark_cache_size":         number(min(o.MemoryLimit/16, 256<<20)),
			"memory_worker_period_ms": "1000", // idle cost 0.02 % of a core instead of 0.2 %
			// A merge or a mutated part that finds the two threads' queue full is tried again only after up to a second, and a
			// DELETE mutates every part: with the default of 4 places one over eleven years waited a second and more, with the
			// server's usual 32 less than a tenth.
			"background_merges_mutations_concurrency_ratio": "16",
		},
	}
}

func serve(pool *engine.Pool, listener net.Listener, logger *slog.Logger) *Server {
	ctx, end := context.WithCancel(context.Background())
	s := &Server{pool: pool, listener: listener, end: end, served: make(chan struct{}), closed: make(chan struct{})}
	s.http = &http.Server{
		Handler:           &front.Handler{Pool: pool, Logger: logger},
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
	go func() {
		defer close(s.served)
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("the embedded ClickHouse stopped listening", "err", err)
		}
	}()
	return s
}

// Addr is the host:port that clients dial.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close kills what runs, closes the port and the engine, and waits for them. It
// returns ctx's error when that takes longer; the closing then goes on and a
// later Close waits for it again. Everything answered before is on disk.
func (s *Server) Close(ctx context.Context) error {
	s.closeOnce.Do(func() {
		s.end()
		go func() {
			defer close(s.closed)
			_ = s.http.Close() // closes sockets: a handler that reads or writes one returns
			<-s.served
			s.pool.Close() // waits for the handlers that hold a connection
		}()
	})
	select {
	case <-s.closed:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("closing the embedded ClickHouse: %w", ctx.Err())
	}
}
