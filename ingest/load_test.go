package ingest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
)

func blocking(h *harness) {
	h.log.entered, h.log.goOn = make(chan struct{}), make(chan struct{})
}

func TestMemoryIsBounded(t *testing.T) {
	h := newHarness(t, true, func(o *Options) { o.MaxInFlightBytes = 100 << 10 })
	blocking(h)
	done := make(chan int)
	go func() { done <- h.post("/v1/actions", h.one, []byte(good)).Code }()
	<-h.log.entered
	if got := h.metric("rollcall_ingest_inflight_bytes"); got != 64<<10 {
		t.Errorf("in flight: %v", got)
	}
	h.problem(h.post("/v1/actions", h.one, []byte(good)), 503)
	// The size of this one shows only while it is read.
	r := httptest.NewRequest("POST", "/v1/actions", io.MultiReader(strings.NewReader(good)))
	r.SetBasicAuth(h.one, "")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	h.problem(w, 503)
	close(h.log.goOn)
	if code := <-done; code != 200 {
		t.Errorf("the first got %d", code)
	}
	h.log.entered = nil
	h.send(h.one, good)
	if got := h.metric("rollcall_ingest_inflight_bytes"); got != 0 {
		t.Errorf("in flight afterwards: %v", got)
	}
}

func TestClientThatLeavesLosesNothing(t *testing.T) {
	h := newHarness(t, true, nil)
	blocking(h)
	srv := httptest.NewServer(h)
	defer srv.Close()
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "POST", srv.URL+"/v1/actions", strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(h.one, "")
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if resp, err := srv.Client().Do(r); err == nil {
			resp.Body.Close()
			t.Error("answered before the log")
		}
	}()
	<-h.log.entered
	leave()
	<-gone
	close(h.log.goOn)
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(h.log.actions(t)); n != 1 {
		t.Errorf("%d actions in the log", n)
	}
}

func TestBodyThatBreaksOffIsNotTaken(t *testing.T) {
	h := newHarness(t, true, nil)
	body := io.MultiReader(strings.NewReader(good+"\n"), &brokenReader{})
	r := httptest.NewRequest("POST", "/v1/actions", body)
	r.SetBasicAuth(h.one, "")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	h.problem(w, 400)
	if len(h.log.order) != 0 {
		t.Error("something was taken")
	}
}

type brokenReader struct{}

func (*brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestCloseDrains(t *testing.T) {
	h := newHarness(t, true, nil)
	blocking(h)
	answered, closed := make(chan int), make(chan error)
	go func() { answered <- h.post("/v1/actions", h.one, []byte(good)).Code }()
	<-h.log.entered
	short, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Close(short); err == nil {
		t.Error("closed while a request runs")
	}
	h.problem(h.post("/v1/actions", h.one, []byte(good)), 503)
	go func() { closed <- h.Close(t.Context()) }()
	close(h.log.goOn)
	if code := <-answered; code != 200 {
		t.Errorf("got %d", code)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Errorf("again: %v", err)
	}
}

func TestRateOfAKey(t *testing.T) {
	now := testNow
	h := newHarness(t, true, func(o *Options) {
		o.RatePerKey = 10
		o.Now = func() time.Time { return now }
	})
	batch := []byte(strings.Repeat(good+"\n", 25))
	if w := h.post("/v1/actions", h.one, batch); w.Code != 200 {
		t.Fatalf("a batch above the rate: %d", w.Code)
	}
	w := h.post("/v1/actions", h.one, batch)
	h.problem(w, 429)
	if got := w.Header().Get("Retry-After"); got != "2" { // 15 actions of debt and one to go on, 10 a second
		t.Errorf("Retry-After %s", got)
	}
	if w := h.post("/v1/actions", h.two, []byte(`{"community":"c","member":"m","kind":"post"}`)); w.Code != 200 {
		t.Errorf("another key: %d", w.Code)
	}
	now = now.Add(1500 * time.Millisecond)
	h.problem(h.post("/v1/actions", h.one, batch), 429)
	now = now.Add(100 * time.Millisecond)
	if w := h.post("/v1/actions", h.one, batch); w.Code != 200 {
		t.Errorf("after waiting: %d", w.Code)
	}
	if n := len(h.log.actions(t)); n != 51 {
		t.Errorf("%d actions in the log", n)
	}
	if got := h.metric("rollcall_ingest_throttled_total"); got != 2 {
		t.Errorf("throttled %v", got)
	}
}

func TestTicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t, true, nil)
		send := func(community, ms string) {
			h.send(h.any, `{"community":"`+community+`","member":"m","kind":"post","time":`+ms+`}`)
		}
		send("d", "1000")
		send("d", "3000")
		send("d", "2000")
		send("c", "9000") // on the wall clock
		synctest.Wait()
		if len(h.log.sent()) != 0 {
			t.Error("a tick before its second")
		}
		<-time.After(1500 * time.Millisecond) // fake time
		synctest.Wait()
		want := map[string]int64{"d": 3000, "c": 9000} // and the first of a wall clock
		for _, tick := range h.log.sent() {
			if want[tick.Community] != tick.Time || tick.Appended != testNow.UnixMilli() {
				t.Errorf("tick %v", tick)
			}
			delete(want, tick.Community)
		}
		if len(want) > 0 {
			t.Errorf("no tick for %v", want)
		}
		send("c", "10000")
		<-time.After(1500 * time.Millisecond) // fake time
		synctest.Wait()
		if n := len(h.log.sent()); n != 2 {
			t.Errorf("%d ticks: a wall clock that runs needs none", n)
		}
		if err := h.FlushTicks(t.Context()); err != nil || len(h.log.sent()) != 3 || h.log.sent()[2].Time != 10000 {
			t.Errorf("ticks %v, %v", h.log.sent(), err)
		}
		// A tick that the log did not take stays pending.
		h.log.setFail("tick", errBusy)
		send("d", "4000")
		if err := h.FlushTicks(t.Context()); err == nil {
			t.Error("flushed into a log that fails")
		}
		h.log.setFail("", nil)
		if err := h.FlushTicks(t.Context()); err != nil || len(h.log.sent()) != 4 || h.log.sent()[3].Time != 4000 {
			t.Errorf("ticks %v, %v", h.log.sent(), err)
		}
		send("d", "5000")
		if err := h.Close(t.Context()); err != nil || len(h.log.sent()) != 5 {
			t.Errorf("closed without the last tick: %v, %v", h.log.sent(), err)
		}
		h.log.setFail(schemas.TopicActions, errBusy)
	})
}

func TestNoTickWithoutAcknowledgement(t *testing.T) {
	h := newHarness(t, true, nil)
	h.log.setFail(schemas.TopicActions, errBusy)
	h.problem(h.post("/v1/actions", h.any, []byte(`{"community":"d","member":"m","kind":"post"}`)), 503)
	if err := h.FlushTicks(t.Context()); err != nil || len(h.log.sent()) != 0 {
		t.Errorf("ticks %v, %v", h.log.sent(), err)
	}
}

func TestRecycledMemoryIsNotMixedUp(t *testing.T) {
	h := newHarness(t, true, nil)
	for i := range 50 {
		body := bytes.Repeat([]byte(good+"\n"), i%7+1)
		if i%3 == 0 {
			body = append(body, "bad\n"...)
		}
		a := h.send(h.one, string(body))
		if a.Accepted != i%7+1 || len(a.Rejected) != map[bool]int{true: 1}[i%3 == 0] {
			t.Fatalf("%d: %+v", i, a)
		}
	}
}
