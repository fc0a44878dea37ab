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
	// "broken" has no report, and nothing is known of who is in "blank": neither holds up those after them
	if err := in.db.Exec(t.Context(), `INSERT INTO rollcall.communities (community, time, time_zone, lateness_ms)
		VALUES ('blank', '2026-03-01 17:00:00', 'Asia/Shanghai', 3600000), ('broken', '2026-03-01 17:00:00', 'No/Where', 3600000)`); err != nil {
		t.Fatal(err)
	}
	look := func(now time.Time, minutes int) (broken []int) {
		t.Helper()
		producer, err := kafka.NewProducer(in.kafkaConfig(), kafka.ProducerOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = producer.Close() }()
		p := newProgram("process", false, testLogger(t)) // knows nothing of what was made before
		p.db, p.producer, p.settings = in.db, producer, &settings{registry: registry.New(registry.Options{})}
		made := map[string]*weeks{}
		for m := range minutes {
			switch err := p.weekly(t.Context(), now.Add(time.Duration(m)*time.Minute), made); {
			case err == nil:
			case strings.HasPrefix(err.Error(), "the time zone of broken: ") && !strings.Contains(err.Error(), "\n"):
				broken = append(broken, m)
			default:
				t.Fatal(err)
			}
		}
		if err := p.close(); err != nil {
			t.Fatal(err)
		}
		return broken
	}
	due := monday.Add(time.Hour)
	look(due, 2)                            // stream time is not there yet
	in.send(action("town", "ada", due, "")) // now it is
	in.wait()
	look(due.Add(weeklyFresh+time.Second), 2) // too late to be news
	if got := wants.got(); len(got) > 0 {
		t.Errorf("sent before it was due, or when it was old: %v", got)
	}
	if got, want := look(due, 120), []int{0, 2, 6, 14, 30, 62}; !slices.Equal(got, want) {
		t.Errorf("what fails was tried in minutes %v, want %v", got, want)
	}
	id := weeklyID("town", report.Week{Year: 2026, Number: 9}) + ".1"
	waitUntil(t, func() bool { return len(wants.got()) == 1 })
	look(due.Add(time.Hour), 2)
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
