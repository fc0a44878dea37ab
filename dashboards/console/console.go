package console

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// Querier runs one read-only statement with bound parameters. Their values are plain
// text, times as "2006-01-02 15:04:05.000" in UTC; escaping them for the wire is the
// Querier's part. It returns the context's error when that ends first, and is called
// by several goroutines at once.
type Querier interface {
	Query(ctx context.Context, sql string, params map[string]string) (Result, error)
}

// Result is a whole answer. A value is a string, a float64, an int64 or uint64, a
// time.Time, or nil; a Date is a time.Time at its midnight.
type Result struct {
	Columns []string
	Types   []string // ClickHouse's names, as long as Columns
	Rows    [][]any
}

// Options say where numbers come from. Query is required.
type Options struct {
	Query         Querier
	Logger        *slog.Logger // default: discard
	MaxConcurrent int          // queries at once; default 4
}

// queryTimeout is how long one panel may take, waiting for its turn included.
const queryTimeout = 10 * time.Second

type server struct {
	query  Querier
	log    *slog.Logger
	slots  chan struct{}
	flight singleflight.Group
}

// New returns the handler of GET /, /assets/, /api/boards, /api/panels and /api/panels/{id}.
// Whatever else comes in is answered with 404 or 405.
func New(o Options) http.Handler {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MaxConcurrent <= 0 {
		o.MaxConcurrent = 4
	}
	s := &server{query: o.Query, log: o.Logger, slots: make(chan struct{}, o.MaxConcurrent)}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", page("index.html"))
	mux.HandleFunc("GET /assets/{name}", func(w http.ResponseWriter, r *http.Request) {
		page(r.PathValue("name")).ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /api/boards", func(w http.ResponseWriter, r *http.Request) { s.list(w, r, dashboards.Boards()) })
	mux.HandleFunc("GET /api/panels", s.listPanels)
	mux.HandleFunc("GET /api/panels/{id}", s.answerPanel)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			writeProblem(w, problem{Status: http.StatusMethodNotAllowed, Detail: "Nothing can be changed here; use GET."})
			return
		}
		writeProblem(w, problem{Status: http.StatusNotFound, Detail: "There is nothing at this address. The console is at /."})
	})
	return secure(mux)
}

// policy lets the page load its own files and talk to its own server, and nothing
// else: no inline script or style, no other host, no frame around it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}
