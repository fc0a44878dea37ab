package app

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/internal/report"
	"github.com/rollcall-dev/rollcall/internal/report/pdf"
	"github.com/rollcall-dev/rollcall/internal/report/reading"
	"github.com/rollcall-dev/rollcall/processors/engagement"
	"github.com/rollcall-dev/rollcall/schemas"
)

// getReport answers with a community's week as one page.
func (s *server) getReport(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page, err := s.report(r.Context(), q.Get("community"), q.Get("week"), cmp.Or(q.Get("lang"), preferred(r)))
	if err != nil {
		answer(func(*http.Request) (any, error) { return nil, err })(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox")
	_, _ = w.Write(page)
}

// preferred is the language that a browser asks for first, of those there are: a link in a message says none.
func preferred(r *http.Request) string {
	for one := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		lang, _, _ := strings.Cut(strings.TrimSpace(one), "-")
		if lang, _, _ = strings.Cut(strings.ToLower(lang), ";"); slices.Contains(report.Languages, lang) {
			return lang
		}
	}
	return "en"
}

// report makes the page of a week like 2026-W47; without one, of the last week that is over.
func (s *server) report(ctx context.Context, community, week, lang string) ([]byte, error) {
	if !slices.Contains(report.Languages, lang) {
		return nil, problem.New(http.StatusBadRequest, "lang: en or zh, got %q", lang)
	}
	c, err := s.reported(ctx, community)
	if err != nil {
		return nil, err
	}
	return s.reports.get(ctx, s.running, strings.Join([]string{community, week, lang}, "\x00"), func(ctx context.Context) ([]byte, error) {
		return s.makeReport(ctx, c, week, lang)
	})
}

func (s *server) makeReport(ctx context.Context, c reading.Community, week, lang string) ([]byte, error) {
	rows := querier{s.db}.rows
	scope, err := reading.Look(ctx, rows, c)
	if err != nil {
		return nil, err
	}
	of, err := weekOf(scope, c, week)
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "week: %v", err)
	}
	made, err := reading.Week(ctx, rows, c, scope, of)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = made.HTML(&out, lang)
	return out.Bytes(), err
}

// reported says what a community's reports are made by.
func (s *server) reported(ctx context.Context, community string) (c reading.Community, err error) {
	if err := validName("community", community, schemas.MaxCommunity); err != nil {
		return c, err
	}
	known, err := s.verifiable(ctx, community)
	if err != nil {
		return c, err
	}
	c = reading.Community{Name: community, Weights: s.weights(community)}
	if c.Zone, err = time.LoadLocation(known.TimeZone); err != nil {
		return c, fmt.Errorf("the time zone of %s: %w", community, err)
	}
	return c, nil
}

// weekOf reads which week is meant. Errors say what to ask for.
func weekOf(s reading.Scope, c reading.Community, text string) (report.Week, error) {
	now := report.WeekOf(s.Now.In(c.Zone))
	if text == "" {
		if last := now.Add(-1); !s.Now.IsZero() && !last.End(c.Zone).Before(s.Begun) && !last.End(c.Zone).Equal(s.Begun) {
			return last, nil
		}
		return now, nil // the community has not seen the end of a week
	}
	w, err := report.ParseWeek(text)
	switch first := report.WeekOf(s.Begun.In(c.Zone)); {
	case err != nil || s.Now.IsZero():
		return w, err
	case w.Monday().After(now.Monday()):
		return w, fmt.Errorf("%s has not begun: %s has come to %s, in %s", w, c.Name, s.Now.In(c.Zone).Format("2006-01-02 15:04"), now)
	case w.Monday().Before(first.Monday()):
		return w, fmt.Errorf("%s is before the first action of %s, on %s, in %s: ask for that week or a later one", w, c.Name, s.Begun.In(c.Zone).Format(time.DateOnly), first)
	}
	return w, nil
}

// weights are those of the engagement score, by kind.
func (s *server) weights(community string) map[string]float64 {
	set, ok := s.settings.registry.Community(community)
	if !ok {
		set = defaultSettings(community)
	}
	out := map[string]float64{}
	for k, w := range engagement.WeightsOf(set.Weights) {
		out[schemas.Kind(k).String()] = w
	}
	return out
}

// ReportOptions say which report is wanted.
type ReportOptions struct {
	Community string
	Week      string // like 2026-W47; empty: the last one that is over
	Language  string // en or zh
}

// Check reports what is wrong with them, as far as that goes without the instance.
func (o ReportOptions) Check() error {
	if o.Week != "" {
		if _, err := report.ParseWeek(o.Week); err != nil {
			return Usagef("--week: %v", err)
		}
	}
	if !slices.Contains(report.Languages, o.Language) {
		return Usagef("--lang %q: it is en or zh", o.Language)
	}
	return nil
}

// Report returns a community's week as one page.
func (c *Client) Report(ctx context.Context, o ReportOptions) ([]byte, error) {
	q := url.Values{"community": {o.Community}, "lang": {o.Language}}
	if o.Week != "" {
		q.Set("week", o.Week)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/api/report?"+q.Encode(), nil)
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("asking for the report: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return nil, fmt.Errorf("reading the report: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return nil, refusal(res.Status, b)
	}
	return b, nil
}

// PrintReport writes a report's page as a PDF, by a Chromium.
func PrintReport(ctx context.Context, page []byte, file string) error {
	return pdf.Write(ctx, page, file)
}
