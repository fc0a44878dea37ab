package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

func TestHTTP(t *testing.T) {
	in := start(t, t.TempDir())
	sub := func(name string, f func(t *testing.T, in *instance)) {
		t.Run(name, func(t *testing.T) {
			here := *in
			here.t = t
			f(t, &here)
		})
	}
	sub("described paths answer", describedPathsAnswer)
	sub("who may ask", whoMayAsk)
	sub("keys", keysLive)
	sub("share links", sharesSeeOneCommunity)
	sub("links are taken back", linksAreTakenBack)
	sub("metrics", metricsAreSound)
	sub("status is exact after a wait", statusIsExact)
	sub("settings after the first action", settingsAreFixed)
	sub("a stage that stalls", aStalledStage)
}

func whoMayAsk(t *testing.T, in *instance) {
	none := map[string]string{"Authorization": ""}
	for _, c := range []struct {
		method, path string
		header       map[string]string
		want         int
	}{
		{"GET", "/healthz", none, 200}, {"GET", "/readyz", none, 200}, {"GET", "/metrics", none, 200},
		{"GET", "/", none, 200}, {"GET", "/api/status", none, 200}, {"GET", "/api/communities", none, 200}, {"GET", "/api/nothing", none, 404},
		{"GET", "/", map[string]string{"Host": "evil.example"}, 403}, {"GET", "/api/status", map[string]string{"Host": "evil.example:8080"}, 403},
		{"GET", "/api/panels", map[string]string{"Host": "127.0.0.1.evil.example"}, 403},
		{"GET", "/api/kols?community=demo", none, 200}, {"GET", "/api/kols?community=demo&channel=x", map[string]string{"Host": "evil.example"}, 403},
		{"GET", "/api/kols/endorsements?community=demo&member=ada", map[string]string{"Origin": "https://evil.example"}, 403},
		{"GET", "/api/status", map[string]string{"Host": "localhost"}, 200}, {"GET", "/api/status", map[string]string{"Host": "[::1]:80"}, 200},
		{"GET", "/api/communities", map[string]string{"Origin": "https://evil.example"}, 403},
		{"GET", "/api/communities", map[string]string{"Origin": "null"}, 403},
		{"GET", "/api/communities", map[string]string{"Origin": in.base}, 200},
		{"GET", "/api/keys", none, 401}, {"POST", "/api/keys", none, 401}, {"DELETE", "/api/keys/x", none, 401},
		{"PUT", "/api/communities/x", none, 401}, {"POST", "/api/wait", none, 401},
		{"GET", "/api/keys", map[string]string{"Authorization": "Bearer " + in.token[:len(in.token)-1]}, 401},
		{"GET", "/api/keys", map[string]string{"Authorization": "Bearer "}, 401},
		{"GET", "/api/keys", nil, 200},
		{"POST", "/api/keys", map[string]string{"Authorization": "Bearer " + in.token, "Sec-Fetch-Site": "cross-site"}, 403},
		{"POST", "/api/rebuild", map[string]string{"Authorization": "Bearer " + in.token, "Origin": "https://evil.example"}, 403},
		{"POST", "/api/rebuild", none, 401}, {"POST", "/api/verify", none, 401},
		{"POST", "/v1/actions", none, 401}, {"GET", "/v1/actions", nil, 405}, {"POST", "/v1/nothing", nil, 404},
	} {
		status, body := in.do(c.method, c.path, "", c.header)
		if status != c.want {
			t.Errorf("%s %s %v: %d %.200s, want %d", c.method, c.path, c.header, status, body, c.want)
		}
		var p struct{ Title, Detail string }
		if c.want >= 400 && (json.Unmarshal(body, &p) != nil || p.Title == "" || p.Detail == "") {
			t.Errorf("%s %s: %s is no problem document with a detail", c.method, c.path, body)
		}
	}
}

func keysLive(t *testing.T, in *instance) {
	ctx := t.Context()
	k, err := in.CreateKey(ctx, "web", []string{"mine"})
	if err != nil || k.Secret == "" {
		t.Fatalf("%+v %v", k, err)
	}
	post := func(community string) (int, string) {
		status, body := in.do("POST", "/v1/actions", `{"community":"`+community+`","member":"a","kind":"visit"}`, map[string]string{"Authorization": "Bearer " + k.Secret})
		return status, string(body)
	}
	if status, body := post("mine"); status != 200 || !strings.Contains(body, `"accepted":1`) {
		t.Errorf("with the key: %d %s", status, body)
	}
	if status, body := post("yours"); status != 200 || !strings.Contains(body, "unknown_community") { // law 8
		t.Errorf("another's community: %d %s", status, body)
	}
	status, list := in.do("GET", "/api/keys", "", nil)
	if status != 200 || strings.Contains(string(list), k.Secret) || !strings.Contains(string(list), k.ID) {
		t.Errorf("the list must name the key and not its secret: %s", list)
	}
	if id, err := in.RevokeKey(ctx, k.Secret); err != nil || id != k.ID {
		t.Fatalf("revoked %s: %v", id, err)
	}
	if status, body := post("mine"); status != 401 {
		t.Errorf("with the revoked key: %d %s", status, body)
	}
	if _, err := in.RevokeKey(ctx, "nobody"); err == nil {
		t.Error("a key that is not there was revoked")
	}
}

