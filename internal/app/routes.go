package app

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/rollcall-dev/rollcall/dashboards/console"
	"github.com/rollcall-dev/rollcall/ingest/problem"
)

// handler serves what this process has parts for, and says of the rest who has.
func (s *server) handler(token string, loopback bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", s.getReady)
	admin := forAdmins{mux, token}
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
	s.answers(mux, admin, token, loopback)
	return secure(mux)
}

// answers are those of a process that folds: it has the numbers.
func (s *server) answers(mux *http.ServeMux, admin forAdmins, token string, loopback bool) {
	admin.HandleFunc("POST /api/wait", answer(s.postWait))
	admin.HandleFunc("POST /api/query", s.postQuery)
	admin.HandleFunc("POST /api/rebuild", s.postRebuild)
	admin.HandleFunc("POST /api/verify", answer(s.postVerify))
	admin.HandleFunc("POST /api/alerts/silence", answer(s.postSilence))
	admin.HandleFunc("POST /api/alerts/{id}/acknowledge", answer(s.postAcknowledge))
	admin.HandleFunc("POST /api/alerts/{id}/silence", answer(s.postSilence))

	read := http.NewServeMux()
	read.Handle("/", console.New(console.Options{Query: querier{s.db}, Logger: s.logger}))
	read.HandleFunc("GET /api/communities", answer(s.getCommunities))
	read.HandleFunc("GET /api/status", answer(s.getStatus))
	read.HandleFunc("GET /api/alerts", answer(s.getAlerts))
	read.HandleFunc("GET /api/alerts/{id}", answer(s.getAlert))
	read.HandleFunc("GET /api/kols", answer(s.getKOLs))
	read.HandleFunc("GET /api/kols/endorsements", answer(s.getEndorsements))
	read.HandleFunc("GET /api/report", s.getReport)
	read.HandleFunc("GET /api/openapi.json", getOpenAPI)
	// The console reads without a token where only this machine can reach it; elsewhere reading needs the token too.
	if loopback {
		mux.Handle("/", sameOrigin(read))
	} else {
		mux.Handle("/", onlyAdmin(token, read))
	}
}

// forAdmins puts handlers behind the token.
type forAdmins struct {
	mux   *http.ServeMux
	token string
}

func (f forAdmins) HandleFunc(pattern string, h http.HandlerFunc) {
	f.mux.Handle(pattern, onlyAdmin(f.token, h))
}

// elsewhere answers what another part of Rollcall would.
func elsewhere(what, by, here, does string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		problem.New(http.StatusNotFound, "%s `rollcall %s`: use its address (--server URL). This is `rollcall %s`, which %s", what, by, here, does).Write(w)
	}
}
