package console

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/rollcall-dev/rollcall/dashboards"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake answers every query by a function and remembers what it was asked.
type fake struct {
	answer func(ctx context.Context) (Result, error)
	mu     sync.Mutex
	asked  []map[string]string
}

func (f *fake) Query(ctx context.Context, _ string, params map[string]string) (Result, error) {
	f.mu.Lock()
	f.asked = append(f.asked, params)
	f.mu.Unlock()
	return f.answer(ctx)
}

func (f *fake) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.asked)
}

func answering(r Result, err error) *fake {
	return &fake{answer: func(context.Context) (Result, error) { return r, err }}
}

func get(h http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const question = "/api/panels/activity?community=demo&from=1082008800000&to=2004-04-22T00:00:00%2B08:00&window=7d&time_zone=Asia/Shanghai"

var someRows = Result{
	Columns: []string{"time", "day", "actions", "share", "name"},
	Types:   []string{"DateTime64(3, 'UTC')", "Date", "UInt64", "Nullable(Float64)", "String"},
	Rows: [][]any{
		{time.UnixMilli(1082008800123).UTC(), time.Date(2004, 4, 15, 0, 0, 0, 0, time.FixedZone("", -7*3600)), uint64(3), 0.5, "a\"b"},
		{time.UnixMilli(0), time.Date(2004, 4, 16, 0, 0, 0, 0, time.UTC), uint64(0), math.NaN(), nil},
	},
}

func TestPanelAnswer(t *testing.T) {
	q := answering(someRows, nil)
	h := New(Options{Query: q})
	w := get(h, question)
	want := `{"columns":[{"name":"time","type":"DateTime64(3, 'UTC')"},{"name":"day","type":"Date"},{"name":"actions","type":"UInt64"},` +
		`{"name":"share","type":"Nullable(Float64)"},{"name":"name","type":"String"}],` +
		`"rows":[[1082008800123,"2004-04-15",3,0.5,"a\"b"],[0,"2004-04-16",0,null,null]]}`
	if diff := cmp.Diff(want, w.Body.String()); w.Code != http.StatusOK || diff != "" {
		t.Errorf("status %d, body (-want +got):\n%s", w.Code, diff)
	}
	bound := map[string]string{
		"community": "demo", "from": "2004-04-15 06:00:00.000", "to": "2004-04-21 16:00:00.000",
		"window": "7d", "dimension": "", "segment": "", "time_zone": "Asia/Shanghai",
	}
	if diff := cmp.Diff(bound, q.asked[0]); diff != "" {
		t.Errorf("bound parameters (-want +got):\n%s", diff)
	}
}

func TestIntervalIsAWeekUnlessAsked(t *testing.T) {
	for asked, want := range map[string]string{"": "week", "&interval=month": "month"} {
		q := answering(someRows, nil)
		get(New(Options{Query: q}), strings.Replace(question, "activity", "lifecycle", 1)+asked)
		if got := q.asked[0]["interval"]; got != want {
			t.Errorf("%q binds the interval %q, want %q", asked, got, want)
		}
	}
}

func TestUnchangedAnswerIs304(t *testing.T) {
	h := New(Options{Query: answering(someRows, nil)})
	first := get(h, question)
	tag := first.Header().Get("ETag")
	again := get(h, question, "If-None-Match", `"other", `+tag)
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("known answer: status %d with %d bytes, want an empty 304", again.Code, again.Body.Len())
	}
	changed := New(Options{Query: answering(Result{}, nil)})
	if w := get(changed, question, "If-None-Match", tag); w.Code != http.StatusOK || w.Body.String() != `{"columns":[],"rows":[]}` {
		t.Errorf("changed answer: status %d, body %s", w.Code, w.Body)
	}
}

func TestProblems(t *testing.T) {
	broken := errors.New("secret of the database")
	for name, c := range map[string]struct {
		target    string
		err       error
		status    int
		parameter string
	}{
		"unknown panel":        {target: "/api/panels/nothing", status: 404},
		"unknown page":         {target: "/nothing", status: 404},
		"unknown file":         {target: "/assets/nothing.js", status: 404},
		"no community":         {target: "/api/panels/headline?from=1&to=2", status: 400, parameter: "community"},
		"bad community":        {target: strings.Replace(question, "demo", "a%27b", 1), status: 400, parameter: "community"},
		"bad time":             {target: strings.Replace(question, "1082008800000", "yesterday", 1), status: 400, parameter: "from"},
		"time out of bounds":   {target: strings.Replace(question, "1082008800000", "-9223372036854775808", 1), status: 400, parameter: "from"},
		"end before start":     {target: strings.Replace(question, "1082008800000", "1982008800000", 1), status: 400, parameter: "to"},
		"bad window":           {target: strings.Replace(question, "7d", "8d", 1), status: 400, parameter: "window"},
		"bad dimension":        {target: question + "&dimension=member", status: 400, parameter: "dimension"},
		"segment alone":        {target: question + "&segment=x", status: 400, parameter: "dimension"},
		"long segment":         {target: question + "&dimension=kind&segment=" + strings.Repeat("x", 257), status: 400, parameter: "segment"},
		"bad zone":             {target: strings.Replace(question, "Asia/Shanghai", "../etc/passwd", 1), status: 400, parameter: "time_zone"},
		"bad interval":         {target: strings.Replace(question, "activity", "lifecycle", 1) + "&interval=year", status: 400, parameter: "interval"},
		"no member":            {target: strings.Replace(question, "activity", "member_days", 1), status: 400, parameter: "member"},
		"long member":          {target: strings.Replace(question, "activity", "member_days", 1) + "&member=" + strings.Repeat("x", 129), status: 400, parameter: "member"},
		"member with a line":   {target: strings.Replace(question, "activity", "member_days", 1) + "&member=a%0Ab", status: 400, parameter: "member"},
		"machine's zone":       {target: strings.Replace(question, "Asia/Shanghai", "Local", 1), status: 400, parameter: "time_zone"},
		"database fails":       {target: question, err: broken, status: 502},
		"database is too slow": {target: question, err: context.DeadlineExceeded, status: 504},
	} {
		t.Run(name, func(t *testing.T) {
			w := get(New(Options{Query: answering(Result{}, c.err)}), c.target)
			var p problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				t.Fatalf("not a problem document: %v: %s", err, w.Body)
			}
			if w.Code != c.status || p.Status != c.status || p.Parameter != c.parameter || p.Detail == "" || p.Title == "" {
				t.Errorf("status %d, problem %+v; want %d %q", w.Code, p, c.status, c.parameter)
			}
			if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("Content-Type %q", got)
			}
			if strings.Contains(w.Body.String(), broken.Error()) {
				t.Error("tells the reader what the database said")
			}
		})
	}
}

