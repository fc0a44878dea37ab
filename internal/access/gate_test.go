package access

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

const token = "correct horse battery staple"

// visitor is a browser: it keeps cookies, and says where its requests come from.
type visitor struct {
	t       *testing.T
	h       http.Handler
	cookies map[string]string
	last    *http.Cookie
}

func (v *visitor) do(method, target, body string, header ...string) *httptest.ResponseRecorder {
	v.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	v.h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		v.last = c
		if v.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	return w
}

// site is a gate before handlers that say who came through, and how a request reached them.
type site struct {
	*Gate
	now   time.Time
	taken map[string]bool // the links that were taken back
	h     http.Handler
}

func newSite(local bool, secret string) *site {
	s := &site{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), taken: map[string]bool{}}
	s.Gate = New(Options{Token: secret, Local: local, Now: func() time.Time { return s.now }, Revoked: func(share string) bool { return s.taken[share] }})
	says := func(who string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s %s", who, r.URL.Query()["community"]) })
	}
	mux := http.NewServeMux()
	s.Pages(mux)
	mux.Handle("/admin", s.Admin(says("admin")))
	mux.Handle("/", s.Read(says("all"), says("shared")))
	s.h = mux
	return s
}

func (s *site) visit(t *testing.T) *visitor {
	return &visitor{t: t, h: s.h, cookies: map[string]string{}}
}

func (v *visitor) wants(status int, text, method, target string, header ...string) {
	v.t.Helper()
	w := v.do(method, target, "", header...)
	if w.Code != status || !strings.Contains(w.Body.String(), text) {
		v.t.Errorf("%s %s %v: %d %.200s, want %d %q", method, target, header, w.Code, w.Body, status, text)
	}
}

// Without a sign-in a browser is led to it, and everything else is told so; after it both work, until it runs out.
func TestSignIn(t *testing.T) {
	s := newSite(false, token)
	v := s.visit(t)
	w := v.do("GET", "/?community=c&alert=a%26b", "")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/signin?next="+url.QueryEscape("/?alert=a%26b&community=c") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	v.wants(401, "administrator", "GET", "/api/panels")
	v.wants(401, "administrator", "POST", "/admin")
	if got := v.do("GET", "/api/panels", "").Header().Get("WWW-Authenticate"); strings.Contains(got, "Basic") {
		t.Errorf("a browser would ask by itself: %s", got)
	}
	form := v.do("GET", w.Header().Get("Location"), "")
	if !strings.Contains(form.Body.String(), `value="/?alert=a%26b&amp;community=c"`) || form.Header().Get("Content-Security-Policy") != policy {
		t.Errorf("%v %s", form.Header(), form.Body)
	}
	w = v.do("POST", "/signin", url.Values{"token": {"wrong"}, "next": {"/?x=1"}}.Encode())
	if w.Code != 401 || !strings.Contains(w.Body.String(), "not the token") || len(v.cookies) != 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = v.do("POST", "/signin", url.Values{"token": {" " + token + "\n"}, "next": {"/?x=1"}}.Encode())
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/?x=1" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	c := v.last
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Secure || c.MaxAge != 12*3600 || strings.Contains(c.Value, token) {
		t.Errorf("%+v", c)
	}
	v.wants(200, "all [x]", "GET", "/api/panels?community=x")
	v.wants(200, "admin", "POST", "/admin", "Sec-Fetch-Site", "same-origin")
	v.wants(403, "other sites", "POST", "/admin", "Sec-Fetch-Site", "cross-site")
	v.wants(403, "other sites", "POST", "/admin", "Origin", "https://evil.example")
	v.wants(401, "", "POST", "/admin", "Authorization", "Bearer wrong") // what is said goes before what is kept

	again := newSite(false, token) // after a restart
	again.now = s.now.Add(12*time.Hour - time.Second)
	v.h = again.h
	v.wants(200, "admin", "POST", "/admin")
	again.now = s.now.Add(12 * time.Hour)
	v.wants(401, "", "POST", "/admin")
	v.h = newSite(false, token+"2").h
	v.wants(401, "", "POST", "/admin")

	v.h = s.h
	v.wants(403, "other sites", "POST", "/signout", "Sec-Fetch-Site", "cross-site")
	v.wants(303, "", "POST", "/signout")
	v.wants(401, "", "POST", "/admin")
	if v.do("POST", "/signin", "token="+url.QueryEscape(token), "X-Forwarded-Proto", "https"); !v.last.Secure {
		t.Errorf("behind TLS: %+v", v.last)
	}
}

