package files

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

func TestClientPosts(t *testing.T) {
	want := &actionpb.ImportBatch{Actions: [][]byte{[]byte("a"), []byte("b")}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got := &actionpb.ImportBatch{}
		if err := proto.Unmarshal(body, got); err != nil || !proto.Equal(want, got) {
			t.Errorf("got %v, %v", got, err)
		}
		if r.Method != "POST" || r.URL.Path != "/v1/import" || r.Header.Get("Content-Type") != "application/x-protobuf" ||
			r.Header.Get("Authorization") != "Bearer key" {
			t.Errorf("got %s %s %v", r.Method, r.URL, r.Header)
		}
	}))
	defer srv.Close()
	c := NewClient(srv.URL+"/", "key")
	defer c.http.CloseIdleConnections()
	if err := c.Send(t.Context(), want); err != nil {
		t.Fatal(err)
	}
}

// server answers without a network, so that synctest's time passes.
type server func(try int) (status int, retryAfter, body string, err error)

type roundTripper struct {
	answer server
	tries  int
}

func (r *roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	status, after, body, err := r.answer(r.tries)
	r.tries++
	if err != nil {
		return nil, err
	}
	resp := &http.Response{StatusCode: status, Status: http.StatusText(status), Header: http.Header{}, Request: req,
		Body: io.NopCloser(strings.NewReader(body))}
	if after != "" {
		resp.Header.Set("Retry-After", after)
	}
	return resp, nil
}

func TestClientTriesAgain(t *testing.T) {
	down := errors.New("connection refused")
	tests := []struct {
		name        string
		answer      server
		tries       int // 0: more than one
		least, most time.Duration
		want        []string // in the error; none for success
	}{
		{"comes back", func(n int) (int, string, string, error) {
			if n < 3 {
				return 0, "", "", down
			}
			return 200, "", "", nil
		}, 4, time.Second / 2, 10 * time.Second, nil},
		{"asks for time", func(n int) (int, string, string, error) {
			if n == 0 {
				return 503, "20", "", nil
			}
			return 200, "", "", nil
		}, 2, 20 * time.Second, 20 * time.Second, nil},
		{"stays away", func(int) (int, string, string, error) { return 0, "", "", down }, 0, 30 * time.Second, time.Minute,
			[]string{"connection refused", "run the same command again", "not counted twice"}},
		{"stays busy", func(int) (int, string, string, error) { return 429, "7", `{"title":"Too fast"}`, nil }, 9, 30 * time.Second,
			time.Minute, []string{"Too fast", "run the same command again"}},
		{"key", func(int) (int, string, string, error) { return 401, "", `{"detail":"unknown key"}`, nil }, 1, 0, 0,
			[]string{"does not take this key", "unknown key"}},
		{"refused", func(int) (int, string, string, error) {
			return 400, "", `{"title":"Bad batch","detail":"not in order"}`, nil
		}, 1, 0, 0, []string{"Bad batch: not in order"}},
		{"plain text", func(int) (int, string, string, error) { return 404, "", "no such page\n", nil }, 1, 0, 0,
			[]string{"no such page"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rt := &roundTripper{answer: tt.answer}
				c := NewClient("http://127.0.0.1:1", "")
				c.http.Transport = rt
				started := time.Now()
				err := c.Send(t.Context(), &actionpb.ImportBatch{})
				if (err == nil) != (tt.want == nil) {
					t.Fatalf("got %v", err)
				}
				for _, w := range tt.want {
					if !strings.Contains(err.Error(), w) {
						t.Errorf("got %q, want %q in it", err, w)
					}
				}
				if took := time.Since(started); took < tt.least || took > tt.most {
					t.Errorf("took %s, want %s to %s", took, tt.least, tt.most)
				}
				if rt.tries != tt.tries && !(tt.tries == 0 && rt.tries > 1) {
					t.Errorf("%d tries, want %d", rt.tries, tt.tries)
				}
			})
		})
	}
}

func TestClientStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClient("http://127.0.0.1:1", "")
		c.http.Transport = &roundTripper{answer: func(int) (int, string, string, error) { return 503, "30", "", nil }}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Send(ctx, &actionpb.ImportBatch{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}
