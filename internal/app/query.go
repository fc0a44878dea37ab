package app

import (
	"io"
	"net/http"
	"net/url"

	"github.com/rollcall-dev/rollcall/ingest/problem"
)

const maxSQL = 1 << 20

// postQuery runs the body as SQL on the read model and passes ClickHouse's answer on as it comes, in any of its formats:
// clickhouse-go knows rows only, so this one speaks to its HTTP interface itself. For administrators,
// since SQL sees every community.
func (s *server) postQuery(w http.ResponseWriter, r *http.Request) {
	format := r.URL.Query().Get("format")
	if format == "" {
		format = "TabSeparated"
	}
	q := url.Values{"database": {s.queries.database}, "default_format": {format}}
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, s.queries.base+"/?"+q.Encode(), http.MaxBytesReader(w, r.Body, maxSQL))
	if err != nil {
		problem.New(http.StatusBadRequest, "reading the query: %v", err).Write(w)
		return
	}
	req.SetBasicAuth(s.queries.user, s.queries.password)
	res, err := s.queries.client.Do(req)
	if err != nil {
		problem.New(http.StatusBadGateway, "asking ClickHouse's HTTP interface (--clickhouse-http names another): %v", err).Write(w)
		return
	}
	defer func() { _ = res.Body.Close() }()
	w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	w.WriteHeader(res.StatusCode)
	if _, err := io.Copy(w, res.Body); err != nil {
		panic(http.ErrAbortHandler) // a cut answer must not look like a whole one
	}
}
