package ingest

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/analytics-go/v3"

	"github.com/rollcall-dev/rollcall/schemas"
)

// seen is what a client's event became, without what differs from run to run.
type seen struct {
	ID, Member, Kind, Name, Target, Object, Channel, Platform, Campaign, Properties string
	Value                                                                           float64
	Time                                                                            string
}

func seenOf(a schemas.Action) seen {
	return seen{string(a.ID), string(a.Member), a.Kind.String(), string(a.Name), string(a.Target), string(a.Object),
		string(a.Channel), string(a.Platform), string(a.Campaign), string(a.Properties), a.Value,
		time.UnixMilli(a.Time).UTC().Format("2006-01-02T15:04:05.000Z")}
}

func TestSegmentGoClient(t *testing.T) {
	h := newHarness(t, true, nil)
	srv := httptest.NewServer(h)
	defer srv.Close()
	client, err := analytics.NewWithConfig(h.one, analytics.Config{Endpoint: srv.URL, Transport: srv.Client().Transport,
		Callback: failOnly{t}})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 15, 8, 0, 0, 123e6, time.UTC)
	for _, m := range []analytics.Message{
		analytics.Track{MessageId: "go-1", UserId: "mia", Event: "Feedback Resolved", Timestamp: at,
			Properties: analytics.NewProperties().Set("channel", "general").SetValue(4)},
		analytics.Track{MessageId: "go-1", UserId: "mia", Event: "Feedback Resolved", Timestamp: at},
		analytics.Page{MessageId: "go-2", AnonymousId: "anon", Name: "Start", Timestamp: at},
		analytics.Identify{MessageId: "go-3", UserId: "mia", Traits: analytics.NewTraits().SetName("Mia"), Timestamp: at},
		analytics.Alias{MessageId: "go-4", UserId: "mia", PreviousId: "anon", Timestamp: at},
		analytics.Group{MessageId: "go-5", UserId: "mia", GroupId: "g1", Timestamp: at},
		analytics.Screen{MessageId: "go-6", UserId: "mia", Name: "Home", Timestamp: at},
	} {
		if err := client.Enqueue(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	var got []seen
	for _, a := range h.log.actions(t) {
		got = append(got, seenOf(a))
	}
	const when = "2026-01-15T08:00:00.123Z"
	want := []seen{
		{ID: "go-1", Member: "mia", Kind: "feedback_resolved", Channel: "general", Value: 4, Time: when,
			Properties: `{"channel":"general","value":4}`},
		{ID: "go-1", Member: "mia", Kind: "feedback_resolved", Time: when},
		{ID: "go-2", Member: "anon", Kind: "view", Object: "Start", Time: when},
		{ID: "go-3", Member: "mia", Kind: "custom", Name: "identify", Properties: `{"name":"Mia"}`, Time: when},
		{ID: "go-4", Member: "mia", Kind: "custom", Name: "alias", Properties: `{"previousId":"anon"}`, Time: when},
		{ID: "go-5", Member: "mia", Kind: "custom", Name: "group", Object: "g1", Time: when},
		{ID: "go-6", Member: "mia", Kind: "view", Object: "Home", Time: when},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

type failOnly struct{ t *testing.T }

func (failOnly) Success(analytics.Message) {}
func (f failOnly) Failure(m analytics.Message, err error) {
	f.t.Errorf("%v: %v", m, err)
}

func TestSegmentNodeClient(t *testing.T) {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is missing: %v", tool, err)
			}
			t.Skipf("%s is not installed, so Segment's Node client cannot run", tool)
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("segment/testdata/node")); err != nil {
		t.Fatal(err)
	}
	run(t, dir, nil, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	h := newHarness(t, true, nil)
	srv := httptest.NewServer(h)
	defer srv.Close()
	run(t, dir, []string{"HOST=" + srv.URL, "KEY=" + h.one}, "node", "send.mjs")

	got := map[string]seen{}
	for _, a := range h.log.actions(t) {
		got[string(a.ID)] = seenOf(a)
	}
	const when = "2026-01-15T08:00:00.123Z"
	want := map[string]seen{
		"node-1": {Member: "mia", Kind: "comment", Channel: "general", Object: "post-7", Target: "ben",
			Properties: `{"channel":"general","object":"post-7","target":"ben","tags":["a"]}`},
		"node-2": {Member: "mia", Kind: "custom", Name: "Order Completed", Value: 19.99, Campaign: "spring",
			Properties: `{"revenue":19.99}`},
		"node-3": {Member: "mia", Kind: "view", Object: "https://example.org/a", Properties: `{"url":"https://example.org/a?b=1"}`},
		"node-4": {Member: "anon", Kind: "view", Object: "Home"},
		"node-5": {Member: "mia", Kind: "custom", Name: "identify", Properties: `{"is_bot":true}`},
		"node-6": {Member: "mia", Kind: "custom", Name: "group", Object: "g1", Properties: `{"plan":"x"}`},
		"node-7": {Member: "mia", Kind: "custom", Name: "alias", Properties: `{"previousId":"anon"}`},
	}
	for id, s := range want {
		s.ID, s.Time = id, when
		want[id] = s
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if rs := h.log.rejected(t); len(rs) != 1 || rs[0].Source != "segment" || !bytes.Contains(rs[0].Payload, []byte(`"node-8"`)) {
		t.Errorf("rejected %v", rs)
	}
}

func run(t *testing.T, dir string, env []string, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}
