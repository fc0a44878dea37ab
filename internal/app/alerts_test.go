package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// raise puts an open alert into the read model, past the folds.
func (in *instance) raise(id string) {
	in.t.Helper()
	var out strings.Builder
	err := in.Query(in.t.Context(), `INSERT INTO rollcall.alerts (community, alert_id, kind, state, change, sequence, opened, updated, interval_start, interval_end,
		expected, observed, probability, segments, members, severity, title_en, text_en, version) VALUES ('other', '`+id+`', 'leave_spike', 'open', 'opened', 1,
		'2026-03-02 08:05:00', '2026-03-02 08:05:00', '2026-03-02 08:00:00', '2026-03-02 08:05:00', 4.2, 42, 1e-9,
		'[{"dimension":"channel","segment":"general","expected":2,"observed":30,"share":0.74}]', '[{"member":"ada","value":90,"why_en":"left","why_zh":"退出"}]',
		'critical', '42 members left', 'within five minutes', 1)`, "TSV", &out)
	if err != nil {
		in.t.Fatal(err)
	}
}

// hooks receives webhooks.
type hooks struct {
	*httptest.Server
	mu     sync.Mutex
	ids    []string
	bodies []string
	status int
}

func serveHooks(t testing.TB) *hooks {
	h := &hooks{status: http.StatusNoContent}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		var body json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&body)
		if h.status < 300 {
			h.ids, h.bodies = append(h.ids, r.Header.Get("Webhook-Id")), append(h.bodies, string(body))
		}
		w.WriteHeader(h.status)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hooks) got() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.ids)
}

func (h *hooks) answer(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}

// receiver is how they are set.
func (h *hooks) receiver(t testing.TB, name string) ReceiverSetting {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return ReceiverSetting{Name: name, Type: "webhook", URL: h.URL, SecretFile: file, MaxAge: "0s"} // the alerts here are of a fixed day
}

