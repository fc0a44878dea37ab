package wecom

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/alerttest"
)

func open(address string) (alerts.Channel, error) {
	return New(address + "/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa")
}

func TestPayloads(t *testing.T) {
	// The content is counted below; around it and for quotes and line ends JSON needs some more.
	hostile := alerttest.Payloads(t, alerttest.Service{Open: open, OK: `{"errcode":0,"errmsg":"ok"}`, Schema: "wecom.schema.json", Most: 2 * mostContent})
	if text := string(hostile); strings.Contains(text, "@") || strings.Contains(text, "](https://evil") || strings.Contains(text, `\u003c`) {
		t.Error(text)
	}
}

func TestTheContentKeepsToItsBytes(t *testing.T) {
	r := alerttest.Serve(t, http.StatusOK, `{"errcode":0,"errmsg":"ok"}`)
	c, err := open(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	long := alerttest.LongAlert()
	for range 20 {
		for _, m := range []alerts.Message{alerttest.Message("zh", long), alerttest.Message("zh", long, long, long)} {
			if err := c.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			var p payload
			if err := json.Unmarshal(r.Take()[0].Body, &p); err != nil {
				t.Fatal(err)
			}
			if n := len(p.Markdown.Content); n > mostContent || n < mostContent/8 {
				t.Errorf("%d bytes", n)
			}
		}
		long.TextZh = long.TextZh[:len(long.TextZh)/2/7*7]
	}
}

func TestAnswers(t *testing.T) {
	alerttest.Answers(t, open, map[string]alerttest.Meaning{
		`{"errcode":0,"errmsg":"ok"}`:                                  {Sent: true},
		`{"errcode":45009,"errmsg":"api freq out of limit, hint: []"}`: {After: 60},
		`{"errcode":93000,"errmsg":"invalid webhook url, hint: []"}`:   {Permanent: true},
		`{"errcode":40008,"errmsg":"invalid message type"}`:            {Permanent: true},
		`{"errcode":-1,"errmsg":"system busy"}`:                        {},
		`{"errcode":7,"errmsg":"new"}`:                                 {},
		``:                                                             {},
	})
}