func metricsAreSound(t *testing.T, in *instance) {
	in.send(`{"community":"measured","member":"ada","kind":"post"}`)
	in.wait()
	in.wait() // what the first one delivered is in the metrics now
	_, body := in.do("GET", "/metrics", "", nil)
	problems, err := promlint.New(bytes.NewReader(body)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "rollcall_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	for _, name := range []string{"rollcall_stage_lag_records", "rollcall_stage_actions_total", "rollcall_stage_late_actions_total", "rollcall_stage_rows_total",
		"rollcall_stage_snapshot_age_seconds", "rollcall_stage_flush_seconds_bucket", "rollcall_clickhouse_inserted_rows_total", "go_goroutines", "process_open_fds"} {
		if !bytes.Contains(body, []byte("\n"+name)) {
			t.Errorf("/metrics has no %s", name)
		}
	}
}

func statusIsExact(t *testing.T, in *instance) {
	in.wait()
	s, err := in.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := s.Accepted
	for i := range uint64(5) {
		if _, err := in.Status(t.Context()); err != nil { // what it says may be kept for a while
			t.Fatal(err)
		}
		in.send(`{"community":"exact","member":"ada","kind":"post"}`)
		in.wait()
		if s, err = in.Status(t.Context()); err != nil || s.Accepted != before+i+1 {
			t.Errorf("accepted %d (%v), want %d", s.Accepted, err, before+i+1)
		}
	}
	if !s.Ready || s.Last == 0 || len(s.Stages) != 2*defaultPartitions+1 {
		t.Errorf("status %+v", s)
	}
}

func settingsAreFixed(t *testing.T, in *instance) {
	for i := range 5 { // at once: the action is accepted and perhaps not visible yet
		c := fmt.Sprintf("fixed%d", i)
		in.send(`{"community":"` + c + `","member":"ada","kind":"post"}`)
		_, err := in.SetCommunity(t.Context(), CommunitySetting{Community: c, TimeZone: "Asia/Shanghai"})
		if err == nil || !strings.Contains(err.Error(), "has actions already") {
			t.Errorf("time zone after the first action: %v, want a refusal", err)
		}
		if _, err := in.SetCommunity(t.Context(), CommunitySetting{Community: c, Clock: "data"}); err != nil {
			t.Errorf("the clock can change: %v", err)
		}
	}
	in.set(CommunitySetting{Community: "unborn", TimeZone: "Asia/Shanghai"})
	in.set(CommunitySetting{Community: "unborn", TimeZone: "Europe/Paris", Lateness: "2h"})
}

// A table that cannot be written stops a stage and nothing else: the log takes actions, /readyz says what is wrong, and
// all of it shows when the table is back.
func aStalledStage(t *testing.T, in *instance) {
	ctx := t.Context()
	exec := func(sql string) {
		t.Helper()
		if err := in.db.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	ready := func(want int) string {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); ; {
			status, body := in.do("GET", "/readyz", "", nil)
			if status == want {
				return string(body)
			}
			if time.Now().After(deadline) {
				t.Fatalf("/readyz: %d %s, want %d", status, body, want)
			}
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	ready(200)
	exec("RENAME TABLE rollcall.members_activity TO rollcall.members_away")
	in.send(`{"community":"stall","member":"ada","kind":"post"}`)
	if body := ready(503); !strings.Contains(body, "of members waits: writing rows") {
		t.Errorf("/readyz: %s, want it to say that the members stage cannot write", body)
	}
	s, err := in.Status(ctx)
	if err != nil || s.Ready || !strings.Contains(s.Problem, "writing rows") {
		t.Errorf("status %+v %v", s, err)
	}
	in.send(`{"community":"stall","member":"lin","kind":"post"}`)
	exec("RENAME TABLE rollcall.members_away TO rollcall.members_activity")
	ready(200)
	in.wait()
	for _, table := range []string{"actions", "members"} {
		if got := in.one("SELECT count() FROM rollcall." + table + " FINAL WHERE community = 'stall'"); got != "2" {
			t.Errorf("%s rows in %s, want 2", got, table)
		}
	}
}
