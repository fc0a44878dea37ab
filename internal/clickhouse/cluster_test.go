package clickhouse

import (
	"bytes"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/internal/embedded/chdb"
	"github.com/rollcall-dev/rollcall/internal/embedded/chdb/engine"
	"github.com/rollcall-dev/rollcall/internal/embedded/chdb/front"
	"github.com/rollcall-dev/rollcall/schemas"
)

var update = flag.Bool("update", false, "write testdata anew")

// What a cluster is migrated with, and what moves and deletes there. The engine parses all of it.
func TestClusterStatements(t *testing.T) {
	all, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	d := &DB{database: schemas.Database, cluster: "{cluster}"}
	statements := d.memory()
	for _, m := range all {
		s, err := onCluster(d.database, d.cluster, m.statements)
		if err != nil {
			t.Fatal(err)
		}
		statements = append(statements, s...)
	}
	statements = append(statements, d.syncOf(schemas.TableActions), "DELETE FROM "+d.stored(schemas.TableActions)+" WHERE version < 1")
	golden := filepath.Join("testdata", "cluster.sql")
	got := strings.Join(statements, ";\n\n") + ";\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("go test -update writes it anew: -want +got:\n%s", diff)
	}
	db := open(t)
	for _, sql := range statements {
		if _, err := db.Query(t.Context(), "SELECT formatQuery({sql:String})", map[string]string{"sql": sql}); err != nil {
			t.Errorf("%s:\n%v", sql, err)
		}
	}
}

func TestAMigrationThatNoClusterTakesIsRefused(t *testing.T) {
	for _, sql := range []string{"INSERT INTO rollcall.actions SELECT 1", "CREATE TABLE IF NOT EXISTS rollcall.x (a UInt8) ENGINE = Memory", "CREATE TABLE rollcall.x (a UInt8) ENGINE = MergeTree",
		"CREATE VIEW rollcall.x AS SELECT 1", "RENAME TABLE rollcall.x TO rollcall.y, rollcall.y TO rollcall.x"} {
		if got, err := onCluster("rollcall", "c", []string{sql}); err == nil {
			t.Errorf("%s became %q", sql, got)
		}
	}
}

// What the embedded engine lacks of a cluster: Keeper, so it has neither replicated tables nor statements for all hosts.
// Distributed tables in front of a shard it has.
var (
	onOne      = regexp.MustCompile(` ON CLUSTER 'one'`)
	replicated = regexp.MustCompile(`Replicated(\w*MergeTree)\('[^']*', '[^']*'(?:, )?`)
	syncs      = regexp.MustCompile(`^SYSTEM SYNC REPLICA \w+\.\w+_local LIGHTWEIGHT$`)
)

// openCluster is a cluster of one host without Keeper. Statements without ON CLUSTER where it belongs come to grief
// there, as a Distributed table is neither deleted from nor altered.
func openCluster(t *testing.T) *DB {
	t.Helper()
	library, err := chdb.Library()
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "config.xml")
	if err := os.WriteFile(config, []byte(`<clickhouse><tcp_port>9000</tcp_port><remote_servers><one><shard>
		<internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>9000</port></replica>
		</shard></one></remote_servers></clickhouse>`), 0o600); err != nil {
		t.Fatal(err)
	}
	pool, err := engine.Open(engine.Options{Library: library, Dir: filepath.Join(dir, "data"), Connections: 4, Waiting: 64,
		Settings: map[string]string{"async_insert": "0", "session_timezone": "UTC"}, Server: map[string]string{"config-file": config}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	h := &front.Handler{Pool: pool, Logger: quiet}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("query") {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			body = replicated.ReplaceAll(onOne.ReplaceAll(body, nil), []byte("$1("))
			r.Body = io.NopCloser(bytes.NewReader(syncs.ReplaceAll(body, []byte("SELECT 1"))))
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	db, err := Open(s.URL+"/other", Options{Cluster: "one", Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// The tables that the contract names are Distributed ones, with all columns of what is behind them.
func TestDistributedTables(t *testing.T) {
	db := openCluster(t)
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := db.Query(t.Context(), "SELECT name, engine FROM system.tables WHERE database = 'other' AND name LIKE 'member%' ORDER BY name", nil)
	if diff := cmp.Diff([][]any{{"member_days", "Distributed"}, {"member_days_local", "ReplacingMergeTree"}, {"members", "Distributed"},
		{"members_activity", "Distributed"}, {"members_activity_local", "ReplacingMergeTree"}, {"members_churn", "Distributed"},
		{"members_churn_local", "ReplacingMergeTree"}, {"members_kol", "Distributed"}, {"members_kol_local", "ReplacingMergeTree"}, {"members_local", "View"}}, got.Rows); err != nil || diff != "" {
		t.Error(err, diff)
	}
	got, err = db.Query(t.Context(), `SELECT replaceOne(table, '_local', '') AS t, groupArray((name, type, default_expression)) AS columns, count() FROM
		(SELECT * FROM system.columns WHERE database = 'other' AND table != 'migrations' ORDER BY table, position)
		GROUP BY table ORDER BY t`, nil)
	if err != nil || len(got.Rows) != 2*(len(schemas.MovedTables())+2) {
		t.Fatal(err, len(got.Rows))
	}
	for i := 0; i < len(got.Rows); i += 2 {
		if diff := cmp.Diff(got.Rows[i], got.Rows[i+1]); diff != "" {
			t.Error(diff)
		}
	}
}

// A read model of one host is not made into a cluster's, whatever its version, nor written to as one, and the reverse.
func TestALayoutIsNotChanged(t *testing.T) {
	for name, first := range map[string]bool{"a cluster": true, "one host": false} {
		t.Run(name, func(t *testing.T) {
			clustered := openCluster(t)
			plain := dial(t, "http://"+clustered.options.Addr[0]+"/other")
			made, other, want := plain, clustered, "a new database"
			if first {
				made, other, want = clustered, plain, "--clickhouse-cluster"
			}
			if _, err := made.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, sql := range []string{"SELECT 1", "TRUNCATE TABLE rollcall.migrations"} {
				if err := made.Exec(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
				if _, err := other.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("after %s: %v, want %q", sql, err, want)
				}
			}
			if _, err := made.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// A join of two tables, as verify has them, is not refused.
func TestJoinsOfDistributedTables(t *testing.T) {
	db := openCluster(t)
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"SELECT count() FROM rollcall.members AS m FINAL INNER JOIN rollcall.member_days AS d FINAL USING (community, member)",
		"SELECT count() FROM rollcall.actions FINAL WHERE community = 'c' AND member IN (SELECT member FROM rollcall.members FINAL WHERE community = 'c')",
	} {
		if _, err := db.Query(t.Context(), sql, nil); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
