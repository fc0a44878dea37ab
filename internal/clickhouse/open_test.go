package clickhouse

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	clickhouse "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/internal/clickhouse/nativetest"
	"github.com/rollcall-dev/rollcall/schemas"
)

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ dsn, want string }{
		{"clickhouse://h", "native [h:9000] user= db=rollcall tls=false"},
		{"clickhouse://u:p@h1,h2:9001/x?secure=true", "native [h1:9440 h2:9001] user=u db=x tls=true"},
		{"tcp://[::1]:9000/x", "native [[::1]:9000] user= db=x tls=false"},
		{"http://u@h", "http [h:8123] user=u db=rollcall tls=false"},
		{"https://h/other", "http [h:8443] user= db=other tls=true"},
		{"https://h?dial_timeout=3s", "http [h:8443] user= db=rollcall tls=true"},
		{"https://h?secure=true", "http [h:8443] user= db=rollcall tls=true"},
	} {
		db, err := Open(c.dsn, Options{Logger: quiet})
		if err != nil {
			t.Errorf("%s: %v", c.dsn, err)
			continue
		}
		_ = db.Close()
		got := fmt.Sprintf("%s %v user=%s db=%s tls=%t", db.options.Protocol, db.options.Addr, db.options.Auth.Username, db.Database(), db.options.TLS != nil)
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.dsn, got, c.want)
		}
	}
	db, err := Open("clickhouse://u:p@h?max_threads=1&insert_quorum=0", Options{User: "apart", Password: "secret", Cluster: "{cluster}", ReadTimeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if diff := cmp.Diff(clickhouse.Auth{Username: "apart", Password: "secret"}, db.options.Auth); diff != "" {
		t.Error(diff)
	}
	if s := db.options.Settings; s["max_threads"] != 1 || s["insert_quorum"] != 0 || s["distributed_foreground_insert"] != 1 || db.options.ReadTimeout != time.Second {
		t.Errorf("settings %v, timeout %s", s, db.options.ReadTimeout)
	}
}

// Whatever is wrong with an address, the error says what to write and never the password.
func TestBadAddresses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dsn, want string
		o         Options
	}{
		{dsn: "host:9000", want: "no scheme"},
		{dsn: "kafka://u:s3cret@h:9000", want: `scheme "kafka"`},
		{dsn: "clickhouse://u:s3cret#x@h:9000", want: "%XX"},
		{dsn: "clickhouse://u:s3cret@h:9000?dial_timeout=soon", want: "dial timeout"},
		{dsn: "http://h:8123?secure=true", want: "http with TLS"},
		{dsn: "clickhouse://u:s3cret@h:9000/a-b", want: "letters, digits"},
		{dsn: "clickhouse://h", o: Options{Cluster: "a'b"}, want: "system.clusters"},
		{dsn: "clickhouse://h", o: Options{CAFile: file}, want: "PEM"},
		{dsn: "clickhouse://h", o: Options{CAFile: file + "x"}, want: "CA file"},
		{dsn: "http://h", o: Options{CAFile: file}, want: "begin it with https"},
	} {
		_, err := Open(c.dsn, c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, want %q", c.dsn, err, c.want)
		}
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	address := startEngine(t)
	native := nativetest.Start(t, nativetest.Options{HTTP: address, User: "rollcall", Password: "s3cret"})
	closed, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	for _, c := range []struct{ dsn, want string }{
		{"clickhouse://rollcall:wr0ng@" + native.Addr(), `check the user ("rollcall" here) and the password`},
		{"clickhouse://rollcall:s3cret@" + closed.Addr().String(), "is ClickHouse running at " + closed.Addr().String()},
		{"http://rollcall:s3cret@" + closed.Addr().String(), "is ClickHouse running at " + closed.Addr().String()},
		{"clickhouse://rollcall:s3cret@" + address + "?dial_timeout=200ms", "said nothing: clickhouse:// is for"},
		{"http://rollcall:s3cret@" + native.Addr(), "hung up: a TLS port"},
		{"https://rollcall:s3cret@" + address, "the port speaks no TLS"},
		{"clickhouse://rollcall:s3cret@" + address + "?secure=true", "the port speaks no TLS"},
	} {
		err := dial(t, c.dsn).Ping(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "wr0ng") {
			t.Errorf("%s: %v, want %q", c.dsn, err, c.want)
		}
	}
	_, err = dial(t, "clickhouse://rollcall:s3cret@"+native.Addr()).Query(t.Context(), "SELECT * FROM rollcall.members", nil)
	if err == nil || !strings.Contains(err.Error(), "rollcall migrate") {
		t.Errorf("without a read model: %v", err)
	}
}

// One of several hosts is enough, and TLS is checked by the given CA only.
func TestSeveralHostsAndTLS(t *testing.T) {
	address := startEngine(t)
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	s := nativetest.Start(t, nativetest.Options{HTTP: address, TLS: &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}})
	dsn := "clickhouse://127.0.0.1:1," + s.Addr() + "?secure=true"
	db, err := Open(dsn, Options{CAFile: ca, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Drop() // a connection of the pool that died is replaced
	if err := db.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := dial(t, dsn).Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "give its CA file") {
		t.Errorf("without the CA: %v", err)
	}
}

// A statement that its caller gives up ends in the engine as well, and a failure in mid-stream is not the end of a result.
func TestCancelAndFailures(t *testing.T) {
	overAll(t, func(t *testing.T, db *DB) {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		began := time.Now()
		if _, err := db.Query(ctx, "SELECT count() FROM numbers(1e12) WHERE NOT ignore(sipHash64(number))", nil); err == nil || time.Since(began) > 20*time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		var exception *clickhouse.Exception
		if _, err := db.Query(t.Context(), "SELECT throwIf(number = 200000) FROM numbers(1000000)", nil); !errors.As(err, &exception) || exception.Code != 395 {
			t.Errorf("got %v, want code 395", err)
		}
		for { // until the engine is rid of it
			got, err := db.Query(t.Context(), "SELECT count() FROM system.processes WHERE query LIKE '%sipHash64(number)%' AND query NOT LIKE '%processes%'", nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.Rows[0][0] == uint64(0) {
				return
			}
			if time.Since(began) > 20*time.Second {
				t.Fatal("the statement still runs")
			}
		}
	})
}

// Several processes that start at once migrate the same database, and one that was cut off in the middle goes on.
func TestMigrateAtOnceAndAgain(t *testing.T) {
	overAll(t, func(t *testing.T, db *DB) {
		all, err := migrations()
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if got, err := db.Migrate(t.Context()); err != nil || got != all[len(all)-1].version {
					t.Errorf("version %d, %v", got, err)
				}
			})
		}
		wg.Wait()
		schema := func() [][]any {
			got, err := db.Query(t.Context(), "SELECT name, create_table_query FROM system.tables WHERE database = '"+db.database+"' ORDER BY name", nil)
			if err != nil {
				t.Fatal(err)
			}
			return got.Rows
		}
		before := schema()
		want := len(schemas.MovedTables()) + 3
		if db.cluster != "" {
			want += len(schemas.MovedTables()) + 2
		}
		if len(before) != want {
			t.Errorf("%d tables", len(before))
		}
		if err := db.Exec(t.Context(), "TRUNCATE TABLE rollcall.migrations"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Errorf("applying all again: %v", err)
		}
		if diff := cmp.Diff(before, schema()); diff != "" {
			t.Error(diff)
		}
	})
}
