package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/rollcall-dev/rollcall/schemas"
)

const good = `{"member":"m","kind":"post","id":"1","time":1800000000000}`

func TestActionsInEveryShape(t *testing.T) {
	for name, tt := range map[string]struct {
		body     string
		accepted int
		rejected []int // indexes
	}{
		"one":                    {good, 1, nil},
		"one over lines":         {"{\n\"member\": \"m\",\n \"kind\": \"post\"\n}\n", 1, nil},
		"with BOM":               {"\ufeff" + good, 1, nil},
		"lines":                  {good + "\n\n \r\n" + good + "\r\n", 2, nil},
		"array":                  {" \n[" + good + " ,\n" + good + "]\n", 2, nil},
		"empty":                  {"", 0, nil},
		"blank":                  {" \n\n", 0, nil},
		"empty array":            {"[ ]", 0, nil},
		"no JSON":                {"member=m", 0, []int{0}},
		"bad line":               {good + "\nnonsense\n" + good, 2, []int{1}},
		"broken line":            {good + "\n{\"member\":\"m\n" + good, 2, []int{1}},
		"line broken at the end": {good + "\n" + good[:20], 1, []int{1}},
		"bad element":            {"[" + good + `,7,{"a":]},"x,]",` + good + "]", 2, []int{1, 2, 3}},
		"array breaks off":       {"[" + good + "," + good[:20], 1, []int{1}},
		"array is not closed":    {"[" + good + "," + good, 1, []int{1}},
		"array breaks at comma":  {"[" + good + ",", 1, []int{1}},
		"only a bracket":         {"[", 0, []int{0}},
		"behind the array":       {"[" + good + "]" + good, 1, []int{1}},
		"comma at the end":       {"[" + good + ",]", 1, []int{1}},
		"two on one line":        {good + good, 0, []int{0}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, false, nil)
			a := h.send(h.one, tt.body)
			var indexes []int
			for _, r := range a.Rejected {
				indexes = append(indexes, r.Index)
				if r.Reason != schemas.ReasonInvalidJSON || r.Detail == "" {
					t.Errorf("%+v", r)
				}
			}
			if a.Accepted != tt.accepted || len(indexes) != len(tt.rejected) || len(indexes) > 0 && indexes[0] != tt.rejected[0] {
				t.Errorf("got %+v", a)
			}
			if len(h.log.actions(t)) != tt.accepted || len(h.log.rejected(t)) != len(tt.rejected) {
				t.Errorf("log: %v %v", h.log.actions(t), h.log.rejected(t))
			}
		})
	}
}

func TestAcceptedIsOnTheLog(t *testing.T) {
	h := newHarness(t, true, nil)
	h.send(h.one, `{"member":"m","kind":"post","properties":{"a":1}}`)
	a := h.log.actions(t)[0]
	if id, err := uuid.Parse(string(a.ID)); err != nil || id.Version() != 7 {
		t.Errorf("id %q: %v", a.ID, err)
	}
	if string(a.Community) != "c" || a.Time != testNow.UnixMilli() || a.Received != a.Time || string(a.Source) != "http" ||
		string(a.Properties) != `{"a":1}` {
		t.Errorf("got %+v", a)
	}
}

func TestRejectedKeepsItsBytes(t *testing.T) {
	h := newHarness(t, true, nil)
	body := "{\"member\" : \"m\", \"kind\":\"post\",\"time\":\"\xff soon\"}"
	for range 2 {
		a := h.send(h.one, good+"\n  "+body+"  \n")
		if a.Accepted != 1 || len(a.Rejected) != 1 || a.Rejected[0].Index != 1 || a.Rejected[0].Field != "time" {
			t.Fatalf("got %+v", a)
		}
	}
	m := h.log.rejected(t)[0]
	if string(m.Payload) != body || m.Source != "http" || m.Reason != "invalid_field" || m.Field != "time" ||
		m.Community != "c" || m.Received != testNow.UnixMilli() || m.Version != schemas.Version || m.Detail == "" {
		t.Errorf("got %v", m)
	}
	recs := h.log.recs[schemas.TopicRejected]
	if len(recs[0].Key) != 32 || !bytes.Equal(recs[0].Key, recs[1].Key) {
		t.Errorf("keys %q %q", recs[0].Key, recs[1].Key)
	}
}