// publish appends alerts to the log, as the fold does.
func publish(t testing.TB, c kafka.Config, all ...*actionpb.Alert) {
	t.Helper()
	p, err := kafka.NewProducer(c, kafka.ProducerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	var recs []schemas.Record
	for _, a := range all {
		b, err := proto.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		recs = append(recs, schemas.Record{Key: []byte(a.Community), Value: b})
	}
	if err := p.Append(t.Context(), schemas.TopicAlerts, recs); err != nil {
		t.Fatal(err)
	}
}

func change(id string, sequence uint32, state string) *actionpb.Alert {
	return &actionpb.Alert{Version: 1, Community: "lab", AlertId: id, Sequence: sequence, Kind: "leave_spike", State: state, Change: "updated", Severity: "warning",
		Opened: 1_772_438_700_000, Updated: 1_772_438_700_000 + int64(sequence), TitleEn: "Members left", TitleZh: "成员退出", TextEn: "Many.", TextZh: "很多。"}
}

// A receiver beside one that is dead gets its alerts; the dead one gets them after a restart, once it is back.
func TestAlertsReachReceivers(t *testing.T) {
	live, dead := serveHooks(t), serveHooks(t)
	dead.answer(http.StatusServiceUnavailable)
	dir := t.TempDir()
	set := func(o *UpOptions) {
		o.Alerts = AlertSettings{ConsoleURL: "https://rollcall.example.org", Receivers: []ReceiverSetting{live.receiver(t, "live"), dead.receiver(t, "dead")}}
	}
	in := start(t, dir, set)
	c := in.kafkaConfig()
	publish(t, c, change("a", 1, "open"), change("b", 1, "open"))
	waitUntil(t, func() bool { return len(live.got()) == 2 })
	publish(t, c, change("a", 2, "open"), change("a", 3, "resolved"))
	waitUntil(t, func() bool { return slices.Contains(live.got(), "a.3") })
	if body := live.bodies[0]; !strings.Contains(body, `"link":"https://rollcall.example.org/?alert=a\u0026community=lab"`) && !strings.Contains(body, `"link":"https://rollcall.example.org/?alert=a&community=lab"`) {
		t.Errorf("no link to the console in %s", body)
	}
	waitUntil(t, func() bool {
		st, err := in.Status(t.Context())
		return err == nil && len(st.Receivers) == 2 && st.Receivers[0].Lag == 0 && st.Receivers[1].Lag == 4 && strings.Contains(st.Receivers[1].LastError, "503")
	})
	if _, text := in.do(http.MethodGet, "/metrics", "", nil); !strings.Contains(string(text), `rollcall_alerts_lag_records{receiver="dead"} 4`) {
		t.Errorf("the lag is not in the metrics")
	}
	tested, err := in.TestAlerts(t.Context(), "")
	if err != nil || len(tested) != 2 || !tested[0].OK || tested[1].OK {
		t.Errorf("test: %+v %v", tested, err)
	}
	before := len(live.got())
	if err := in.stop(); err != nil {
		t.Fatal(err)
	}
	dead.answer(http.StatusNoContent)
	start(t, dir, set)
	waitUntil(t, func() bool { return len(dead.got()) == 4 })
	got := slices.DeleteFunc(dead.got(), func(id string) bool { return id == "b.1" })
	if !slices.Equal(got, []string{"a.1", "a.2", "a.3"}) { // each, in order: nothing holds them up any more
		t.Errorf("the one that was dead got %q", got)
	}
	if got := live.got(); len(got) != before {
		t.Errorf("the other got %q again", got[before:])
	}
}

func (in *instance) kafkaConfig() kafka.Config {
	run, err := FindRun(in.dir)
	if err != nil {
		in.t.Fatal(err)
	}
	return kafka.Config{Brokers: []string{run.Kafka}}
}

// What a person says of an alert is in the log, with who said it.
func TestCommandsAreInTheLog(t *testing.T) {
	in := start(t, t.TempDir())
	in.raise("other-1")
	list, err := in.Alerts(t.Context(), AlertFilter{Community: "other", State: "open"})
	if err != nil || len(list) != 1 || list[0].ID != "other-1" || *list[0].Observed != 42 || !strings.Contains(string(list[0].Segments), "general") {
		t.Fatalf("%+v %v", list, err)
	}
	if list, err = in.Alerts(t.Context(), AlertFilter{State: "resolved"}); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
	if _, err := in.Acknowledge(t.Context(), "other-1", AlertCommand{By: "ada"}); err != nil {
		t.Error(err)
	}
	in.set(CommunitySetting{Community: "lab"})
	began := time.Now()
	if _, err := in.Silence(t.Context(), "other-1", AlertCommand{For: "2h"}); err != nil {
		t.Error(err)
	}
	if _, err := in.Silence(t.Context(), "", AlertCommand{Community: "lab", Kind: "activity_drop", By: "lin"}); err != nil {
		t.Error(err)
	}
	for _, c := range []struct{ path, body, says string }{
		{"/api/alerts/none/acknowledge", `{}`, "there is no alert"},
		{"/api/alerts/other-1/silence", `{"for":"soon"}`, "a duration like 2h"},
		{"/api/alerts/silence", `{"community":"lab"}`, "needs a community"},
		{"/api/alerts/silence", `{"community":"nobody","kind":"leave_spike"}`, "there is no community"},
		{"/api/alerts/silence", `{"community":"lab","kind":"leave_spike","forever":true}`, "unknown field"},
		{"/api/alerts/other-1/acknowledge", `{"by":"a\u0000b"}`, "by: a name"},
		{"/api/alerts/test", `{"receiver":"none"}`, "no receiver"},
	} {
		if status, answer := in.do(http.MethodPost, c.path, c.body, nil); status < 400 || status >= 500 || !strings.Contains(string(answer), c.says) {
			t.Errorf("%s %s: %d %s", c.path, c.body, status, answer)
		}
	}
	for _, path := range []string{"/api/alerts/other-1/acknowledge", "/api/alerts/other-1/silence", "/api/alerts/silence", "/api/alerts/test"} {
		if status, _ := in.do(http.MethodPost, path, "{}", map[string]string{"Authorization": "Bearer none"}); status != http.StatusUnauthorized {
			t.Errorf("%s without the token: %d", path, status)
		}
	}
	got := commands(t, in.kafkaConfig())
	if len(got) != 3 || got[0].Verb != actionpb.Command_VERB_ACKNOWLEDGE || got[0].By != "ada" || got[0].AlertId != "other-1" || got[0].Kind != "leave_spike" {
		t.Fatalf("%v", got)
	}
	if s := got[1]; s.Verb != actionpb.Command_VERB_SILENCE || s.By != "admin" || s.Until-s.Time != 2*time.Hour.Milliseconds() || s.Time < began.UnixMilli() {
		t.Errorf("%v", s)
	}
	if s := got[2]; s.AlertId != "" || s.Kind != "activity_drop" || s.By != "lin" {
		t.Errorf("%v", s)
	}
}

// commands reads those in rollcall.signals.
func commands(t *testing.T, c kafka.Config) (out []*actionpb.Command) {
	t.Helper()
	firsts, nexts, err := kafka.Offsets(t.Context(), c, schemas.TopicSignals)
	if err != nil {
		t.Fatal(err)
	}
	for p := range nexts {
		r, err := kafka.OpenReader(t.Context(), c, schemas.TopicSignals, p, firsts[p], kafka.ReaderOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for r.Next() < nexts[p] {
			recs, err := r.Fetch(t.Context(), time.Second)
			if err != nil {
				t.Fatal(err)
			}
			for _, rec := range recs {
				var s actionpb.Signal
				if err := proto.Unmarshal(rec.Value, &s); err != nil {
					t.Fatal(err)
				}
				if s.Command != nil {
					out = append(out, s.Command)
				}
			}
		}
		_ = r.Close()
	}
	slices.SortStableFunc(out, func(a, b *actionpb.Command) int { return strings.Compare(fmt.Sprint(b.AlertId), fmt.Sprint(a.AlertId)) })
	return out
}

// The rules of a community are kept, replaced as a whole, and told to the folds.
func TestAlertRulesOfACommunity(t *testing.T) {
	in := start(t, t.TempDir())
	rules := &AlertRules{QuietHours: "22:00-08:00", Kinds: map[string]AlertRule{"leave_spike": {Off: true, Probability: 1e-4, MinCount: 9, Ratio: 3}},
		Holidays: []Holiday{{Name: "Spring Festival", From: "2026-02-16", To: "2026-02-22"}}}
	in.set(CommunitySetting{Community: "lab", ChurnAfterDays: 45, AtRisk: 0.6, Alerts: rules})
	in.send(`{"community":"lab","member":"ada","kind":"post"}`)
	in.wait()
	in.set(CommunitySetting{Community: "lab", Clock: "data"}) // keeps the rest
	list, err := in.Communities(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	got, _ := json.Marshal(list[0].CommunitySetting)
	want := `{"community":"lab","time_zone":"UTC","clock":"data","lateness":"1h0m0s","churn_after_days":45,"at_risk":0.6,"alerts":{"quiet_hours":"22:00-08:00",` +
		`"kinds":{"leave_spike":{"off":true,"probability":0.0001,"min_count":9,"ratio":3}},"holidays":[{"name":"Spring Festival","from":"2026-02-16","to":"2026-02-22"}]}}`
	if string(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
	in.set(CommunitySetting{Community: "lab", Alerts: &AlertRules{}})
	if list, err = in.Communities(t.Context()); err != nil || list[0].Alerts != nil {
		t.Errorf("not cleared: %+v %v", list[0].Alerts, err)
	}
	if _, err := in.SetCommunity(t.Context(), CommunitySetting{Community: "lab", ChurnAfterDays: 30}); err == nil || !strings.Contains(err.Error(), "fixed by the first action") {
		t.Errorf("churn_after_days after the first action: %v", err)
	}
}