// The token itself does as before: Bearer, or a password of Basic.
func TestTheTokenItself(t *testing.T) {
	v := newSite(false, token).visit(t)
	v.wants(200, "admin", "POST", "/admin", "Authorization", "Bearer "+token)
	v.wants(200, "all", "GET", "/", "Authorization", "Bearer "+token)
	v.wants(401, "", "GET", "/", "Authorization", "Bearer "+token+"x")
	r := httptest.NewRequest("POST", "/admin", nil)
	r.SetBasicAuth("ada", token)
	w := httptest.NewRecorder()
	if v.h.ServeHTTP(w, r); w.Code != 200 {
		t.Errorf("Basic: %d", w.Code)
	}
	here := newSite(true, token).visit(t)
	here.wants(200, "all", "GET", "/")
	here.wants(401, "", "POST", "/admin")
}

// A link makes a reader of one community, everywhere the parameter stands.
func TestShare(t *testing.T) {
	for _, local := range []bool{false, true} {
		s := newSite(local, token)
		path := s.Share("1", "mine", s.now.AddDate(0, 0, 30))
		v := s.visit(t)
		w := v.do("GET", path+"?board=churn", "", "Sec-Fetch-Site", "cross-site")
		if w.Code != 200 || !strings.Contains(w.Body.String(), `content="0; url=/?board=churn&amp;community=mine"`) || w.Header().Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if v.last.MaxAge != 30*24*3600 {
			t.Errorf("%+v", v.last)
		}
		v.wants(200, "shared [mine]", "GET", "/")
		v.wants(200, "shared [mine]", "GET", "/x?community=mine&community=mine")
		for _, q := range []string{"community=yours", "community=mine&community=yours", "community=", "community=MINE", "community=mine%00", "community=mine;x", "%63ommunity=yours"} {
			v.wants(403, "mine", "GET", "/x?"+q)
		}
		v.wants(403, "mine only", "POST", "/x")
		v.wants(403, "share link", "POST", "/admin")
		v.wants(200, "admin", "POST", "/admin", "Authorization", "Bearer "+token)
		if got := s.Session(requestWith(v)); got.Role != "share" || got.Community != "mine" || got.Until != s.now.AddDate(0, 0, 30).UnixMilli() {
			t.Errorf("%+v", got)
		}
		s.now = s.now.AddDate(0, 0, 30)
		if v.wants(404, "no longer works", "GET", path); !local {
			v.wants(401, "", "GET", "/x")
		}
	}
}

// A link that was taken back opens nothing, ends what came by it, and says so in both languages; other links go on.
func TestALinkThatWasTakenBack(t *testing.T) {
	s := newSite(false, token)
	one, two := s.Share("1", "mine", s.now.AddDate(0, 0, 30)), s.Share("2", "mine", s.now.AddDate(0, 0, 30))
	v, other := s.visit(t), s.visit(t)
	v.wants(200, "", "GET", one)
	other.wants(200, "", "GET", two)
	v.wants(200, "shared [mine]", "GET", "/x")
	s.taken["1"] = true
	v.wants(410, "This link was taken back", "GET", one)
	v.wants(410, "此链接已被收回", "GET", one, "Accept-Language", "zh-CN")
	v.wants(401, "", "GET", "/x")
	if got := s.Session(requestWith(v)); got.Role != "none" {
		t.Errorf("%+v", got)
	}
	if w := v.do("GET", "/?board=churn", ""); w.Code != 410 || !strings.Contains(w.Body.String(), "taken back") || len(v.cookies) != 0 {
		t.Errorf("a page that is open: %d %v %s", w.Code, v.cookies, w.Body)
	}
	v.wants(303, "", "GET", "/") // then as a stranger
	other.wants(200, "shared [mine]", "GET", "/x")

	v.do("POST", "/signin", "token="+url.QueryEscape(token))
	v.wants(200, "", "GET", two)
	s.taken["2"] = true
	v.wants(200, "all", "GET", "/") // the administrator stays one
}

