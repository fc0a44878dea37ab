package access

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/problem"
)

// signedIn is how long a sign-in lasts.
const signedIn = 12 * time.Hour

// Options say whom a gate guards from.
type Options struct {
	Token string           // the administrator's
	Local bool             // only this machine reaches the address, so reading needs no sign-in
	Now   func() time.Time // the clock that sign-ins and links run out by

	Revoked func(share string) bool // whether the link of this id was taken back, or never made
}

// Gate lets requests through or not.
type Gate struct {
	token    []byte
	local    bool
	now      func() time.Time
	revoked  func(share string) bool
	sessions key
	links    key
	cookie   string // of the administrator
	shared   string // of a share link's reader: who opens one stays signed in beside it
}

// New returns the gate of one token.
func New(o Options) *Gate {
	g := &Gate{token: []byte(o.Token), local: o.Local, now: o.Now, revoked: o.Revoked, sessions: newKey(o.Token, "session"), links: newKey(o.Token, "link")}
	g.cookie = "rollcall_" + g.sessions.name() // a browser sends a cookie to every port of a host: each instance has its own
	g.shared = g.cookie + "_share"
	return g
}

// Session is what a request may do.
type Session struct {
	Role      string `json:"role"`                // admin, share, reader (this machine, not signed in), none
	Community string `json:"community,omitempty"` // of a share: the one it reads
	Until     int64  `json:"until,omitempty"`     // of a cookie: when it runs out, Unix milliseconds
}

// Session tells what a request's cookies allow, the administrator's first. It looks at no token.
func (g *Gate) Session(r *http.Request) Session {
	for _, c := range append(r.CookiesNamed(g.cookie), r.CookiesNamed(g.shared)...) {
		if in, ok := g.sessions.read(c.Value, g.now()); ok && !g.takenBack(in) {
			s := Session{Role: "admin", Until: in.Until * 1000}
			if in.Community != "" {
				s.Role, s.Community = "share", in.Community
			}
			return s
		}
	}
	if g.local {
		return Session{Role: "reader"}
	}
	return Session{Role: "none"}
}

// Share returns the path of a link that reads one community until a moment, or until it is revoked by its id.
func (g *Gate) Share(id, community string, until time.Time) string {
	return "/s/" + g.links.sign(grant{Community: community, Until: until.Unix(), Share: id})
}

// takenBack says whether a grant that came by a link ended with it.
func (g *Gate) takenBack(in grant) bool { return in.Community != "" && g.revoked(in.Share) }

// holds says whether a request has the administrator's token. given is whether it has any.
func (g *Gate) holds(r *http.Request) (holds, given bool) {
	got, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !isBearer {
		_, got, _ = r.BasicAuth() // any user, the token as password
	}
	return g.right(got), got != ""
}

// right says whether a text is the token. Wrong ones are not counted: no number of tries finds a long one (CheckToken).
func (g *Gate) right(got string) bool { return subtle.ConstantTimeCompare([]byte(got), g.token) == 1 }

// Admin lets the administrator through: by the token, or signed in. A browser sends its cookie from pages of other sites
// as well where it is old, so what changes something is refused from there.
func (g *Gate) Admin(h http.Handler) http.Handler {
	h = sameSite(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		holds, given := g.holds(r)
		switch s := g.Session(r); {
		case holds || !given && s.Role == "admin":
			h.ServeHTTP(w, r)
		case !given && s.Role == "share":
			problem.New(http.StatusForbidden, "a share link reads one community, and does nothing else").Write(w)
		default:
			unknown(w)
		}
	})
}

// Read lets readers through: to all the administrator and, on an address of this machine alone, everybody; to shared who
// came by a share link, with the parameter community being the link's. What shared does not have is refused.
func (g *Gate) Read(all, shared http.Handler) http.Handler {
	all = sameSite(all)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := g.Session(r)
		if s.Role == "reader" {
			all.ServeHTTP(w, r)
			return
		}
		holds, given := g.holds(r)
		switch {
		case holds || !given && s.Role == "admin":
			all.ServeHTTP(w, r)
		case given:
			unknown(w)
		case s.Role == "share":
			if pinned, ok := pin(r, s.Community); ok {
				shared.ServeHTTP(w, pinned)
				return
			}
			problem.New(http.StatusForbidden, "this share link reads %s only", s.Community).Write(w)
		case asksForPage(r):
			if g.dropTakenBack(w, r) {
				g.show(w, r, http.StatusGone, "revoked")
				return
			}
			to := pageOf(r.URL.Path, r.URL.Query())
			if r.Header.Get("Sec-Fetch-Site") == "cross-site" { // a link from elsewhere brings no cookie: ask again, from here
				g.forward(w, r, to)
				return
			}
			http.Redirect(w, r, "/signin?"+url.Values{"next": {to}}.Encode(), http.StatusSeeOther)
		default:
			unknown(w)
		}
	})
}

// asksForPage says whether a person follows a link: to the console, or to a report, which programs read as well.
func asksForPage(r *http.Request) bool {
	return r.Method == http.MethodGet && (r.URL.Path == console || r.URL.Path == report && strings.Contains(r.Header.Get("Accept"), "text/html"))
}

// pin makes a request one of a community, unless it names another.
func pin(r *http.Request, community string) (*http.Request, bool) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil, false
	}
	for _, c := range q["community"] {
		if c != community {
			return nil, false
		}
	}
	q.Set("community", community)
	pinned := r.Clone(r.Context())
	pinned.URL.RawQuery, pinned.Form, pinned.PostForm = q.Encode(), nil, nil
	return pinned, true
}

// sameSite refuses what a page of another site makes a browser change.
func sameSite(h http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		problem.New(http.StatusForbidden, "requests from other sites are refused").Write(w)
	}))
	return cross.Handler(h)
}

func unknown(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="Rollcall"`)
	problem.New(http.StatusUnauthorized, "this needs the administrator's token: --token or ROLLCALL_TOKEN of the program, or in run.json of the data folder. "+
		"A browser signs in at /signin").Write(w)
}
