package webhook

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/alerttest"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func open(t *testing.T, address string) *Channel {
	t.Helper()
	c, err := New(address, secret)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPayloads(t *testing.T) {
	schema := alerttest.Schema(t, "cloudevents.schema.json")
	theirs, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	r := alerttest.Serve(t, http.StatusNoContent, "")
	c := open(t, r.URL)
	for _, change := range alerttest.Changes {
		if err := c.Send(t.Context(), alerttest.Message("zh", alerttest.Alert(change))); err != nil {
			t.Fatal(err)
		}
		got := r.Take()
		if len(got) != 1 {
			t.Fatalf("%d requests", len(got))
		}
		if err := theirs.Verify(got[0].Body, got[0].Header); err != nil {
			t.Error(err)
		}
		if err := theirs.Verify(append(got[0].Body, ' '), got[0].Header); err == nil {
			t.Error("another body has the same signature")
		}
		if ct := got[0].Header.Get("Content-Type"); ct != "application/cloudevents+json; charset=utf-8" {
			t.Error(ct)
		}
		alerttest.Fits(t, schema, got[0].Body)
		alerttest.Golden(t, change+".json", got[0].Body)
	}
}

func TestSeveralAlertsAreSeveralRequestsUpToTheFirstThatFails(t *testing.T) {
	r := alerttest.Serve(t, http.StatusOK, "")
	c := open(t, r.URL)
	m := alerttest.Message("en", alerttest.Alert("opened"), alerttest.Alert("updated"))
	if err := c.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, got := range r.Take() {
		ids = append(ids, got.Header.Get("webhook-id"))
	}
	want := []string{"leave_spike-20260302T080500Z-1a2b3c4d.1", "leave_spike-20260302T080500Z-1a2b3c4d.2"}
	if d := cmp.Diff(want, ids); d != "" {
		t.Error(d)
	}
	r.Answer(http.StatusServiceUnavailable, "", "Retry-After", "7")
	err := c.Send(t.Context(), m)
	if err == nil || alerts.Permanent(err) || alerts.RetryAfter(err).Seconds() != 7 || len(r.Take()) != 1 {
		t.Errorf("%v", err)
	}
}

func TestAnIDFitsAHeaderAndNumbersFitJSON(t *testing.T) {
	r := alerttest.Serve(t, http.StatusOK, "")
	a := alerttest.HostileAlert()
	a.AlertId, a.Expected, a.Probability = "社区\r\n/1", math.NaN(), math.Inf(1)
	if err := open(t, r.URL).Send(t.Context(), alerttest.Message("en", a)); err != nil {
		t.Fatal(err)
	}
	got := r.Take()[0]
	var e struct {
		ID   string
		Data struct {
			AlertID  string `json:"alert_id"`
			Expected *float64
			Members  []struct{ Member string }
		}
	}
	if err := json.Unmarshal(got.Body, &e); err != nil {
		t.Fatal(err)
	}
	if e.ID != got.Header.Get("webhook-id") || e.Data.AlertID != a.GetAlertId() || e.Data.Expected != nil ||
		e.Data.Members[1].Member != "<!channel>" {
		t.Errorf("%+v, header %v", e, got.Header)
	}
	alerttest.Fits(t, alerttest.Schema(t, "cloudevents.schema.json"), got.Body)
}

func TestAReceiverMayChangeItsSecret(t *testing.T) {
	const next = "whsec_bmV4dG5leHRuZXh0bmV4dG5leHRuZXh0"
	r := alerttest.Serve(t, http.StatusOK, "")
	c, err := New(r.URL, secret+"\n"+next+"\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Send(t.Context(), alerttest.Message("en", alerttest.Alert("opened"))); err != nil {
		t.Fatal(err)
	}
	got := r.Take()[0]
	for _, s := range []string{secret, next} {
		if theirs, err := standardwebhooks.NewWebhook(s); err != nil || theirs.Verify(got.Body, got.Header) != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestASecretIsNeitherShortNorShown(t *testing.T) {
	for _, bad := range []string{"", "whsec_", "whsec_c2hvcnQ=", strings.TrimPrefix(secret, "whsec_"), secret + " whsec_*"} {
		if _, err := New("https://example.org", bad); err == nil || strings.Contains(err.Error(), "c2hvcnQ") || strings.Contains(err.Error(), secret[6:]) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	r := alerttest.Serve(t, http.StatusBadRequest, "no such hook: /hook/t0ken?key=s3cr3t "+secret)
	err := open(t, r.URL+"/hook/t0ken?key=s3cr3t").Send(t.Context(), alerttest.Message("en", alerttest.Alert("opened")))
	if !alerts.Permanent(err) || !strings.Contains(err.Error(), "webhook at "+r.URL+": it answered 400") {
		t.Error(err)
	}
	for _, hidden := range []string{"t0ken", "s3cr3t", secret} {
		if strings.Contains(err.Error(), hidden) {
			t.Errorf("%v shows %s", err, hidden)
		}
	}
}
