package app

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/rollcall-dev/rollcall/dashboards/console"
	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/internal/access"
)

// handler serves what this process has parts for, and says of the rest who has.
func (s *server) handler(token string, loopback bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", s.getReady)
	gate := access.New(access.Options{Token: token, Local: loopback, Now: time.Now, Revoked: s.shareRevoked})
	admin := forAdmins{mux, gate}
	does := map[string]string{
		"collect": "takes actions and knows write keys and communities",
		"process": "answers questions and holds no way in",
		"alert":   "sends alerts to receivers",
	}[s.part]
	if s.collector != nil {
		mux.Handle("/v1/", s.collector)
	} else {
		mux.HandleFunc("/v1/", elsewhere("actions are taken by", "collect", s.part, does))
	}
	if s.outbox != nil {
		admin.HandleFunc("POST /api/alerts/test", answer(s.postAlertTest))
	} else {
		mux.HandleFunc("/api/alerts/test", elsewhere("receivers are known to", "alert", s.part, does))
	}
	if s.part != "alert" {
		admin.HandleFunc("PUT /api/communities/{community}", answer(s.putCommunity))
		admin.HandleFunc("GET /api/keys", answer(s.getKeys))
		admin.HandleFunc("POST /api/keys", answer(s.postKey))
		admin.HandleFunc("DELETE /api/keys/{id}", answer(s.deleteKey))
	}
	if s.engine == nil {
		if s.part == "alert" {
			admin.HandleFunc("GET /api/status", answer(s.getAlertStatus))
		} else {
			admin.HandleFunc("GET /api/communities", answer(s.getCommunities))
		}
		mux.HandleFunc("/", elsewhere("this is answered by", "process", s.part, does))
		return secure(mux)
	}
	s.answers(mux, admin, gate, loopback)
	return secure(mux)
}

// answers are those of a process that folds: it has the numbers.
func (s *server) answers(mux *http.ServeMux, admin forAdmins, gate *access.Gate, loopback bool) {
	admin.HandleFunc("POST /api/wait", answer(s.postWait))
	admin.HandleFunc("POST /api/query", s.postQuery)
	admin.HandleFunc("POST /api/rebuild", s.postRebuild)
	admin.HandleFunc("POST /api/verify", answer(s.postVerify))
	admin.HandleFunc("POST /api/alerts/silence", answer(s.postSilence))
	admin.HandleFunc("POST /api/alerts/{id}/acknowledge", answer(s.postAcknowledge))
	admin.HandleFunc("POST /api/alerts/{id}/silence", answer(s.postSilence))
	admin.HandleFunc("GET /api/shares", answer(s.getShares))
	admin.HandleFunc("POST /api/shares", answer(s.postShare(gate)))
	admin.HandleFunc("DELETE /api/shares/{id}", answer(s.deleteShare))

	// Who came by a share link gets what stands in both, and is refused the rest. It sees one community, so each of
	// these answers of the parameter community only, which the gate has set.
	both := forReaders{http.NewServeMux(), http.NewServeMux()}
	page := console.New(console.Options{Query: querier{s.db}, Logger: s.logger})
	both.Handle("/", page)
	for _, path := range []string{"/api/boards", "/api/panels", "/api/panels/"} {
		both.shared.Handle(path, page)
	}
	both.HandleFunc("GET /api/communities", answer(s.getCommunities))
	both.HandleFunc("GET /api/alerts", answer(s.getAlerts))
	both.HandleFunc("GET /api/alerts/{id}", answer(s.getAlert))
	both.HandleFunc("GET /api/kols", answer(s.getKOLs))
	both.HandleFunc("GET /api/kols/endorsements", answer(s.getEndorsements))
	both.HandleFunc("GET /api/report", s.getReport)
	both.HandleFunc("GET /api/openapi.json", getOpenAPI)
	both.all.HandleFunc("GET /api/status", answer(s.getStatus))
	both.shared.HandleFunc("/api/status", answer(s.getStatusForShares))
	both.shared.HandleFunc("/api/", notShared)

	// The console reads without a token where only this machine can reach it; elsewhere reading needs the token too.
	pages := http.NewServeMux()
	pages.HandleFunc("GET /api/session", answer(func(r *http.Request) (any, error) { return gate.Session(r), nil }))
	gate.Pages(pages)
	pages.Handle("/", gate.Read(both.all, forShare(both.shared)))
	if loopback {
		mux.Handle("/", sameOrigin(pages))
	} else {
		mux.Handle("/", pages)
	}
}

// forAdmins puts handlers behind the token.
type forAdmins struct {
	mux  *http.ServeMux
	gate *access.Gate
}

func (f forAdmins) HandleFunc(pattern string, h http.HandlerFunc) {
	f.mux.Handle(pattern, f.gate.Admin(h))
}

// forReaders are handlers for those who read everything, and for those who came by a share link.
type forReaders struct{ all, shared *http.ServeMux }

func (f forReaders) Handle(pattern string, h http.Handler) {
	f.all.Handle(pattern, h)
	f.shared.Handle(pattern, h)
}

func (f forReaders) HandleFunc(pattern string, h http.HandlerFunc) { f.Handle(pattern, h) }

// elsewhere answers what another part of Rollcall would.
func elsewhere(what, by, here, does string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		problem.New(http.StatusNotFound, "%s `rollcall %s`: use its address (--server URL). This is `rollcall %s`, which %s", what, by, here, does).Write(w)
	}
}
