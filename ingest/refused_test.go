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
)

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
