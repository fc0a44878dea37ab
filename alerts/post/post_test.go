package post

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/alerts/alerttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, address string) *Poster {
	t.Helper()
	p, err := New("test", address, "hunter2")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestStatusesTellWhetherToTryAgain(t *testing.T) {
	date := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		status    int
		header    []string
		permanent bool
		after     time.Duration
	}{
		{status: 302, header: []string{"Location", "https://elsewhere.example"}, permanent: true},
		{status: 400, permanent: true}, {status: 401, permanent: true}, {status: 404, permanent: true}, {status: 410, permanent: true},
		{status: 408}, {status: 425}, {status: 500}, {status: 502},
		{status: 429, header: []string{"Retry-After", "30"}, after: 30 * time.Second},
		{status: 503, header: []string{"Retry-After", date.Add(time.Minute).Format(http.TimeFormat), "Date", date.Format(http.TimeFormat)}, after: time.Minute},
		{status: 503, header: []string{"Retry-After", date.Add(-time.Minute).Format(http.TimeFormat), "Date", date.Format(http.TimeFormat)}},
		{status: 503, header: []string{"Retry-After", "-5"}}, {status: 503, header: []string{"Retry-After", "soon"}},
	} {
		r := alerttest.Serve(t, 200, "")
		r.Answer(c.status, "why", c.header...)
		_, err := open(t, r.URL).Post(t.Context(), nil, nil, []byte("{}"))
		if err == nil || alerts.Permanent(err) != c.permanent || alerts.RetryAfter(err) != c.after || !strings.HasPrefix(err.Error(), "test at "+r.URL+": it answered ") {
			t.Errorf("%d %v: %v, permanent %v, after %v", c.status, c.header, err, alerts.Permanent(err), alerts.RetryAfter(err))
		}
		if got := r.Take(); len(got) != 1 {
			t.Errorf("%d: %d requests", c.status, len(got))
		}
	}
}

func TestBodyQueryAndHeaderArrive(t *testing.T) {
	r := alerttest.Serve(t, 200, "fine")
	answer, err := open(t, r.URL+"/send?key=a%20b#part").Post(t.Context(), url.Values{"sign": {"x+/="}}, http.Header{"X-Test": {"1"}}, []byte(`{"a":1}`))
	if err != nil || string(answer) != "fine" {
		t.Fatalf("%s, %v", answer, err)
	}
	got := r.Take()[0]
	if got.Query.Get("key") != "a b" || got.Query.Get("sign") != "x+/=" || got.Header.Get("X-Test") != "1" ||
		got.Header.Get("Content-Type") != "application/json; charset=utf-8" || string(got.Body) != `{"a":1}` {
		t.Errorf("%+v", got)
	}
}

func TestErrorsHideSecrets(t *testing.T) {
	r := alerttest.Serve(t, 400, "")
	gone := httptest.NewServer(nil)
	gone.Close()
	const path = "/hook/s%20cret/t0ken?key=k%2Fey"
	for _, answer := range []string{
		"no /hook/s%20cret/t0ken", "no /hook/s cret/t0ken", "no key k/ey", "for user:pa55", "not hunter2", "at URL" + path, strings.Repeat("x", 195) + "hunter2",
	} {
		for _, address := range []string{r.URL, gone.URL} {
			address = strings.Replace(address, "http://", "http://user:pa55@", 1) + path
			r.Answer(400, strings.Replace(answer, "URL", address, 1))
			_, err := open(t, address).Post(t.Context(), nil, nil, nil)
			for _, secret := range []string{"cret/", "t0ken", "k/ey", "k%2Fey", "pa55", "hunt"} {
				if err == nil || strings.Contains(err.Error(), secret) {
					t.Errorf("%s: %v", secret, err)
				}
			}
		}
	}
	if err := open(t, r.URL+path).Fail(errors.New("no /hook/s%20cret/t0ken for hunter2")); err.Error() != "test at "+r.URL+": no … for …" {
		t.Error(err)
	}
	for _, bad := range []string{"", "hooks.example/t0ken", "ftp://x/t0ken", "http:///t0ken", "http://x/%zzt0ken"} {
		if _, err := New("test", bad); err == nil || strings.Contains(err.Error(), "t0ken") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestASilentServiceIsLeft(t *testing.T) {
	asked, stop := make(chan struct{}), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-stop
	}))
	defer s.Close()
	defer close(stop)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	if _, err := open(t, s.URL).Post(ctx, nil, nil, nil); !errors.Is(err, context.Canceled) || alerts.Permanent(err) {
		t.Error(err)
	}
}

func TestWhatHappensMostIsSaidPlainly(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = c.Close()
		}
	}))
	defer s.Close()
	if _, err := open(t, s.URL).Post(t.Context(), nil, nil, nil); !errors.Is(err, io.EOF) || alerts.Permanent(err) || !strings.HasSuffix(err.Error(), ": it closed the connection without a whole answer") {
		t.Error(err)
	}
	err := bare(&url.Error{Op: "Post", URL: s.URL, Err: context.DeadlineExceeded})
	if !errors.Is(err, context.DeadlineExceeded) || err.Error() != "no answer within 15s" {
		t.Error(err)
	}
}

func TestAnEndlessAnswerIsCut(t *testing.T) {
	r := alerttest.Serve(t, 200, strings.Repeat("a", 2*mostAnswer))
	answer, err := open(t, r.URL).Post(t.Context(), nil, nil, nil)
	if err != nil || len(answer) != mostAnswer {
		t.Errorf("%d bytes, %v", len(answer), err)
	}
	if text := open(t, r.URL).Excerpt([]byte("a\r\nb" + strings.Repeat("流", 100))); len(text) > 210 || strings.ContainsAny(text, "\r\n\ufffd") {
		t.Error(text)
	}
}

func FuzzJudge(f *testing.F) {
	for _, answer := range []string{`{"code":0}`, `{"code":null}`, `{"code":"0"}`, `{"code":7,"msg":"slow"}`, `{"code":8,"msg":[]}`, `[]`, ``, `{"code":1e3}`} {
		f.Add([]byte(answer))
	}
	p, err := New("test", "http://x.example")
	if err != nil {
		f.Fatal(err)
	}
	codes := Codes{Code: "code", Text: "msg", Busy: map[int64]time.Duration{7: time.Minute}, Mistakes: map[int64]string{8: "mend it"}}
	f.Fuzz(func(t *testing.T, answer []byte) {
		err := p.Judge(answer, codes)
		var said map[string]any
		if json.Unmarshal(answer, &said); err == nil && said["code"] != 0.0 {
			t.Errorf("%s was taken for success", answer)
		}
		if alerts.Permanent(err) && !strings.Contains(err.Error(), "mend it") || alerts.RetryAfter(err) != 0 && !strings.Contains(err.Error(), "code 7") {
			t.Errorf("%s: %v", answer, err)
		}
	})
}
