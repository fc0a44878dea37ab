package access

import (
	"io"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Who is not known yet sends a small form, and a body with nothing else: it is not read.
func TestBodiesOfStrangers(t *testing.T) {
	v := newSite(false, token).visit(t)
	files := "--x\r\nContent-Disposition: form-data; name=\"lang\"\r\n\r\nzh\r\n--x--\r\n"
	for _, c := range []struct {
		method, target, body, kind string
		want                       int
	}{
		{"GET", "/signin", files, "multipart/form-data; boundary=x", 200},
		{"GET", "/s/x", files, "multipart/form-data; boundary=x", 404},
		{"GET", "/", files, "multipart/form-data; boundary=x", 200},
		{"POST", "/signin", files, "multipart/form-data; boundary=x", 415},
		{"POST", "/signout", files, "Multipart/form-data; boundary=x", 415},
		{"POST", "/signin", "token=" + strings.Repeat("a", mostForm), "application/x-www-form-urlencoded", 400},
		{"POST", "/signout", "token=" + strings.Repeat("a", mostForm), "application/x-www-form-urlencoded", 400},
		{"POST", "/signout", "lang=zh", "application/x-www-form-urlencoded", 303},
		{"POST", "/signout", "", "", 303},
	} {
		r := httptest.NewRequest(c.method, c.target, nil)
		body := strings.NewReader(c.body)
		r.Body = io.NopCloser(body)
		r.Header.Set("Content-Type", c.kind)
		r.Header.Set("Sec-Fetch-Site", map[string]string{"GET": "cross-site", "POST": "same-origin"}[c.method])
		w := httptest.NewRecorder()
		if v.h.ServeHTTP(w, r); w.Code != c.want {
			t.Errorf("%s %s: %d %s, want %d", c.method, c.target, w.Code, w.Body, c.want)
		}
		if c.kind != "application/x-www-form-urlencoded" && body.Len() != len(c.body) {
			t.Errorf("%s %s reads the body", c.method, c.target)
		}
		if to := w.Header().Get("Location"); c.body == "lang=zh" && to != "/signin?lang=zh" {
			t.Errorf("after %s it goes to %s", c.body, to)
		}
	}
}

// A sign-in leads to the console or a report, and to nowhere else.
func TestNext(t *testing.T) {
	for in, want := range map[string]string{
		"": "/", "/": "/", "/?a=b": "/?a=b", "//evil.example": "/", "https://evil.example/": "/", `/\evil.example`: "/", "/api/keys": "/",
		"javascript:alert(1)": "/", "/?a=b#c": "/?a=b", "\x00": "/", "?a=b": "/", "http:///": "/",
		"/api/report?week=2026-W47&community=c": "/api/report?community=c&week=2026-W47", "//x/api/report": "/", "/api/report/../keys": "/", "/api/report/": "/",
	} {
		if got := next(httptest.NewRequest("GET", "/signin?"+url.Values{"next": {in}}.Encode(), nil)); got != want {
			t.Errorf("%q leads to %q, want %q", in, got, want)
		}
	}
}

// The page is in the reader's language, and holds no script.
func TestLanguages(t *testing.T) {
	v := newSite(false, token).visit(t)
	for _, c := range [][3]string{{"/signin", "", "Sign in"}, {"/signin", "zh-CN,zh;q=0.9,en;q=0.8", "登录"}, {"/signin", "de,en;q=0.8,zh;q=0.5", "Sign in"},
		{"/signin?lang=zh", "en", "登录"}, {"/signin?lang=en", "zh", "Sign in"}, {"/s/x", "zh-TW", "链接已失效"}} {
		w := v.do("GET", c[0], "", "Accept-Language", c[1])
		if !strings.Contains(w.Body.String(), c[2]) || strings.Contains(w.Body.String(), "<script") {
			t.Errorf("%v: %s", c, w.Body)
		}
	}
}
