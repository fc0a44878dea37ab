package problem

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWrite(t *testing.T) {
	w := httptest.NewRecorder()
	p := New(503, "busy for %d s", 2)
	p.RetryAfter = 1500 * time.Millisecond
	p.Write(w)
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"type": "about:blank", "title": "Service Unavailable", "status": 503.0, "detail": "busy for 2 s"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if w.Code != 503 || w.Header().Get("Retry-After") != "2" || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	w = httptest.NewRecorder()
	New(401, "no key").Write(w)
	if w.Header().Get("WWW-Authenticate") == "" || w.Header().Get("Retry-After") != "" {
		t.Errorf("%v", w.Header())
	}
}
