package alertmanager

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/alerttest"
)

var now = time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)

func open(address string) (alerts.Channel, error) {
	c, err := New(address+"/am/", "t0ken\n")
	if err == nil {
		c.now = func() time.Time { return now }
	}
	return c, err
}

func TestPayloads(t *testing.T) {
	hostile := alerttest.Payloads(t, alerttest.Service{Open: open, OK: "", Schema: "alertmanager.schema.json", Most: 2 << 20})
	var got []postable
	if err := json.Unmarshal(hostile, &got); err != nil {
		t.Fatal(err)
	}
	for key, text := range got[0].Annotations {
		if strings.ContainsAny(text, "<>*@[]`") {
			t.Errorf("%s: %s", key, text)
		}
	}
}

func TestTimesAreTheClocks(t *testing.T) {
	r := alerttest.Serve(t, http.StatusOK, "")
	c, err := open(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	opened := alerttest.Alert("opened")
	ahead := alerttest.Alert("updated") // a community on the clock of its data
	ahead.Opened = now.AddDate(1, 0, 0).UnixMilli()
	over := alerttest.Alert("resolved")
	over.Opened = ahead.Opened
	if err := c.Send(t.Context(), alerttest.Message("en", opened, ahead, over, alerttest.Alert("test"))); err != nil {
		t.Fatal(err)
	}
	req := r.Take()[0]
	if req.Header.Get("Authorization") != "Bearer t0ken" {
		t.Error(req.Header)
	}
	var got []postable
	if err := json.Unmarshal(req.Body, &got); err != nil {
		t.Fatal(err)
	}
	var times [][2]time.Time
	for _, p := range got {
		times = append(times, [2]time.Time{p.StartsAt, p.EndsAt})
	}
	want := [][2]time.Time{
		{time.UnixMilli(opened.GetOpened()).UTC(), now.Add(Lasting)}, {now, now.Add(Lasting)}, {now, now}, {now, now.Add(testLasting)},
	}
	if d := cmp.Diff(want, times); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(got[0].Labels, got[1].Labels); d != "" {
		t.Errorf("the labels of an alert changed: %s", d)
	}
}
