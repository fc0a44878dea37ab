package slack

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/alerttest"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func open(address string) (alerts.Channel, error) { return New(address) }

func TestPayloads(t *testing.T) {
	hostile := alerttest.Payloads(t, alerttest.Service{Open: open, OK: "ok", Schema: "slack.schema.json", Most: mostBody})
	var p payload
	if err := json.Unmarshal(hostile, &p); err != nil {
		t.Fatal(err)
	}
	for _, b := range p.Blocks {
		if b.Text.Type == "mrkdwn" && b.Text.Text != "<https://rollcall.example/#/alerts/leave_spike-20260302T080500Z-1a2b3c4d|在控制台中查看>" {
			t.Errorf("in markup: %s", b.Text.Text)
		}
		if b.Text.Type == "plain_text" && strings.ContainsAny(b.Text.Text, "<>") {
			t.Errorf("not escaped: %s", b.Text.Text)
		}
	}
	if strings.ContainsAny(p.Text, "<>*`~[]@") {
		t.Errorf("in the notification: %s", p.Text)
	}
}

func TestALinkCannotBreakOut(t *testing.T) {
	r := alerttest.Serve(t, http.StatusOK, "ok")
	c, err := New(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	for link, want := range map[string]string{
		"https://x.example/?a=1&b=|<!channel>": `"<https://x.example/?a=1&amp;b=%7C%3C!channel%3E|Open in the console>"`,
		"javascript:alert(1)":                  "", "javascript://x.example/%0aalert(1)": "", "mailto:x@example.org": "", "https://": "", "::": "",
	} {
		m := alerttest.Message("en", alerttest.Alert("opened"))
		m.Link = func(*actionpb.Alert) string { return link }
		if err := c.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		_ = json.Indent(&got, r.Take()[0].Body, "", "")
		text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(got.String())
		if want != "" && !strings.Contains(text, want) || want == "" && strings.Contains(text, "mrkdwn") {
			t.Errorf("%s: %s", link, text)
		}
	}
}

func TestStatusesDecide(t *testing.T) {
	r := alerttest.Serve(t, http.StatusOK, "ok")
	c, err := New(r.URL + "/services/T000/B000/XXXXXXXX")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct {
		status    int
		body      string
		permanent bool
	}{
		{http.StatusBadRequest, "invalid_payload", true}, {http.StatusNotFound, "no_service", true}, {http.StatusForbidden, "action_prohibited", true},
		{http.StatusGone, "channel_is_archived", true}, {http.StatusTooManyRequests, "rate_limited", false}, {http.StatusInternalServerError, "rollup_error", false},
	} {
		r.Answer(s.status, s.body, "Retry-After", "3")
		err := c.Send(t.Context(), alerttest.Message("en", alerttest.Alert("opened")))
		if err == nil || alerts.Permanent(err) != s.permanent || !strings.Contains(err.Error(), s.body) || strings.Contains(err.Error(), "XXXX") {
			t.Errorf("%d: %v", s.status, err)
		}
	}
}

func TestNoEntityIsCutInHalf(t *testing.T) {
	for n := range 12 {
		got := escaped("a<b&c>d<<<<", n+1)
		if utf8.RuneCountInString(got) > n+1 || strings.Count(got, "&") != strings.Count(got, ";") {
			t.Errorf("%d: %s", n+1, got)
		}
	}
}