func TestCommunityOfTheKey(t *testing.T) {
	h := newHarness(t, false, nil)
	in := func(c string) string { return `{"member":"m","kind":"post","community":"` + c + `"}` }
	for name, tt := range map[string]struct {
		key, body string
		reason    schemas.Reason
		filed     string // the rejection's community
	}{
		"own":          {h.one, in("c"), "", ""},
		"another":      {h.one, in("d"), schemas.ReasonUnknownCommunity, "c"},
		"of two":       {h.two, in("d"), "", ""},
		"of two, none": {h.two, good, schemas.ReasonMissingField, ""},
		"of all":       {h.any, in("d"), "", ""},
		"unknown":      {h.any, in("e"), schemas.ReasonUnknownCommunity, "e"},
		"foreign, bad": {h.one, `{"community":"d"}`, schemas.ReasonMissingField, "c"},
	} {
		before := len(h.log.rejected(t))
		a := h.send(tt.key, tt.body)
		if tt.reason == "" {
			if a.Accepted != 1 {
				t.Errorf("%s: %+v", name, a)
			}
			continue
		}
		if a.Accepted != 0 || a.Rejected[0].Reason != tt.reason {
			t.Errorf("%s: %+v", name, a)
		}
		if m := h.log.rejected(t)[before]; m.Community != tt.filed {
			t.Errorf("%s: filed under %q", name, m.Community)
		}
	}
	created := newHarness(t, true, nil)
	if a := created.send(created.any, in("e")); a.Accepted != 1 {
		t.Errorf("create: %+v", a)
	}
}

func TestLimitsOfARequest(t *testing.T) {
	h := newHarness(t, true, nil)
	pad := func(n int) string {
		return `{"member":"m","kind":"post","properties":{"p":"` + strings.Repeat("x", n) + `"}}`
	}
	h.problem(h.post("/v1/actions", h.one, []byte(strings.Repeat(good+"\n", maxActions+1))), 413)
	h.problem(h.post("/v1/actions", h.one, []byte("["+strings.Repeat(good+",", maxActions)+good+"]")), 413)
	h.problem(h.post("/v1/actions", h.one, bytes.Repeat([]byte{' '}, maxBody+1)), 413)
	h.problem(h.post("/v1/actions", h.one, zipped(bytes.Repeat([]byte{' '}, maxBody+1)), "Content-Encoding", "gzip"), 413)
	h.problem(h.post("/v1/actions", h.one, []byte("x"), "Content-Encoding", "br"), 415)
	h.problem(h.stream(wordyGzip(maxBody)), 413) // large on the wire only
	if len(h.log.order) != 0 {
		t.Fatal("something was taken")
	}
	if a := h.send(h.one, strings.Repeat(good+"\n", maxActions)); a.Accepted != maxActions {
		t.Errorf("accepted %d", a.Accepted)
	}
	a := h.send(h.one, good+"\n"+pad(schemas.MaxAction)+"\n"+pad(schemas.MaxProperties-100)+"\n"+pad(maxPayload))
	if a.Accepted != 2 || len(a.Rejected) != 2 || a.Rejected[0].Reason != schemas.ReasonTooLarge {
		t.Errorf("got %+v", a)
	}
	if m := h.log.rejected(t)[1]; len(m.Payload) != maxPayload || !strings.Contains(m.Detail, "are kept") {
		t.Errorf("kept %d bytes, %s", len(m.Payload), m.Detail)
	}
}

// wordyGzip is one action after empty gzip members of n bytes.
func wordyGzip(n int) []byte {
	empty := zipped(nil)
	return append(bytes.Repeat(empty, n/len(empty)), zipped([]byte(good))...)
}

