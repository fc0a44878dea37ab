package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/dashboards"
	"github.com/rollcall-dev/rollcall/internal/access"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// opened returns the cookie of a browser that opened a share link of a community.
func (in *instance) opened(community string) string {
	in.t.Helper()
	link, _, err := in.Share(in.t.Context(), NewShare{Community: community, Board: "overview"})
	if err != nil {
		in.t.Fatal(err)
	}
	return in.open(link)
}

// open returns the cookie of a browser that opened a link.
func (in *instance) open(link string) string {
	in.t.Helper()
	req, err := http.NewRequestWithContext(in.t.Context(), http.MethodGet, link, nil)
	if err != nil {
		in.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		in.t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK || len(res.Cookies()) != 1 {
		in.t.Fatalf("%s: %s %v", link, res.Status, res.Cookies())
	}
	return res.Cookies()[0].String()
}

// sharesSeeOneCommunity is law 8 for share links: whatever is asked for, by any path that there is, nothing of another
// community comes back, and nothing changes.
func sharesSeeOneCommunity(t *testing.T, in *instance) {
	in.send(`{"community":"shared","member":"ada","kind":"post","channel":"help"}`, `{"community":"shared","member":"lin","kind":"comment","target":"ada","channel":"help"}`,
		`{"community":"other","member":"zq7-1","kind":"post","channel":"zq7-2"}`, `{"community":"other","member":"zq7-3","kind":"comment","target":"zq7-1","channel":"zq7-2"}`)
	in.set(CommunitySetting{Community: "other", Bots: []string{"zq7-1"}})
	in.raise("other-4")
	in.wait()
	cookie := map[string]string{"Authorization": "", "Cookie": in.opened("shared")}
	get := func(path, query string) (int, string) {
		t.Helper()
		status, body := in.do("GET", path+"?"+query, "", cookie)
		if strings.Contains(string(body), "zq7") || strings.Contains(string(body), `"community":"other"`) {
			t.Errorf("GET %s?%s tells of another community: %d %.300s", path, query, status, body)
		}
		return status, string(body)
	}

	refused := []string{"/api/keys", "/api/shares"} // of all others what is the link's comes back
	var paths []string
	for _, route := range routes(t) {
		method, path, _ := strings.Cut(route, " ")
		if strings.HasPrefix(path, "/v1/") {
			continue // write keys open these
		}
		path = strings.NewReplacer("{community}", "shared", "/api/alerts/{id}", "/api/alerts/other-4").Replace(path)
		if method != "GET" {
			status, body := in.do(method, path, `{"community":"shared"}`, cookie)
			if status != http.StatusForbidden {
				t.Errorf("%s: %d %s", route, status, body)
			}
			continue
		}
		if path != "/api/panels/{id}" {
			paths = append(paths, path)
		}
	}
	for _, p := range dashboards.Panels() {
		paths = append(paths, "/api/panels/"+p.ID)
	}
	if len(paths) < 30 {
		t.Fatalf("%v", paths)
	}
	const panel = "&from=0&to=4000000000000&window=24h&interval=day&member=ada&limit=100&at=0"
	for _, path := range append(paths, "/") {
		own, body := get(path, "community=shared"+panel)
		if want := slices.Contains(refused, path); want != (own == http.StatusForbidden) || own >= 500 {
			t.Errorf("GET %s of its own: %d %s", path, own, body)
		}
		if status, _ := get(path, panel[1:]); status != own {
			t.Errorf("GET %s without a name: %d, with it %d", path, status, own)
		}
		public := slices.Contains([]string{"/metrics", "/healthz", "/readyz", "/api/session"}, path)
		for _, community := range []string{"other", "", "other&community=shared", "shared&community=other"} {
			if status, _ := get(path, "community="+community+panel); status != http.StatusForbidden && !public {
				t.Errorf("GET %s of %q: %d", path, community, status)
			}
		}
	}

	_, made, err := in.Share(t.Context(), NewShare{Community: "shared"})
	if err != nil {
		t.Fatal(err)
	}
	// Of a community that is not known now: signed here, as the share of one that is would not be made.
	gone := access.New(access.Options{Token: in.token, Now: time.Now}).Share(made.ID, "gone", time.Now().Add(time.Hour))
	for _, path := range []string{"/api/report", "/api/kols", "/api/kols/endorsements?member=ada"} {
		status, body := in.do("GET", path, "", map[string]string{"Authorization": "", "Cookie": in.open(in.base + gone)})
		if status != http.StatusNotFound || strings.Contains(string(body), "shared") || strings.Contains(string(body), "other") {
			t.Errorf("GET %s of a community that is gone: %d %s", path, status, body)
		}
	}
	if status, body := in.do("GET", "/api/report?community=gone", "", nil); status != http.StatusNotFound || !strings.Contains(string(body), "other") {
		t.Errorf("the administrator: %d %s", status, body)
	}

	var list []Community
	if _, body := get("/api/communities", ""); json.Unmarshal([]byte(body), &list) != nil || len(list) != 1 || list[0].Community != "shared" || list[0].Actions != 2 {
		t.Errorf("%s", body)
	}
	if status, _ := in.do("GET", "/api/communities?community=other", "", nil); status != http.StatusOK {
		t.Errorf("the administrator: %d", status)
	}
	for body, want := range map[string]int{`{"community":"nobody"}`: 404, `{"community":""}`: 400, `{"community":"shared","days":367}`: 400, `{"community":"shared","days":-1}`: 400} {
		if status, answer := in.do("POST", "/api/shares", body, nil); status != want {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
}

// A link that is made is listed without what opens it; taken back, it opens nothing, whatever process is asked, also after a
// restart: the log says so.
func linksAreTakenBack(t *testing.T, in *instance) {
	in.set(CommunitySetting{Community: "lent"})
	link, made, err := in.Share(t.Context(), NewShare{Community: "lent", Days: 7})
	if err != nil {
		t.Fatal(err)
	}
	in.open(link)
	mine := func() Share {
		t.Helper()
		all, err := in.Shares(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(s Share) bool { return s.ID == made.ID })
		if i < 0 {
			t.Fatalf("%+v is not among %+v", made, all)
		}
		return all[i]
	}
	if got := mine(); got.Path != "" || got.Community != "lent" || got.Until != made.Until || got.Until-got.Created < 6*24*3600*1000 || got.Revoked != 0 {
		t.Errorf("%+v", got)
	}
	if err := in.RevokeShare(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	if got := mine(); got.Revoked < got.Created {
		t.Errorf("%+v", got)
	}
	if status, body := in.do("GET", strings.TrimPrefix(link, in.base), "", map[string]string{"Authorization": ""}); status != http.StatusGone || !strings.Contains(string(body), "taken back") {
		t.Errorf("opened again: %d %s", status, body)
	}
	if status, body := in.do("DELETE", "/api/shares/nothing", "", nil); status != http.StatusNotFound || !strings.Contains(string(body), "share list") {
		t.Errorf("%d %s", status, body)
	}
}

// What listens beyond this machine shows a browser the sign-in, and keeps everything else.
func TestBeyondThisMachine(t *testing.T) {
	p := newProgram("process", false, testLogger(t))
	mux, gate := http.NewServeMux(), access.New(access.Options{Token: "the token", Now: time.Now})
	p.answers(mux, forAdmins{mux, gate}, gate, false)
	for path, want := range map[string]int{"/": 303, "/signin": 200, "/api/session": 200, "/s/x": 404, "/api/panels": 401, "/assets/app.js": 401, "/api/communities": 401, "/api/status": 401} {
		w := httptest.NewRecorder()
		if mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil)); w.Code != want {
			t.Errorf("GET %s: %d %s", path, w.Code, w.Body)
		}
	}
	week := httptest.NewRequest("GET", alertPage("http://rollcall", &actionpb.Alert{Kind: alerts.WeeklyReport, Community: "c"}), nil)
	week.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	if mux.ServeHTTP(w, week); w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "report") {
		t.Errorf("the link in a weekly report, %s: %d %s", week.URL, w.Code, w.Body)
	}
}
