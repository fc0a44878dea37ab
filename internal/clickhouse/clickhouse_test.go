package clickhouse

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/rollcall-dev/rollcall/internal/clickhouse/nativetest"
	"github.com/rollcall-dev/rollcall/internal/embedded/chdb"
	"github.com/rollcall-dev/rollcall/schemas"
)

func TestMain(m *testing.M) {
	// net/http lets a connection whose body broke off linger for half a second.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

var quiet = slog.New(slog.DiscardHandler)

func startEngine(t testing.TB) string {
	t.Helper()
	s, err := chdb.Start(t.Context(), chdb.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Logger: quiet})
	if errors.Is(err, chdb.ErrNoLibrary) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	return s.Addr()
}

func dial(t testing.TB, dsn string) *DB {
	t.Helper()
	db, err := Open(dsn, Options{Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func open(t testing.TB) *DB { t.Helper(); return dial(t, "http://"+startEngine(t)) }

// overAll runs a test over HTTP, over the native protocol and on a cluster, into databases of different names.
func overAll(t *testing.T, test func(*testing.T, *DB)) {
	t.Run("http", func(t *testing.T) { test(t, open(t)) })
	t.Run("native", func(t *testing.T) {
		s := nativetest.Start(t, nativetest.Options{HTTP: startEngine(t), User: "rollcall", Password: "p@ss"})
		test(t, dial(t, "clickhouse://rollcall:p%40ss@"+s.Addr()+"/other"))
	})
	t.Run("cluster", func(t *testing.T) { test(t, openCluster(t)) })
}

func TestRowsArriveAsTheyWereWritten(t *testing.T) { overAll(t, rowsArriveAsTheyWereWritten) }

func rowsArriveAsTheyWereWritten(t *testing.T, db *DB) {
	version, err := db.Migrate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if again, err := db.Migrate(t.Context()); err != nil || again != version {
		t.Fatalf("migrating again: %d, %v", again, err)
	}
	sink := NewSink(db, nil)
	defer sink.Close()
	long := `{"a":"` + strings.Repeat("x", 20_000) + `"}`
	var wg sync.WaitGroup
	for part := range 4 { // concurrent writers share inserts
		wg.Go(func() {
			for range 3 { // and repeats change nothing
				actions := &schemas.ActionRows{
					Community: schemas.TextOf("c", "c"), ID: schemas.TextOf("a"+string(rune('0'+part)), "b"), Member: schemas.TextOf("m", "n"),
					Kind: schemas.TextOf("post", "custom"), Name: schemas.TextOf("", "spin"), Target: schemas.TextOf("", "m"), Object: schemas.TextOf("o", ""),
					Channel: schemas.TextOf("法语", ""), Platform: schemas.TextOf("", "web"), Campaign: schemas.TextOf("", ""),
					Properties: schemas.TextOf(long, ""), Source: schemas.TextOf("http", "http"), Time: []int64{1, 1_700_000_000_123},
					Received: []int64{5, 6}, Value: schemas.Floats{Values: []float64{0, 2.5}, Nulls: []uint8{1, 0}}, Late: []uint8{0, 1},
					Restated: []uint32{0, 0}, Version: []uint64{1, 2},
				}
				days := &schemas.MemberDayRows{Community: []string{"c"}, Member: []string{"m"}, Day: []int32{20000}, Actions: []uint32{3},
					Contributions: []uint32{1}, Version: []uint64{9}, Definition: []uint32{1}}
				if err := sink.Write(t.Context(), []schemas.Rows{actions, days, &schemas.MemberRows{}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got, err := db.Query(t.Context(), `SELECT id, member, kind, name, channel, value, properties, late, toUnixTimestamp64Milli(time) AS at
		FROM rollcall.actions FINAL WHERE community = {community:String} AND id IN ('a0', 'b') ORDER BY id`, map[string]string{"community": "c"})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]any{
		{"a0", "m", "post", "", "法语", nil, long, uint8(0), int64(1)},
		{"b", "n", "custom", "spin", "", 2.5, "", uint8(1), int64(1_700_000_000_123)},
	}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	got, err = db.Query(t.Context(), "SELECT toString(day), actions FROM rollcall.member_days FINAL", nil)
	if diff := cmp.Diff([][]any{{"2024-10-04", uint32(3)}}, got.Rows); err != nil || diff != "" {
		t.Errorf("%v -want +got:\n%s", err, diff)
	}
}

func TestTheFirstRowOfAnActionStays(t *testing.T) { overAll(t, theFirstRowOfAnActionStays) }

func theFirstRowOfAnActionStays(t *testing.T, db *DB) {
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	sink := NewSink(db, nil)
	defer sink.Close()
	for _, versions := range [][]uint64{{6, 5, 8}, {9}, {7}} { // in one insert or in several
		rows := &schemas.RejectedRows{}
		for _, version := range versions {
			rows.Community, rows.Source, rows.Reason = append(rows.Community, ""), append(rows.Source, "http"), append(rows.Reason, "invalid_json")
			rows.Field, rows.Detail, rows.Payload = append(rows.Field, ""), append(rows.Detail, ""), append(rows.Payload, "x")
			rows.Digest, rows.Received, rows.Version = append(rows.Digest, "d"), append(rows.Received, int64(version)), append(rows.Version, version)
		}
		if err := sink.Write(t.Context(), []schemas.Rows{rows}); err != nil {
			t.Fatal(err)
		}
		got, err := db.Query(t.Context(), "SELECT version FROM rollcall.rejected FINAL", nil)
		if diff := cmp.Diff([][]any{{uint64(5)}}, got.Rows); err != nil || diff != "" {
			t.Fatalf("%v -want +got:\n%s", err, diff)
		}
	}
}

func TestANewerDatabaseIsRefused(t *testing.T) { overAll(t, aNewerDatabaseIsRefused) }

func aNewerDatabaseIsRefused(t *testing.T, db *DB) {
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(t.Context(), "INSERT INTO rollcall.migrations (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Migrate(t.Context()); !errors.Is(err, ErrNewer) {
		t.Fatalf("got %v, want ErrNewer", err)
	}
}

func TestBoundParametersAreTextNotSQL(t *testing.T) { overAll(t, boundParametersAreTextNotSQL) }

func boundParametersAreTextNotSQL(t *testing.T, db *DB) {
	for _, want := range []string{"plain", "tab\tnewline\nquote'back\\slash", `\N`, "法语 {x:String}"} {
		got, err := db.Query(t.Context(), "SELECT {x:String}", map[string]string{"x": want})
		if err != nil || got.Rows[0][0] != want {
			t.Errorf("%q came back as %q, %v", want, got, err)
		}
	}
}

// A rebuild's rows get the community's name, older ones go, other communities' stay; twice changes nothing.
func TestMove(t *testing.T) { overAll(t, move) }

func move(t *testing.T, db *DB) {
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	sink := NewSink(db, nil)
	defer sink.Close()
	rows := &schemas.ActiveHourRows{}
	for _, r := range []struct {
		community, member string
		actions           uint64
		epoch             uint32
	}{{"c", "stays", 1, 0}, {"c", "goes", 1, 0}, {"c", "stays", 9, 2}, {"c@2", "stays", 5, 2}, {"c@2", "new", 6, 2}, {"c@1", "given up", 7, 1},
		{"c@3", "next", 8, 3}, {"cd", "other", 1, 0}, {"c.d@2", "other", 1, 2}} {
		rows.Community, rows.Member, rows.Hour = append(rows.Community, r.community), append(rows.Member, r.member), append(rows.Hour, 1)
		rows.Actions, rows.Version = append(rows.Actions, r.actions), append(rows.Version, schemas.RowVersion(r.epoch, int64(r.actions)))
		rows.Definition = append(rows.Definition, 1)
	}
	if err := sink.Write(t.Context(), []schemas.Rows{rows}); err != nil {
		t.Fatal(err)
	}
	want := [][]any{{"c", "new", uint64(6)}, {"c", "stays", uint64(9)}, {"c.d@2", "other", uint64(1)}, {"c@3", "next", uint64(8)}, {"cd", "other", uint64(1)}}
	for range 2 {
		if err := sink.Move(t.Context(), schemas.Move{Community: "c", Epoch: 2}); err != nil {
			t.Fatal(err)
		}
		got, err := db.Query(t.Context(), "SELECT community, member, actions FROM rollcall.active_hours FINAL ORDER BY ALL", nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Rows); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	}
}
