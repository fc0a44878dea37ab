package access

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/problem"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

// page needs no script: a form, or a way on.
var page = template.Must(template.New("page").Parse(pageText))

// policy lets a page send its form here, and its one style and its empty icon be; nothing else.
var policy = "default-src 'none'; img-src data:; style-src 'sha256-" + digest(style) + "'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// shown is what a page says.
type shown struct {
	Lang    string
	Other   string // the same page in the other language
	Style   template.CSS
	Session Session
	Next    string // where a sign-in leads
	Failed  string // wrong, link or revoked
	Forward string // where this page leads by itself
}

// Pages serves the sign-in, the sign-out and the share links.
func (g *Gate) Pages(mux *http.ServeMux) {
	mux.HandleFunc("GET /signin", func(w http.ResponseWriter, r *http.Request) { g.show(w, r, http.StatusOK, "") })
	mux.Handle("POST /signin", sameSite(form(g.signIn)))
	mux.Handle("POST /signout", sameSite(form(g.signOut)))
	mux.HandleFunc("GET /s/{link}", g.openLink)
}

const mostForm = 8 << 10 // bytes

// form reads the form of who is not known yet: a small one, and never one of files. Handlers find it in PostForm.
func form(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, mostForm)
		if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); strings.HasPrefix(kind, "multipart/") {
			problem.New(http.StatusUnsupportedMediaType, "send the form as application/x-www-form-urlencoded").Write(w)
			return
		}
		if err := r.ParseForm(); err != nil {
			problem.New(http.StatusBadRequest, "the form cannot be read: send it as application/x-www-form-urlencoded, %d bytes at most", mostForm).Write(w)
			return
		}
		h(w, r)
	})
}

// field is a field of the form that was sent, or a parameter of what was asked for. It reads no body.
func field(r *http.Request, name string) string {
	if r.Method == http.MethodPost {
		return r.PostForm.Get(name)
	}
	return r.URL.Query().Get(name)
}

func (g *Gate) signIn(w http.ResponseWriter, r *http.Request) {
	if !g.right(strings.TrimSpace(field(r, "token"))) {
		g.show(w, r, http.StatusUnauthorized, "wrong")
		return
	}
	g.remember(w, r, g.cookie, grant{Until: g.now().Add(signedIn).Unix()})
	http.Redirect(w, r, next(r), http.StatusSeeOther)
}

// signOut ends what the browser has. A cookie that it did not bring is not named: the name is made of the token.
func (g *Gate) signOut(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{g.cookie, g.shared} {
		if len(r.CookiesNamed(name)) > 0 {
			setCookie(w, r, name, "", -1)
		}
	}
	http.Redirect(w, r, "/signin?lang="+language(r), http.StatusSeeOther)
}

var plainWord = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)

// openLink makes this browser a reader of the link's community. The page that answers leads on by itself: after a
// redirect a browser would keep the cookie back, as the reader comes from another site.
func (g *Gate) openLink(w http.ResponseWriter, r *http.Request) {
	in, ok := g.links.read(r.PathValue("link"), g.now())
	if !ok || in.Community == "" {
		g.show(w, r, http.StatusNotFound, "link")
		return
	}
	if g.takenBack(in) {
		g.show(w, r, http.StatusGone, "revoked")
		return
	}
	g.remember(w, r, g.shared, in)
	to := url.Values{"community": {in.Community}}
	if board := r.URL.Query().Get("board"); plainWord.MatchString(board) {
		to.Set("board", board)
	}
	g.forward(w, r, pageOf(console, to))
}

func (g *Gate) remember(w http.ResponseWriter, r *http.Request, cookie string, in grant) {
	setCookie(w, r, cookie, g.sessions.sign(in), int(time.Unix(in.Until, 0).Sub(g.now())/time.Second))
}

func setCookie(w http.ResponseWriter, r *http.Request, name, value string, seconds int) {
	secure := r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode})
}

// dropTakenBack ends the cookie of a link that was taken back, and says whether there was one.
func (g *Gate) dropTakenBack(w http.ResponseWriter, r *http.Request) bool {
	for _, c := range r.CookiesNamed(g.shared) {
		if in, ok := g.sessions.read(c.Value, g.now()); ok && g.takenBack(in) {
			setCookie(w, r, g.shared, "", -1)
			return true
		}
	}
	return false
}

// forward shows a page that leads on by itself.
func (g *Gate) forward(w http.ResponseWriter, r *http.Request, to string) {
	render(w, http.StatusOK, shown{Lang: language(r), Forward: to})
}

func (g *Gate) show(w http.ResponseWriter, r *http.Request, status int, failed string) {
	p := shown{Lang: language(r), Session: g.Session(r), Next: next(r), Failed: failed}
	other := map[string]string{"en": "zh", "zh": "en"}[p.Lang]
	p.Other = "/signin?" + url.Values{"lang": {other}, "next": {p.Next}}.Encode()
	render(w, status, p)
}

func render(w http.ResponseWriter, status int, p shown) {
	p.Style = template.CSS(style) //nolint:gosec // a file of the program
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "same-origin") // the address of a link is what it is worth; with no-referrer a browser posts the form as of no origin
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = page.Execute(w, p) // the reader is gone: nobody to tell
}

// The pages that messages and share links lead to.
const (
	console = "/"
	report  = "/api/report"
)

// pageOf is a page with a choice of it.
func pageOf(path string, choice url.Values) string {
	if len(choice) == 0 {
		return path
	}
	return path + "?" + choice.Encode()
}

// next is where a sign-in leads: the console's page or a report, and never another one.
func next(r *http.Request) string {
	u, err := url.Parse(field(r, "next"))
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Path != console && u.Path != report {
		return console
	}
	return pageOf(u.Path, u.Query())
}

// language is the one asked for, or the browser's.
func language(r *http.Request) string {
	if lang := field(r, "lang"); lang == "en" || lang == "zh" {
		return lang
	}
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		switch main, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-"); {
		case strings.HasPrefix(main, "zh"):
			return "zh"
		case strings.HasPrefix(main, "en"):
			return "en"
		}
	}
	return "en"
}