func TestRefusesWriting(t *testing.T) {
	w := httptest.NewRecorder()
	New(Options{Query: answering(Result{}, nil)}).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/panels", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
		t.Errorf("POST: status %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

// Many readers of the same panel cost one query, and one who leaves does not take
// the answer from the others.
func TestEqualQuestionsShareOneQuery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		q := &fake{answer: func(ctx context.Context) (Result, error) {
			select {
			case <-release:
				return someRows, nil
			case <-ctx.Done():
				return Result{}, ctx.Err()
			}
		}}
		h := New(Options{Query: q})
		leaver, leave := context.WithCancel(t.Context())
		go h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(leaver, http.MethodGet, question, nil))
		synctest.Wait()
		answers := make(chan int, 5)
		for range 5 {
			go func() { answers <- get(h, question).Code }()
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		close(release)
		for range 5 {
			if code := <-answers; code != http.StatusOK {
				t.Errorf("status %d", code)
			}
		}
		if q.count() != 1 {
			t.Errorf("%d queries for one question", q.count())
		}
	})
}

// A query that hangs holds its slot; who finds none until the timeout is told to
// come back.
func TestBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		q := &fake{answer: func(context.Context) (Result, error) {
			<-release
			return someRows, nil
		}}
		h := New(Options{Query: q, MaxConcurrent: 1})
		first := make(chan int)
		go func() { first <- get(h, question).Code }()
		synctest.Wait()
		w := get(h, strings.Replace(question, "7d", "1h", 1))
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("without a slot: status %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
		close(release)
		if code := <-first; code != http.StatusOK {
			t.Errorf("with a slot: status %d", code)
		}
	})
}

func TestSlowQueryIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &fake{answer: func(ctx context.Context) (Result, error) {
			<-ctx.Done()
			return Result{}, ctx.Err()
		}}
		started := time.Now()
		w := get(New(Options{Query: q}), question)
		if waited := time.Since(started); w.Code != http.StatusGatewayTimeout || waited != queryTimeout {
			t.Errorf("status %d after %s, want 504 after %s", w.Code, waited, queryTimeout)
		}
	})
}

func TestLists(t *testing.T) {
	h := New(Options{Query: answering(Result{}, nil)})
	var panels []dashboards.Panel
	var brief []dashboards.Panel
	var boards []dashboards.Board
	for path, into := range map[string]any{"/api/panels": &panels, "/api/panels?meaning=omit": &brief, "/api/boards": &boards} {
		if err := json.Unmarshal(get(h, path).Body.Bytes(), into); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(slices.Concat(dashboards.Panels(), dashboards.Lists()), panels); diff != "" {
		t.Errorf("panels (-declared +answered):\n%s", diff)
	}
	for i := range panels {
		panels[i].Meaning = dashboards.Meaning{Tables: []string{}}
	}
	if diff := cmp.Diff(panels, brief); diff != "" {
		t.Errorf("panels without their meanings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(dashboards.Boards(), boards); diff != "" {
		t.Errorf("boards (-declared +answered):\n%s", diff)
	}
}

// Whatever a request holds, what is bound is what ClickHouse can read.
func FuzzBind(f *testing.F) {
	f.Add("demo", "0", "1", "7d", "kind", "post", "UTC")
	f.Add("demo", "2004-04-15T00:00:00Z", "9999999999999999", "", "x", "\x00", "Europe/../UTC")
	panel, _ := dashboards.Find("activity")
	layout := regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$`)
	f.Fuzz(func(t *testing.T, community, from, to, window, dimension, segment, zone string) {
		bound, err := bind(panel, url.Values{"community": {community}, "from": {from}, "to": {to},
			"window": {window}, "dimension": {dimension}, "segment": {segment}, "time_zone": {zone}})
		var p problem
		if err != nil {
			if !errors.As(err, &p) || p.Status != http.StatusBadRequest {
				t.Fatalf("not a problem: %v", err)
			}
			return
		}
		if len(bound) != len(panel.Binds()) || !layout.MatchString(bound["from"]) || bound["from"] >= bound["to"] {
			t.Errorf("bound %v", bound)
		}
	})
}
