package dingtalk

import (
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/alerttest"
)

func open(address string) (alerts.Channel, error) {
	c, err := New(address+"/robot/send?access_token=t0ken", "this is secret")
	if err == nil {
		c.now = func() time.Time { return time.UnixMilli(1599360473000) }
	}
	return c, err
}

func TestPayloads(t *testing.T) {
	hostile := alerttest.Payloads(t, alerttest.Service{Open: open, OK: `{"errcode":0,"errmsg":"ok"}`, Schema: "dingtalk.schema.json", Most: mostBody})
	if text := string(hostile); strings.Contains(text, "@") || strings.Contains(text, "](https://evil") || strings.Contains(text, "\\u003c") {
		t.Error(text)
	}
}

// The signature is what the documentation's program in Python computes.
func TestTheSignatureIsInTheQuery(t *testing.T) {
	r := alerttest.Serve(t, 200, `{"errcode":0,"errmsg":"ok"}`)
	c, err := open(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Send(t.Context(), alerttest.Message("zh", alerttest.Alert("opened"))); err != nil {
		t.Fatal(err)
	}
	q := r.Take()[0].Query
	if q.Get("access_token") != "t0ken" || q.Get("timestamp") != "1599360473000" || q.Get("sign") != "hXZTWifRGHclNuZSKxoXc//sh51SWfVfRIhcdeKs63I=" {
		t.Errorf("%v", q)
	}
}

func TestAnswers(t *testing.T) {
	alerttest.Answers(t, open, map[string]alerttest.Meaning{
		`{"errcode":0,"errmsg":"ok"}`: {Sent: true},
		`{"status":1111,"wait":5,"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}`: {After: 600},
		`{"errcode":410100,"errmsg":"发送速度太快而限流"}`:                                                        {After: 600},
		`{"errcode":310000,"errmsg":"sign not match"}`:                                                   {Permanent: true},
		`{"errcode":300001,"errmsg":"token is not exist"}`:                                               {Permanent: true},
		`{"errcode":-1,"errmsg":"系统繁忙"}`:                                                                 {},
		`{"errcode":99,"errmsg":"new"}`:                                                                  {},
		`ok`:                                                                                             {},
	})
}