// stream sends gzip without saying how long it is.
func (h *harness) stream(z []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/v1/actions", io.MultiReader(bytes.NewReader(z)))
	r.SetBasicAuth(h.one, "")
	r.Header.Set("Content-Encoding", "gzip")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestGzip(t *testing.T) {
	h := newHarness(t, true, nil)
	z := zipped([]byte(strings.Repeat(good+"\n", 50)))
	for n := range len(z) {
		if w := h.post("/v1/actions", h.one, z[:n], "Content-Encoding", "gzip"); w.Code != 400 {
			t.Fatalf("cut at %d: %d", n, w.Code)
		}
	}
	h.problem(h.post("/v1/actions", h.one, []byte(good), "Content-Encoding", "gzip"), 400)
	if len(h.log.order) != 0 {
		t.Fatal("something was taken")
	}
	if w := h.post("/v1/actions", h.one, z, "Content-Encoding", "gzip"); w.Code != 200 || len(h.log.actions(t)) != 50 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := h.stream(wordyGzip(100)); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestWriteKey(t *testing.T) {
	h := newHarness(t, true, nil)
	h.reg.SetAdmin("token")
	for name, auth := range map[string]string{"none": "", "unknown": "Bearer x", "scheme": "Digest " + h.one,
		"empty": "Bearer ", "no base64": "Basic ???"} {
		w := h.post("/v1/actions", "", []byte(good), "Authorization", auth)
		if w.Code != 401 || w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	for _, auth := range []string{"Bearer " + h.one, "bearer  " + h.one} {
		if w := h.post("/v1/actions", "", []byte(good), "Authorization", auth); w.Code != 200 {
			t.Errorf("%q: %d", auth, w.Code)
		}
	}
	if a := h.send("token", `{"community":"c","member":"m","kind":"post"}`); a.Accepted != 1 {
		t.Errorf("admin: %+v", a)
	}
}

func TestAddresses(t *testing.T) {
	h := newHarness(t, true, nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/v1/actions", nil))
	h.problem(w, 405)
	if w.Header().Get("Allow") != "POST" {
		t.Error(w.Header())
	}
	h.problem(h.post("/v1/nothing", h.one, nil), 404)
	if w := h.post("/v1/actions/", h.one, []byte(good)); w.Code != 200 {
		t.Errorf("slash at the end: %d", w.Code)
	}
}

func TestNothingIsAcknowledgedThatTheLogDidNotTake(t *testing.T) {
	for _, err := range []error{errBusy, errors.New("broker down"), context.DeadlineExceeded} {
		for _, topic := range []string{schemas.TopicActions, schemas.TopicRejected} {
			h := newHarness(t, true, nil)
			h.log.setFail(topic, err)
			w := h.post("/v1/actions", h.one, []byte(good+"\nbad"))
			h.problem(w, 503)
			if (errors.Is(err, errBusy)) != strings.Contains(w.Body.String(), "queue is full") {
				t.Errorf("%v: told %s", err, w.Body)
			}
			if n := len(h.log.actions(t)); n != 0 {
				t.Errorf("%v, %s: %d actions in the log", err, topic, n)
			}
			if h.metric("rollcall_ingest_accepted_total") != 0 || h.metric("rollcall_ingest_throttled_total") != 1 {
				t.Errorf("%v, %s: counted", err, topic)
			}
			h.log.setFail("", nil)
			if a := h.send(h.one, good+"\nbad"); a.Accepted != 1 || len(a.Rejected) != 1 {
				t.Errorf("%v, %s: afterwards %+v", err, topic, a)
			}
		}
	}
}

func TestSilentLogEndsIn503(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t, true, nil)
		h.log.entered, h.log.goOn = make(chan struct{}, 1), make(chan struct{})
		start := time.Now()
		h.problem(h.post("/v1/actions", h.one, []byte(good)), 503)
		if d := time.Since(start); d != 30*time.Second {
			t.Errorf("after %s", d)
		}
		h.Close(t.Context())
	})
}

func TestMetrics(t *testing.T) {
	h := newHarness(t, true, nil)
	h.send(h.one, good+"\nbad\n"+good)
	for name, want := range map[string]float64{"rollcall_ingest_accepted_total": 2, "rollcall_ingest_rejected_total": 1,
		"rollcall_ingest_inflight_bytes": 0} {
		if got := h.metric(name); got != want {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	if _, err := New(Options{Log: h.log, Registry: h.reg, Registerer: h.metrics}); err == nil {
		t.Error("a second collector with the same metrics started")
	}
	if _, err := New(Options{}); err == nil {
		t.Error("started without a log")
	}
}
