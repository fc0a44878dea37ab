package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
)

type refusal struct {
	Index         int
	Reason, Field string
}

// Bad input over HTTP, and keys: each is answered with why, and takes nothing good along. The instance makes no community
// by itself.
func TestBadInput(t *testing.T) {
	t.Parallel()
	p := upRaced(t, t.TempDir(), "127.0.0.1:0", "--no-communities-create")
	for _, c := range []string{"lab", "other"} {
		p.rollcall("community", "set", c)
	}
	var key struct {
		ID, Key     string
		Communities []string
	}
	readJSON(t, p.rollcall("key", "create", "--community", "lab", "--output", "json"), &key)
	if diff := cmp.Diff([]string{"lab"}, key.Communities); diff != "" {
		t.Error(diff)
	}
	t.Run("every reason", func(t *testing.T) { everyReason(t, p, key.Key) })
	t.Run("truncated gzip", func(t *testing.T) {
		var body bytes.Buffer
		z := gzip.NewWriter(&body)
		_, _ = z.Write([]byte(strings.Repeat(`{"member":"gzipped","kind":"post"}`+"\n", 100)))
		_ = z.Close()
		status, answer := p.post(t, key.Key, body.Bytes()[:body.Len()/2], "gzip")
		if status != http.StatusBadRequest || !strings.Contains(answer, "breaks off") || !strings.Contains(answer, "nothing of it was taken") {
			t.Errorf("%d %s", status, answer)
		}
		if got := p.count(t, "actions", "member = 'gzipped'"); got != 0 {
			t.Errorf("%d actions were taken", got)
		}
	})
	t.Run("unknown community", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "a.ndjson")
		write(t, file, `{"member":"ann","kind":"post","time":1767225600000}`+"\n")
		// The administrator may write anywhere, but a name with a slip makes no community here.
		var sum struct{ Actions, Sent, Rejected int }
		readJSON(t, p.rollcall("import", file, "--community", "lbb", "--output", "json"), &sum)
		if sum.Actions != 0 || sum.Sent != 0 || sum.Rejected != 1 {
			t.Errorf("the import says %+v of one line that the collector rejected", sum)
		}
		if _, err := p.try("import", file, "--community", "lbb", "--strict"); err == nil {
			t.Error("--strict passed over what the collector rejected")
		}
		if got := p.count(t, "rejected", "source = 'file:a.ndjson' AND reason = 'unknown_community'"); got != 1 {
			t.Errorf("%d rows, want 1", got)
		}
		refuses(t, 1, "rejected (--strict)", "import", file, "--community", "other", "--strict", "--server", "http://"+p.run().HTTP, "--key", key.Key)
		if got := p.count(t, "actions", "community IN ('other', 'lbb')"); got != 0 {
			t.Errorf("%d actions of a community that the key does not cover", got)
		}
	})
	t.Run("revoked key", func(t *testing.T) {
		p.rollcall("key", "revoke", key.ID)
		for _, secret := range []string{key.Key, "rk_none", ""} {
			status, answer := p.post(t, secret, []byte(`{"member":"revoked","kind":"post"}`), "")
			if status != http.StatusUnauthorized || !strings.Contains(answer, "rollcall key") {
				t.Errorf("key %q: %d %s", secret, status, answer)
			}
		}
		if got := p.count(t, "actions", "member = 'revoked'"); got != 0 {
			t.Errorf("%d actions were taken", got)
		}
	})
}

func everyReason(t *testing.T, p *process, key string) {
	lines := []string{
		`{"member":"ann","kind":"post","time":1767225600000}`,
		`nope`,
		`{"kind":"post"}`,
		`{"member":"ann","kind":"post","time":"yesterday"}`,
		`{"community":"other","member":"ann","kind":"post"}`,
		`{"member":"ann","kind":"post","note":"` + strings.Repeat("x", 40_000) + `"}`,
		`{"member":"ann","kind":"post","time":"2099-01-01T00:00:00Z"}`,
		`{"member":"ann","kind":"post","version":99}`,
		`{"member":"bob","kind":"post","time":1767225600000}`,
	}
	want := []refusal{{1, "invalid_json", ""}, {2, "missing_field", "member"}, {3, "invalid_field", "time"}, {4, "unknown_community", "community"},
		{5, "too_large", ""}, {6, "time_in_future", "time"}, {7, "unsupported_version", "version"}}
	for range 2 { // again they are the same rows
		status, text := p.post(t, key, []byte(strings.Join(lines, "\n")), "")
		var answer struct {
			Accepted int
			Rejected []refusal
		}
		readJSON(t, text, &answer)
		if status != http.StatusOK || answer.Accepted != 2 {
			t.Errorf("%d %s", status, text)
		}
		if diff := cmp.Diff(want, answer.Rejected); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
	p.rollcall("status", "--wait")
	rows := strings.TrimSpace(p.rollcall("query", "--format", "JSONEachRow",
		"SELECT community, reason, field, detail, payload FROM rejected FINAL WHERE source = 'http' ORDER BY reason"))
	got := map[string]bool{}
	for row := range strings.Lines(rows) {
		var r struct{ Community, Reason, Field, Detail, Payload string }
		readJSON(t, row, &r)
		if r.Detail == "" || r.Community != "lab" {
			t.Errorf("row %s", row)
		}
		got[fmt.Sprint(r.Reason, " ", r.Field, " ", r.Payload)] = true
	}
	for _, w := range want {
		if !got[fmt.Sprint(w.Reason, " ", w.Field, " ", lines[w.Index])] {
			t.Errorf("no row for %+v in\n%.2000s", w, rows)
		}
	}
	if len(got) != len(want) || strings.Count(rows, "\n")+1 != len(want) {
		t.Errorf("%d rows, want %d", strings.Count(rows, "\n")+1, len(want))
	}
	if got := p.count(t, "actions", "community = 'lab'"); got != 4 {
		t.Errorf("%d actions, want the 2 good ones of each request", got)
	}
}

// post sends a body to /v1/actions and returns the status and the answer, which must be JSON.
func (p *process) post(t *testing.T, key string, body []byte, encoding string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+p.run().HTTP+"/v1/actions", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Close = true // no connection outlives the test
	if encoding != "" {
		r.Header.Set("Content-Encoding", encoding)
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil || !json.Valid(b) {
		t.Fatalf("%v: %s", err, b)
	}
	return resp.StatusCode, string(b)
}

// count returns the rows of a table, once all that was sent is visible.
func (p *process) count(t *testing.T, table, where string) int {
	t.Helper()
	p.rollcall("status", "--wait")
	text := strings.TrimSpace(p.rollcall("query", "--format", "TSV", "SELECT count() FROM "+table+" FINAL WHERE "+where))
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
