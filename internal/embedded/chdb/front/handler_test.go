package front

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rollcall-dev/rollcall/internal/embedded/chdb/engine"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newHandler(t *testing.T, connections, waiting int) *Handler {
	t.Helper()
	library := os.Getenv("ROLLCALL_CHDB")
	if library == "" {
		t.Skip("ROLLCALL_CHDB does not name the engine's library")
	}
	pool, err := engine.Open(engine.Options{Library: library, Dir: t.TempDir(), Connections: connections, Waiting: waiting})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return &Handler{Pool: pool, Logger: slog.New(slog.DiscardHandler)}
}

func request1(ctx context.Context, query string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://localhost/", strings.NewReader(query))
	return r.WithContext(ctx)
}

func TestQueueIsBounded(t *testing.T) {
	h := newHandler(t, 1, 1)
	conn, err := h.Pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	waiter := httptest.NewRecorder()
	served := make(chan struct{})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	go func() {
		defer close(served)
		h.ServeHTTP(waiter, request1(ctx, "SELECT 1"))
	}()
	for h.Pool.Waiting() == 0 && ctx.Err() == nil {
		<-time.After(time.Millisecond)
	}
	refused := httptest.NewRecorder()
	h.ServeHTTP(refused, request1(t.Context(), "SELECT 2"))
	if refused.Code != http.StatusServiceUnavailable || !strings.Contains(refused.Body.String(), "too many queries are waiting") {
		t.Error(refused.Code, refused.Body)
	}
	if got := refused.Header().Get("X-ClickHouse-Exception-Code"); got != "202" {
		t.Error("code", got)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	h.Pool.Release(conn)
	<-served
	if waiter.Code != http.StatusOK || waiter.Body.String() != "1\n" {
		t.Error(waiter.Code, waiter.Body)
	}
	after := httptest.NewRecorder()
	h.ServeHTTP(after, request1(gone, "SELECT sleep(3)"))
	if after.Code != statusClientOff {
		t.Error("a client that has gone is answered", after.Code)
	}
}

// panicking breaks in the middle of an answer or of a body.
type panicking struct{ http.ResponseWriter }

func (panicking) Write([]byte) (int, error) { panic("the writer broke") }
func (panicking) Read([]byte) (int, error)  { panic("the body broke") }

func TestPanicKeepsTheConnection(t *testing.T) {
	h := newHandler(t, 1, 1)
	serve := func(w http.ResponseWriter, r *http.Request) (p any) {
		defer func() { p = recover() }()
		h.ServeHTTP(w, r)
		return nil
	}
	insert := request1(t.Context(), "")
	insert.URL.RawQuery = "query=INSERT+INTO+FUNCTION+null('a+UInt8')+FORMAT+CSV"
	insert.Body = io.NopCloser(panicking{})
	for range 3 {
		for name, p := range map[string]any{
			"streaming": serve(panicking{httptest.NewRecorder()}, request1(t.Context(), "SELECT number FROM numbers(1000000)")),
			"whole":     serve(panicking{httptest.NewRecorder()}, request1(t.Context(), "SELECT 1 FORMAT JSON")),
		} {
			if p != http.ErrAbortHandler { //nolint:errorlint // as net/http does
				t.Errorf("%s: %v", name, p)
			}
		}
		_ = serve(httptest.NewRecorder(), insert) // the drain meets the same panic: net/http's to recover
		if h.Pool.Idle() != 1 {
			t.Fatal("a connection is lost")
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request1(t.Context(), "SELECT count() FROM system.processes"))
	if w.Body.String() != "1\n" {
		t.Errorf("afterwards: %s", w.Body)
	}
}
