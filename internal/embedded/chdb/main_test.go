package chdb

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// net/http lets a connection whose body broke off linger for half a second.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// start runs an engine on dir until the test ends. The engine is one per
// process, so these tests do not run in parallel.
func start(t testing.TB, o Options) *Server {
	t.Helper()
	if _, err := Library(); err != nil {
		t.Skipf("the embedded engine is not here: %v", err)
	}
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	if o.MemoryLimit == 0 {
		o.MemoryLimit = 3 << 30
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t testing.TB, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Error(err)
	}
}

// dial opens clickhouse-go as Rollcall's own client does.
func dial(t testing.TB, s *Server, method clickhouse.CompressionMethod) clickhouse.Conn {
	t.Helper()
	c, err := clickhouse.Open(&clickhouse.Options{
		Protocol: clickhouse.HTTP, Addr: []string{s.Addr()}, ReadTimeout: time.Minute,
		Compression: &clickhouse.Compression{Method: method, Level: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func mustExec(t testing.TB, c clickhouse.Conn, statements ...string) {
	t.Helper()
	for _, q := range statements {
		if err := c.Exec(t.Context(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

func count(t testing.TB, c clickhouse.Conn, query string) uint64 {
	t.Helper()
	var n uint64
	if err := c.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

var plain = &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}

// post sends one request as curl would: values are pairs of name and value, and
// a name that begins with "H:" is a header.
func post(t testing.TB, s *Server, body io.Reader, values ...string) (*http.Response, string) {
	t.Helper()
	return send(t, http.MethodPost, s, body, values...)
}

func send(t testing.TB, method string, s *Server, body io.Reader, values ...string) (*http.Response, string) {
	t.Helper()
	query := url.Values{}
	header := http.Header{}
	for i := 0; i < len(values); i += 2 {
		if name, ok := strings.CutPrefix(values[i], "H:"); ok {
			header.Set(name, values[i+1])
		} else {
			query.Set(values[i], values[i+1])
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr()+"/?"+query.Encode(), body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	if host := header.Get("Host"); host != "" {
		r.Host = host
	}
	res, err := plain.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return res, string(text) + "\n<broken: " + err.Error() + ">"
	}
	return res, string(text)
}

// waitFor asks until ok, for as long as a slow machine may need.
func waitFor(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatal("not in time:", what)
		}
	}
}
