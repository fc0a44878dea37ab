package verify

import (
	"context"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/internal/embedded/chdb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// store is an embedded ClickHouse with the read model.
type store struct {
	t  *testing.T
	db *clickhouse.DB
}

func open(t *testing.T) store {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	s, err := chdb.Start(t.Context(), chdb.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	db, err := clickhouse.Open("http://"+s.Addr(), clickhouse.Options{Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return store{t, db}
}

func (s store) query(ctx context.Context, sql string, params map[string]string) ([][]any, error) {
	r, err := s.db.Query(ctx, sql, params)
	if err != nil {
		return nil, err
	}
	return r.Rows, nil
}

var statementEnd = regexp.MustCompile(`;( *--.*)?\n`)

func (s store) exec(statements string) {
	s.t.Helper()
	for _, one := range statementEnd.Split(statements, -1) {
		if strings.TrimSpace(one) == "" {
			continue
		}
		if err := s.db.Exec(s.t.Context(), one); err != nil {
			s.t.Fatalf("%s: %v", one, err)
		}
	}
}

func (s store) load(file string) {
	s.t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		s.t.Fatal(err)
	}
	s.exec(string(b))
}

func (s store) run(c Community, of ...table) Report {
	s.t.Helper()
	if of == nil {
		of = together(tables)
	}
	r, err := run(s.t.Context(), s.query, c, of)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}
