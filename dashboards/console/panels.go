package console

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// listPanels answers with all panels and lists of members. What they mean is half of the weight, and the page does without
// until somebody asks (meaning=omit).
func (s *server) listPanels(w http.ResponseWriter, r *http.Request) {
	panels := slices.Concat(dashboards.Panels(), dashboards.Lists())
	if r.URL.Query().Get("meaning") == "omit" {
		for i := range panels {
			panels[i].Meaning = dashboards.Meaning{Tables: []string{}}
		}
	}
	s.list(w, r, panels)
}

// list answers with declarations, which are the same for everybody until the program is another.
func (s *server) list(w http.ResponseWriter, r *http.Request, declared any) {
	body, err := json.Marshal(declared)
	if err != nil {
		s.log.Error("encoding what is declared", "error", err)
		writeProblem(w, problem{Status: http.StatusInternalServerError, Detail: "The list could not be written; see the log."})
		return
	}
	serve(w, r, newContent("application/json", body, gzip.DefaultCompression))
}

func (s *server) answerPanel(w http.ResponseWriter, r *http.Request) {
	panel, ok := dashboards.Find(r.PathValue("id"))
	if !ok {
		writeProblem(w, problem{Status: http.StatusNotFound, Detail: "There is no such panel. GET /api/panels lists them."})
		return
	}
	params, err := bind(panel, r.URL.Query())
	if err != nil {
		var p problem
		errors.As(err, &p)
		writeProblem(w, p)
		return
	}
	answer, err := s.ask(r.Context(), panel, params)
	switch {
	case r.Context().Err() != nil: // the reader left
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "5")
		writeProblem(w, problem{Status: http.StatusServiceUnavailable, Detail: "Too many queries are running. Try again in a few seconds."})
	case errors.Is(err, context.DeadlineExceeded):
		s.log.Warn("panel timed out", "panel", panel.ID, "community", params["community"])
		writeProblem(w, problem{Status: http.StatusGatewayTimeout, Detail: "The database took too long. Choose a shorter range."})
	case err != nil:
		s.log.Error("answering a panel", "panel", panel.ID, "community", params["community"], "error", err)
		writeProblem(w, problem{Status: http.StatusBadGateway, Detail: "The database could not answer; see the log, or run rollcall status."})
	default:
		serve(w, r, answer)
	}
}

var errBusy = errors.New("no room for another query")

// ask runs a panel's query once for all who ask the same at the same time. The query
// outlives a reader who leaves, because others may wait for it; the timeout ends it.
func (s *server) ask(ctx context.Context, p dashboards.Panel, params map[string]string) (content, error) {
	done := s.flight.DoChan(questionKey(p, params), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), queryTimeout)
		defer cancel()
		select {
		case s.slots <- struct{}{}:
			defer func() { <-s.slots }()
		case <-ctx.Done():
			return nil, errBusy
		}
		result, err := s.query.Query(ctx, p.SQL, params)
		if err != nil {
			return nil, fmt.Errorf("querying panel %s: %w", p.ID, err)
		}
		body, err := encode(result)
		if err != nil {
			return nil, fmt.Errorf("encoding panel %s: %w", p.ID, err)
		}
		return newContent("application/json", body, gzip.DefaultCompression), nil
	})
	select {
	case <-ctx.Done():
		return content{}, ctx.Err()
	case r := <-done:
		if r.Err != nil {
			return content{}, r.Err
		}
		return r.Val.(content), nil
	}
}

func questionKey(p dashboards.Panel, params map[string]string) string {
	values := url.Values{}
	for name, value := range params {
		values.Set(name, value)
	}
	return p.ID + "?" + values.Encode()
}

type column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// encode writes a result as JSON: instants as Unix milliseconds, calendar days as
// "2006-01-02" (a day has no instant), numbers that JSON lacks as null.
func encode(r Result) ([]byte, error) {
	answer := struct {
		Columns []column `json:"columns"`
		Rows    [][]any  `json:"rows"`
	}{Columns: []column{}, Rows: make([][]any, len(r.Rows))}
	if len(r.Types) != len(r.Columns) {
		return nil, fmt.Errorf("%d columns with %d types", len(r.Columns), len(r.Types))
	}
	for i, name := range r.Columns {
		answer.Columns = append(answer.Columns, column{name, r.Types[i]})
	}
	for i, row := range r.Rows {
		if len(row) != len(r.Columns) {
			return nil, fmt.Errorf("row %d has %d values for %d columns", i, len(row), len(r.Columns))
		}
		out := make([]any, len(row))
		for j, value := range row {
			out[j] = plain(value, r.Types[j])
		}
		answer.Rows[i] = out
	}
	return json.Marshal(answer)
}

func plain(value any, columnType string) any {
	switch v := value.(type) {
	case time.Time:
		if !strings.Contains(columnType, "DateTime") {
			return v.Format(time.DateOnly)
		}
		return v.UnixMilli()
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
	}
	return value
}
