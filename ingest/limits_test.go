package ingest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/schemas"
)

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

func TestARefusedBodyIsReadToItsEnd(t *testing.T) {
	h := newHarness(t, true, nil)
	server := httptest.NewServer(h)
	defer server.Close()
	blank := bytes.Repeat([]byte{' '}, 2*maxBody)
	for name, tt := range map[string]struct {
		path, key string
		status    int
	}{
		"too large":         {"/v1/actions", h.one, 413},
		"too large a batch": {"/v1/batch", h.one, 413},
		"no key":            {"/v1/actions", "", 401},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n", tt.path, tt.key, len(blank))
			if _, err := c.Write(blank); err != nil { // as clients that look for an answer only when all is sent
				t.Fatal(err)
			}
			answer, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			if answer.StatusCode != tt.status {
				t.Errorf("%s, want %d", answer.Status, tt.status)
			}
		})
	}
}

func TestWhoAsksFirstSendsNothing(t *testing.T) {
	h := newHarness(t, true, nil)
	r := httptest.NewRequest("POST", "/v1/actions", strings.NewReader(good))
	r.Header.Set("Expect", "100-continue")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if left, err := io.ReadAll(r.Body); err != nil || string(left) != good {
		t.Errorf("read before the refusal: %q is left, %v", left, err)
	}
	h.problem(w, 401)
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
