package app

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/internal/access"
	"github.com/rollcall-dev/rollcall/schemas"
)

const (
	shareDays     = 30
	mostShareDays = 366
)

// NewShare asks for a link that reads one community.
type NewShare struct {
	Community string `json:"community"`
	Board     string `json:"board,omitempty"` // what it opens with; the first if empty
	Days      int    `json:"days,omitempty"`  // how long it works; 30 if 0
}

// Share is such a link. Nothing keeps it: it works until its time, or until the administrator's token is another one.
type Share struct {
	Community string `json:"community"`
	Path      string `json:"path"`  // behind the console's address
	Until     int64  `json:"until"` // Unix milliseconds
}

func (s *server) postShare(gate *access.Gate) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		var in NewShare
		if err := readJSON(r, &in); err != nil {
			return nil, err
		}
		if in.Days == 0 {
			in.Days = shareDays
		}
		if in.Days < 1 || in.Days > mostShareDays {
			return nil, problem.New(http.StatusBadRequest, "days: a number from 1 to %d, got %d", mostShareDays, in.Days)
		}
		if err := validName("community", in.Community, schemas.MaxCommunity); err != nil {
			return nil, err
		}
		if _, err := s.verifiable(r.Context(), in.Community); err != nil { // a misspelt one would be seen by its reader only
			return nil, err
		}
		until := time.Now().AddDate(0, 0, in.Days).Truncate(time.Second)
		out := Share{Community: in.Community, Path: gate.Share(in.Community, until), Until: until.UnixMilli()}
		if in.Board != "" {
			out.Path += "?" + url.Values{"board": {in.Board}}.Encode()
		}
		return out, nil
	}
}

type ofShare struct{}

// forShare marks requests of who came by a share link, for answers that would name other communities (law 8).
func forShare(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), ofShare{}, true)))
	})
}

// getStatusForShares tells whether it works. How much there is of what would tell of other communities.
func (s *server) getStatusForShares(r *http.Request) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	return Status{Ready: s.check(ctx) == nil, Rejected: map[string]uint64{}, Stages: []Position{}, Sinks: []Sink{{"clickhouse", s.db.Ping(ctx) == nil}},
		Version: Version()}, nil
}

func notShared(w http.ResponseWriter, _ *http.Request) {
	problem.New(http.StatusForbidden, "a share link does not read this").Write(w)
}

// Share makes a link, and returns it as it is opened here.
func (c *Client) Share(ctx context.Context, in NewShare) (string, Share, error) {
	var out Share
	err := c.call(ctx, http.MethodPost, "/api/shares", in, &out)
	return strings.TrimRight(c.base, "/") + out.Path, out, err
}
