package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const truthFile = `{"from":"2026-03-01T00:00:00Z","to":"2026-04-01T00:00:00Z","events":[
	{"plant":"mass-leave","kind":"leave_spike","start":"2026-03-05T10:00:00Z","end":"2026-03-05T11:00:00Z","dimension":"channel","segment":"help"},
	{"plant":"raid","kind":"activity_surge","start":"2026-03-15T10:00:00Z","end":"2026-03-15T11:00:00Z"},
	{"plant":"raid","kind":"activity_surge","start":"2026-03-30T10:00:00Z","end":"2026-03-30T11:00:00Z"}]}`

func TestEvaluateAlerts(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "truth.json")
	if err := os.WriteFile(file, []byte("\ufeff"+truthFile), 0o600); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		switch sql := string(b); {
		case !strings.Contains(sql, "community = 'lab'"): // of another community there is nothing
		case strings.Contains(sql, "rollcall.communities"):
			_, _ = io.WriteString(w, `{"now":1774310400000}`+"\n") // 2026-03-24
		case strings.Contains(sql, "rollcall.alerts"):
			_, _ = io.WriteString(w, `{"alert_id":"a","kind":"leave_spike","at":1772704920000,"cause":"","cause_name":"","segments":"[{\"dimension\":\"channel\",\"segment\":\"help\",\"share\":0.9}]"}
{"alert_id":"b","kind":"activity_drop","at":1772904920000,"cause":"","cause_name":"","segments":""}
`)
		}
	}))
	defer server.Close()
	c, err := Connect(Target{Server: server.URL, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.EvaluateAlerts(t.Context(), "lab", file)
	if err != nil {
		t.Fatal(err)
	}
	if *r.All.Precision != 0.5 || *r.All.Recall != 0.5 || *r.All.Placed != 1 || *r.All.MedianDelay != 120 || r.Days != 23 {
		t.Errorf("%+v", r)
	}
	if want := time.Date(2026, 3, 24, 0, 0, 0, 0, time.UTC); !r.To.Equal(want) || len(r.MissedEvents) != 1 || len(r.FalseAlerts) != 1 {
		t.Errorf("%+v: what lies behind stream time is not looked at", r)
	}
	early := filepath.Join(dir, "early.json")
	if err := os.WriteFile(early, []byte(`{"from":"2026-03-25T00:00:00Z","events":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, ask := range map[string]func(context.Context) error{
		"there is no community": func(ctx context.Context) error { _, err := c.EvaluateAlerts(ctx, "other", file); return err },
		"nothing to compare":    func(ctx context.Context) error { _, err := c.EvaluateAlerts(ctx, "lab", early); return err },
		"reading the truth":     func(ctx context.Context) error { _, err := c.EvaluateAlerts(ctx, "lab", dir+"/missing"); return err },
		"name is 1 to 64":       func(ctx context.Context) error { _, err := c.EvaluateAlerts(ctx, "x' OR 1", file); return err },
	} {
		if err := ask(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
