package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/internal/clickhouse"
)

// instance is a running `rollcall up` in this process.
type instance struct {
	*Client
	t    testing.TB
	dir  string
	db   *clickhouse.DB
	stop func() error
}

// start runs everything on dir until the test ends or stop is called.
func start(t testing.TB, dir string, change ...func(*UpOptions)) *instance {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan Run, 1), make(chan error, 1)
	o := UpOptions{Dir: dir, Listen: "127.0.0.1:0", KafkaListen: "127.0.0.1:0", ClickHouseListen: "127.0.0.1:0", CreateUnknown: true,
		Logger: testLogger(t), Ready: func(r Run, _ string) { ready <- r }}
	for _, c := range change {
		c(&o)
	}
	go func() { done <- Up(ctx, o) }()
	var run Run
	select {
	case run = <-ready:
	case err := <-done:
		t.Fatalf("up ended early: %v", err)
	}
	db, err := clickhouse.Open("http://"+run.ClickHouse, clickhouse.Options{Logger: testLogger(t)})
	if err != nil {
		t.Fatal(err)
	}
	in := &instance{Client: &Client{base: "http://" + run.HTTP, token: run.Token}, t: t, dir: dir, db: db}
	stopped := false
	in.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		_ = db.Close()
		cancel()
		return <-done
	}
	t.Cleanup(func() {
		if err := in.stop(); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	return in
}

func testLogger(t testing.TB) *slog.Logger {
	if testing.Verbose() {
		return slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return slog.New(slog.DiscardHandler)
}

func (in *instance) query(ctx context.Context, sql string) ([][]any, error) {
	r, err := in.db.Query(ctx, sql, nil)
	if err != nil {
		return nil, err
	}
	return r.Rows, nil
}

// one returns the only value of a query as text.
func (in *instance) one(sql string) string {
	in.t.Helper()
	rows, err := in.query(in.t.Context(), sql)
	if err != nil {
		in.t.Fatalf("%s: %v", sql, err)
	}
	if len(rows) == 0 {
		in.t.Fatalf("%s: no row", sql)
	}
	return fmt.Sprint(rows[0][0])
}

func (in *instance) wait() {
	in.t.Helper()
	if _, err := in.Wait(in.t.Context()); err != nil {
		in.t.Fatal(err)
	}
}

// verify is law 7: every published table of a community is what its definition says.
func (in *instance) verify(community, zone string) {
	in.t.Helper()
	r, err := in.Verify(in.t.Context(), community)
	if err != nil {
		in.t.Fatal(err)
	}
	if want := cmp.Or(zone, "UTC"); r.TimeZone != want || r.Rows() == 0 || len(r.Tables) != 15 {
		in.t.Errorf("%s, in %s", r.Summary(), r.TimeZone)
	}
	for _, t := range r.Tables {
		for _, d := range t.Differences {
			in.t.Errorf("one of %d in its table: %s", t.Different, d)
		}
	}
}

func dataSet(t testing.TB, name string) string {
	dir := os.Getenv("ROLLCALL_DATASETS")
	if dir == "" {
		t.Skip("ROLLCALL_DATASETS names no folder with the public data sets")
	}
	return filepath.Join(dir, name)
}

func (in *instance) importFile(o ImportOptions) *ImportSummary {
	in.t.Helper()
	ctx, cancel := context.WithTimeout(in.t.Context(), 5*time.Minute)
	defer cancel()
	s, err := in.Import(ctx, o)
	if err != nil {
		in.t.Fatal(err)
	}
	return s
}

// send posts actions, one JSON object a line, and fails the test unless all are accepted.
func (in *instance) send(lines ...string) {
	in.t.Helper()
	var out struct {
		Accepted int
		Rejected []any
	}
	status, body := in.do(http.MethodPost, "/v1/actions", strings.Join(lines, "\n"), nil)
	if err := json.Unmarshal(body, &out); err != nil || out.Accepted != len(lines) {
		in.t.Fatalf("%d %s", status, body)
	}
}

// do sends a request with the administrator's token; header replaces what is set, Host too.
func (in *instance) do(method, path, body string, header map[string]string) (int, []byte) {
	in.t.Helper()
	req, err := http.NewRequestWithContext(in.t.Context(), method, in.base+path, strings.NewReader(body))
	if err != nil {
		in.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+in.token)
	for k, v := range header {
		req.Header.Set(k, v)
		if k == "Host" {
			req.Host = v
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		in.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		in.t.Fatal(err)
	}
	return res.StatusCode, b
}

// set changes a community's settings.
func (in *instance) set(s CommunitySetting) {
	in.t.Helper()
	if _, err := in.SetCommunity(in.t.Context(), s); err != nil {
		in.t.Fatal(err)
	}
}

// fingerprints are a community's tables without its name, and without what depends on when and how they were written.
func (in *instance) fingerprints(community string) map[string]string {
	in.t.Helper()
	out := map[string]string{}
	for table, except := range map[string]string{"actions": "received, version, id, source", "activity": "version, is_deleted", "members_activity": "version", "member_days": "version"} {
		out[table] = in.one("SELECT (count(), sum(cityHash64(toString(tuple(* EXCEPT (community, " + except + ")))))) FROM rollcall." + table +
			" FINAL WHERE community = '" + community + "'")
	}
	return out
}
