package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/internal/clickhouse"
)

// A query goes where the driver goes, encrypted where it is, with the same user.
func TestQueriesGoWhereTheDriverGoes(t *testing.T) {
	var got string
	s := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		got = user + " " + password
	}))
	defer s.Close()
	for dsn, want := range map[string]string{
		"clickhouse://u:a,b@h?secure=1&skip_verify=1":                 "u a,b",
		"clickhouse://u:p@h?secure&skip_verify&username=x&password=y": "x y",
	} {
		c := ClickHouseConfig{DSN: dsn}
		if err := c.Check(); err != nil {
			t.Errorf("%s: %v", dsn, err)
			continue
		}
		db, err := clickhouse.Open(c.DSN, c.Options)
		if err != nil {
			t.Fatal(err)
		}
		_ = db.Close()
		q, err := c.queries(db)
		if err != nil || q.base != "https://h:8443" {
			t.Errorf("%s: %s, %v", dsn, q.base, err)
		}
		c.HTTP = s.URL
		if q, err = c.queries(db); err != nil {
			t.Fatal(err)
		}
		res := httptest.NewRecorder()
		(&server{queries: q}).postQuery(res, httptest.NewRequest(http.MethodPost, "/api/query", strings.NewReader("SELECT 1")))
		if res.Code != http.StatusOK || got != want {
			t.Errorf("%s: %d %s, want %s", dsn, res.Code, got, want)
		}
		q.client.CloseIdleConnections()
	}
}
