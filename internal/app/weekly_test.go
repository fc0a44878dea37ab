package app

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/internal/report"
)

// A week's report goes once to those who want it, however often it is made: by a restart, or by several processes.
func TestWeeklyReportsAreSentOnce(t *testing.T) {
	wants, others := serveHooks(t), serveHooks(t)
	in := start(t, t.TempDir(), func(o *UpOptions) {
		weekly := wants.receiver(t, "weekly")
		weekly.Weekly, weekly.Kinds, weekly.MinSeverity = true, []string{"leave_spike"}, "warning"
		o.Alerts = AlertSettings{ConsoleURL: "https://rollcall.example.org/console/", Receivers: []ReceiverSetting{weekly, others.receiver(t, "others")}}
	})
	in.set(CommunitySetting{Community: "town", TimeZone: "Asia/Shanghai", Clock: "data"})
	in.set(CommunitySetting{Community: "gone", Clock: "data"})
	monday := time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC) // 2026-W10 begins in Shanghai
	in.send(action("town", "ada", monday.AddDate(0, 0, -10), ""), action("town", "lin", monday.AddDate(0, 0, -3), ""), action("town", "ada", monday.Add(59*time.Minute), ""))
	in.send(action("gone", "ada", monday.AddDate(0, 0, -30), ""))
	in.wait()
	look := func(now time.Time) {
		t.Helper()
		producer, err := kafka.NewProducer(in.kafkaConfig(), kafka.ProducerOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = producer.Close() }()
		p := newProgram("process", false, testLogger(t)) // knows nothing of what was made before
		p.db, p.producer, p.settings = in.db, producer, &settings{registry: registry.New(registry.Options{})}
		made := map[string]report.Week{}
		for range 2 {
			if err := p.weekly(t.Context(), now, made); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.close(); err != nil {
			t.Fatal(err)
		}
	}
	due := monday.Add(time.Hour)
	look(due)                               // stream time is not there yet
	in.send(action("town", "ada", due, "")) // now it is
	in.wait()
	look(due.Add(weeklyFresh + time.Second)) // too late to be news
	if got := wants.got(); len(got) > 0 {
		t.Errorf("sent before it was due, or when it was old: %v", got)
	}
	look(due)
	id := weeklyID("town", report.Week{Year: 2026, Number: 9}) + ".1"
	waitUntil(t, func() bool { return len(wants.got()) == 1 })
	look(due.Add(time.Hour))
	publish(t, in.kafkaConfig(), change("a", 1, "open"))
	waitUntil(t, func() bool { return len(wants.got()) >= 2 && len(others.got()) >= 1 })
	if got, want := wants.got(), []string{id, "a.1"}; !slices.Equal(got, want) {
		t.Errorf("sent %v, want %v", got, want)
	}
	if got := others.got(); !slices.Equal(got, []string{"a.1"}) {
		t.Errorf("who did not ask for it was sent %v", got)
	}
	for _, want := range []string{"town, week 2026-W09: 1 active member", "Actions 1", `https://rollcall.example.org/console/api/report?community=town\u0026week=2026-W09`} {
		if body := wants.body(0); !strings.Contains(body, want) && !strings.Contains(body, strings.ReplaceAll(want, `\u0026`, "&")) {
			t.Errorf("%s does not say %s", body, want)
		}
	}
}

func (h *hooks) body(i int) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.bodies[i]
}

// A link in a message names no language, so the page comes in the reader's.
func TestAReportsLanguage(t *testing.T) {
	for header, want := range map[string]string{"": "en", "zh-CN,zh;q=0.9,en;q=0.8": "zh", "en-GB,zh;q=0.5": "en", "fr, zh;q=0.5": "zh", "fr": "en", "*": "en"} {
		r := httptest.NewRequest(http.MethodGet, "/api/report", nil)
		r.Header.Set("Accept-Language", header)
		if got := preferred(r); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}
