package ingest

import (
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/schemas"
)

func TestSegmentCalls(t *testing.T) {
	h := newHarness(t, true, nil)
	event := `{"type":"track","userId":"u","event":"post"}`
	inBody := `{"writeKey":"` + h.one + `","batch":[` + event + `,{"type":"track"},` + event + `]}`
	for name, tt := range map[string]struct {
		path, key, body string
		status          int
	}{
		"key in the body":    {"/v1/batch", "", inBody, 200},
		"slash at the end":   {"/v1/batch/", h.one, inBody, 200},
		"one call":           {"/v1/track", h.one, event, 200},
		"nothing":            {"/v1/batch", h.one, `{"batch":[]}`, 200},
		"no key":             {"/v1/track", "", event, 401},
		"bad key":            {"/v1/batch", "rk_x", inBody, 401},
		"bad key in body":    {"/v1/track", "", `{"writeKey":"x",` + event[1:], 401},
		"no JSON":            {"/v1/batch", h.one, inBody[1:], 400},
		"no batch":           {"/v1/batch", h.one, event, 400},
		"too large a body":   {"/v1/track", h.one, `{"a":"` + strings.Repeat("x", maxSegmentBody) + `"}`, 413},
		"single bad event":   {"/v1/track", h.one, `{"event":"post"}`, 200},
		"foreign community":  {"/v1/track", h.two, `{"userId":"u","event":"post","context":{"community":"e"}}`, 200},
		"nested too deep":    {"/v1/track", h.one, strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70), 400},
		"unknown call":       {"/v1/nothing", h.one, event, 404},
		"form content, gzip": {"/v1/batch", h.one, string(zipped([]byte(inBody))), 200},
	} {
		header := []string{"Content-Type", "application/x-www-form-urlencoded"}
		if strings.HasPrefix(tt.body, "\x1f\x8b") {
			header = append(header, "Content-Encoding", "gzip")
		}
		w := h.post(tt.path, tt.key, []byte(tt.body), header...)
		if tt.status != 200 {
			h.problem(w, tt.status)
		} else if w.Code != 200 || strings.TrimSpace(w.Body.String()) != `{"success":true}` {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if n := len(h.log.actions(t)); n != 7 {
		t.Errorf("%d actions", n)
	}
	var foreign int
	for _, m := range h.log.rejected(t) {
		if m.Source != "segment" {
			t.Errorf("source of %v", m)
		}
		if m.Reason == string(schemas.ReasonUnknownCommunity) {
			foreign++
		}
	}
	if n := len(h.log.rejected(t)); n != 5 || foreign != 1 {
		t.Errorf("%d rejected, %d of them foreign", n, foreign)
	}
	h.log.setFail(schemas.TopicActions, errBusy)
	h.problem(h.post("/v1/track", h.one, []byte(event)), 503)
}