func requestWith(v *visitor) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// An administrator who opens a share link stays one, and signing out ends both. A stranger is told no cookie's name.
func TestAShareBesideASignIn(t *testing.T) {
	s := newSite(false, token)
	v := s.visit(t)
	v.wants(303, "", "POST", "/signout")
	if v.last != nil {
		t.Errorf("a stranger who signs out is told of %s", v.last.Name)
	}
	v.do("POST", "/signin", "token="+url.QueryEscape(token))
	v.wants(200, "", "GET", s.Share("1", "mine", s.now.AddDate(0, 0, 30)))
	if got := s.Session(requestWith(v)); got.Role != "admin" || len(v.cookies) != 2 {
		t.Errorf("%+v %v", got, v.cookies)
	}
	v.wants(200, "admin", "POST", "/admin")
	s.now = s.now.Add(signedIn)
	v.wants(200, "shared [mine]", "GET", "/")
	if v.wants(303, "", "POST", "/signout"); len(v.cookies) != 0 {
		t.Errorf("signed out, and left with %v", v.cookies)
	}
}

// Nothing but what was signed opens anything: not a changed one, not one of another kind or of another token.
func TestForgeries(t *testing.T) {
	s := newSite(false, token)
	link := strings.TrimPrefix(s.Share("1", "mine", s.now.AddDate(0, 0, 30)), "/s/")
	everything := grant{Until: s.now.AddDate(1, 0, 0).Unix()}
	other := New(Options{Token: "other", Now: time.Now})
	body, signature, _ := strings.Cut(link, ".")
	for _, forged := range []string{
		"", ".", link[1:], link + "A", body + ".", body, "." + signature, encoding.EncodeToString([]byte(`{"c":"yours","u":9999999999}`)) + "." + signature,
		s.sessions.sign(grant{Community: "mine", Until: everything.Until}), s.links.sign(everything),
		other.links.sign(grant{Community: "mine", Until: everything.Until}), strings.Repeat("A", 1<<16),
	} {
		v := s.visit(t)
		if w := v.do("GET", "/s/"+url.PathEscape(forged), ""); w.Code == 200 || len(v.cookies) != 0 {
			t.Errorf("%.80q opens: %d %v", forged, w.Code, v.cookies)
		}
	}
	for _, forged := range []string{link, "", "x.y", other.sessions.sign(everything), s.links.sign(everything)} {
		v := s.visit(t)
		v.cookies[s.cookie], v.cookies[s.shared] = forged, forged
		v.wants(401, "", "GET", "/api/panels")
	}
}

// A link from a chat to an alert, or from a mail to a report, brings no cookie along; the page that answers asks again
// from here. A program that asks for the report is told what is missing.
func TestALinkFromElsewhere(t *testing.T) {
	v := newSite(false, token).visit(t)
	v.wants(200, `url=/?alert=a&amp;community=c"`, "GET", "/?community=c&alert=a", "Sec-Fetch-Site", "cross-site")
	v.wants(303, "", "GET", "/?community=c&alert=a", "Sec-Fetch-Site", "same-origin")
	v.wants(401, "", "GET", "/api/panels", "Sec-Fetch-Site", "cross-site")
	const week, browser = "/api/report?community=c&week=2026-W47", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
	v.wants(200, `url=/api/report?community=c&amp;week=2026-W47"`, "GET", week, "Sec-Fetch-Site", "cross-site", "Accept", browser)
	w := v.do("GET", week, "", "Accept", browser)
	if want := "/signin?next=" + url.QueryEscape(week); w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
		t.Errorf("%d %v, want %s", w.Code, w.Header(), want)
	}
	if w = v.do("POST", "/signin", url.Values{"token": {token}, "next": {week}}.Encode()); w.Header().Get("Location") != week {
		t.Errorf("signed in, it leads to %s", w.Header().Get("Location"))
	}
	v.wants(200, "all [c]", "GET", week, "Accept", browser)
	program := newSite(false, token).visit(t)
	program.wants(401, "administrator", "GET", week, "Accept", "*/*")
	program.wants(401, "administrator", "GET", "/api/panels", "Accept", browser)
	program.wants(401, "", "POST", week, "Accept", browser)
}
