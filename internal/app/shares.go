package app

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/dashboards"
	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/access"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
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

// Share is such a link. It works until its time, until it is revoked, or until the administrator's token is another one. Path
// is there only in the answer that made it: it is kept nowhere.
type Share struct {
	ID        string `json:"id"`
	Community string `json:"community"`
	Path      string `json:"path,omitempty"` // behind the console's address
	Created   int64  `json:"created"`        // Unix milliseconds
	Until     int64  `json:"until"`
	Revoked   int64  `json:"revoked,omitempty"`
}

func shareOf(s *actionpb.Share) Share {
	return Share{ID: s.Id, Community: s.Community, Created: s.Created, Until: s.Until, Revoked: s.Revoked}
}

// shareRevoked says whether a link is not in force, or not any more.
func (s *server) shareRevoked(id string) bool {
	return s.settings == nil || s.settings.registry.ShareRevoked(id)
}

func (s *server) getShares(*http.Request) (any, error) {
	shares := []Share{}
	for _, x := range s.settings.registry.Shares() {
		shares = append(shares, shareOf(x))
	}
	return shares, nil
}

func (s *server) deleteShare(r *http.Request) (any, error) {
	rec, err := s.settings.registry.RevokeShare(r.PathValue("id"), time.Now())
	if errors.Is(err, registry.ErrUnknown) {
		return nil, problem.New(http.StatusNotFound, "%v", err)
	}
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	return map[string]string{"revoked": r.PathValue("id")}, s.settings.put(r.Context(), rec)
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
		if err := knownBoard(in.Board); err != nil {
			return nil, err
		}
		if err := validName("community", in.Community, schemas.MaxCommunity); err != nil {
			return nil, err
		}
		if _, err := s.verifiable(r.Context(), in.Community); err != nil { // a misspelt one would be seen by its reader only
			return nil, err
		}
		now := time.Now()
		rec, made, err := s.settings.registry.NewShare(in.Community, now, now.AddDate(0, 0, in.Days).Truncate(time.Second))
		if err != nil {
			return nil, problem.New(http.StatusBadRequest, "%v", err)
		}
		if err := s.settings.put(r.Context(), rec); err != nil {
			return nil, err
		}
		out := shareOf(made)
		out.Path = gate.Share(made.Id, made.Community, time.UnixMilli(made.Until))
		if in.Board != "" {
			out.Path += "?" + url.Values{"board": {in.Board}}.Encode()
		}
		return out, nil
	}
}

// knownBoard reports a misspelt page: its reader would see the first one and wonder.
func knownBoard(id string) error {
	var known []string
	for _, b := range dashboards.Boards() {
		known = append(known, b.ID)
	}
	if id != "" && !slices.Contains(known, id) {
		return problem.New(http.StatusBadRequest, "board: one of %s, got %q", strings.Join(known, ", "), id)
	}
	return nil
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

// Shares lists the links that were made.
func (c *Client) Shares(ctx context.Context) ([]Share, error) {
	var out []Share
	err := c.call(ctx, http.MethodGet, "/api/shares", nil, &out)
	return out, err
}

// RevokeShare ends a link, and the reading of whoever opened it.
func (c *Client) RevokeShare(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodDelete, "/api/shares/"+url.PathEscape(id), nil, nil)
}
