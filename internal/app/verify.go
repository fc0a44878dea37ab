package app

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/internal/verify"
	"github.com/rollcall-dev/rollcall/schemas"
)

// looks is how often a community whose tables differ is looked at, since a live one moves on meanwhile.
const looks = 3

// postVerify compares the published tables of a community with their definitions (law 7). For administrators: it is work.
func (s *server) postVerify(r *http.Request) (any, error) {
	var in struct {
		Community string `json:"community"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	return s.verify(r.Context(), in.Community)
}

func (s *server) verify(ctx context.Context, community string) (verify.Report, error) {
	var report verify.Report
	for look := range looks {
		if err := s.flush(ctx, waitLimit); err != nil {
			return report, err
		}
		c, err := s.verifiable(ctx, community)
		if err != nil {
			return report, err
		}
		now, err := verify.Run(ctx, querier{s.db}.rows, c)
		if err != nil {
			return report, err
		}
		if look > 0 {
			now = report.Still(now)
		}
		if report = now; report.Different()+report.Moving() == 0 {
			break
		}
	}
	return report, nil
}

// verifiable returns what a community's definitions depend on: its settings, and how far its tables have come.
func (s *server) verifiable(ctx context.Context, community string) (verify.Community, error) {
	c := verify.Community{Name: community, Weights: map[string]float64{}}
	set, known := s.settings.registry.Community(community)
	if known {
		c.TimeZone, c.Bots = set.TimeZone, set.Bots
		for _, w := range set.Weights {
			c.Weights[schemas.Kind(w.Kind).String()] = w.Weight
		}
	}
	rows, err := s.db.Query(ctx, "SELECT toUnixTimestamp64Milli(time), time_zone FROM rollcall.communities FINAL WHERE community = {community:String}",
		map[string]string{"community": community})
	if err != nil {
		return c, fmt.Errorf("reading how far %s has come: %w", community, err)
	}
	for _, row := range rows.Rows {
		c.Now, _ = row[0].(int64)
		c.TimeZone, _ = row[1].(string)
	}
	if known || len(rows.Rows) > 0 {
		return c, nil
	}
	if used, err := s.hasActions(ctx, community); err != nil || used {
		return c, err
	}
	return c, s.unknownCommunity(ctx, community)
}

// unknownCommunity is the answer to a community that nobody knows. A share link's reader is told of no other.
func (s *server) unknownCommunity(ctx context.Context, community string) error {
	if ctx.Value(ofShare{}) != nil {
		return problem.New(http.StatusNotFound, "there is no community %q", community)
	}
	var known []string
	for _, set := range s.settings.registry.Communities() {
		known = append(known, set.Community)
	}
	rows, err := s.db.Query(ctx, "SELECT DISTINCT community FROM rollcall.communities WHERE position(community, '@') = 0", nil)
	if err != nil {
		return fmt.Errorf("reading which communities there are: %w", err)
	}
	for _, row := range rows.Rows {
		known = append(known, fmt.Sprint(row[0]))
	}
	slices.Sort(known)
	known = slices.Compact(known)
	if len(known) == 0 {
		return problem.New(http.StatusNotFound, "there is no community %q, and no other: a community comes into being with its first action", community)
	}
	const few = 20
	more := ""
	if len(known) > few {
		known, more = known[:few], fmt.Sprintf(" and %d more", len(known)-few)
	}
	return problem.New(http.StatusNotFound, "there is no community %q; there are: %s%s", community, strings.Join(known, ", "), more)
}

// rows is internal/clickhouse as internal/verify wants it.
func (q querier) rows(ctx context.Context, sql string, params map[string]string) ([][]any, error) {
	r, err := q.db.Query(ctx, sql, params)
	if err != nil {
		return nil, err
	}
	return r.Rows, nil
}

// Verified is the answer of Client.Verify.
type Verified struct{ verify.Report }

// Summary is a report in one line.
func (v Verified) Summary() string {
	found := "no difference"
	if n := v.Different(); n > 0 {
		found = grouped(n) + " different"
	}
	if n := v.Moving(); n > 0 {
		found += fmt.Sprintf(", %s moved while one looked", grouped(n))
	}
	return fmt.Sprintf("%s: %d tables, %s rows, %s (as of %s UTC)", v.Community, len(v.Tables), grouped(v.Rows()), found,
		time.UnixMilli(v.Time).UTC().Format("2006-01-02 15:04"))
}

// grouped writes a number as 48,231.
func grouped(n uint64) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", grouped(n/1000), n%1000)
}

// Verify compares every published table of a community with its definition over the raw actions.
func (c *Client) Verify(ctx context.Context, community string) (Verified, error) {
	var out Verified
	err := c.call(ctx, http.MethodPost, "/api/verify", map[string]string{"community": community}, &out.Report)
	return out, err
}
