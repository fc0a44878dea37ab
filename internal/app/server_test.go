package app

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/stream"
)

func TestNotReadyWithoutClickHouse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := clickhouse.Open("http://"+addr, clickhouse.Options{Logger: testLogger(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	s := &server{part: "up", alone: true, db: db, engine: stream.New(stream.Options{}), running: t.Context(), dir: t.TempDir()}
	w := httptest.NewRecorder()
	s.getReady(w, httptest.NewRequest("GET", "/readyz", nil))
	if w.Code != 503 || !strings.Contains(w.Body.String(), "ClickHouse does not answer") {
		t.Errorf("%d %s, want a 503 that names ClickHouse", w.Code, w.Body)
	}
}

// serveHTTP runs a server as `up` does, with another limit of reading.
func serveHTTP(t *testing.T, h http.Handler, limit time.Duration) string {
	s := newHTTPServer(h)
	if s.ReadTimeout <= 0 || s.ReadHeaderTimeout <= 0 || s.WriteTimeout != 0 {
		t.Errorf("limits: reading %v, header %v, writing %v; a slow body must end, a slow answer must not", s.ReadTimeout, s.ReadHeaderTimeout, s.WriteTimeout)
	}
	s.ReadTimeout = limit
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}

func TestAPanicEndsOneRequestOnly(t *testing.T) {
	addr := serveHTTP(t, secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/bad" {
			panic("a mistake with a secret")
		}
	})), time.Minute)
	for _, c := range []struct {
		path string
		want int
	}{{"/bad", 500}, {"/good", 200}} {
		res, err := http.Get("http://" + addr + c.path)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != c.want || strings.Contains(string(b), "secret") {
			t.Errorf("%s: %d %s, want %d and nothing of the panic", c.path, res.StatusCode, b, c.want)
		}
	}
}

func TestSlowBodiesEndAndLongAnswersDoNot(t *testing.T) {
	const limit = 150 * time.Millisecond
	read := make(chan error, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /body", func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		read <- err
	})
	wait := func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
			w.WriteHeader(http.StatusServiceUnavailable)
		case <-time.After(4 * limit):
		}
	}
	mux.HandleFunc("POST /wait", wait)
	addr := serveHTTP(t, mux, limit)

	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nslow"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var timeout net.Error
	select {
	case err := <-read:
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("a body that does not come: %v, want a time limit", err)
		}
	case <-ctx.Done():
		t.Error("a body that does not come is waited for")
	}
	res, err := http.Post("http://"+addr+"/wait", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("an answer that takes longer than reading may: %s", res.Status)
	}
}
