package chdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	osexec "os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/rollcall-dev/rollcall/internal/embedded/chdb/engine"
)

func TestRestartKeepsData(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir})
	c := dial(t, s, clickhouse.CompressionNone)
	mustExec(t, c, smallTable, "INSERT INTO small SELECT number, '' FROM numbers(1000)")
	if _, err := Start(t.Context(), Options{Dir: t.TempDir()}); !errors.Is(err, engine.ErrRunning) {
		t.Error("a second engine in the process:", err)
	}
	stop(t, s)
	stop(t, s) // a second time does nothing
	if _, err := net.Dial("tcp", s.Addr()); err == nil {
		t.Error("the port is open after Close")
	}

	other := start(t, Options{})
	if n := count(t, dial(t, other, clickhouse.CompressionNone), "SELECT count() FROM system.tables WHERE name = 'small'"); n != 0 {
		t.Error("another folder shows the first one's table")
	}
	stop(t, other)

	again := start(t, Options{Dir: dir})
	if n := count(t, dial(t, again, clickhouse.CompressionNone), "SELECT count() FROM small"); n != 1000 {
		t.Errorf("%d rows after a restart", n)
	}
}

func TestCloseKillsWhatRuns(t *testing.T) {
	s := start(t, Options{Connections: 2})
	c := dial(t, s, clickhouse.CompressionNone)
	mustExec(t, c, smallTable)
	ended := make(chan error, 2)
	go func() {
		var n uint64
		ended <- c.QueryRow(context.Background(), "SELECT sum(sipHash64(number)) FROM numbers(1000000000000)").Scan(&n)
	}()
	// An insert whose client sends a part and then nothing.
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	rows := csv(200_000)
	if _, err := fmt.Fprintf(conn, "POST /?query=INSERT+INTO+small+FORMAT+CSV HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", 2*len(rows), rows); err != nil {
		t.Fatal(err)
	}
	go func() {
		answer, err := io.ReadAll(conn)
		if strings.Contains(string(answer), "200 OK") {
			err = fmt.Errorf("the insert was answered: %s", answer)
		} else if err == nil {
			err = io.EOF
		}
		ended <- err
	}()
	waitFor(t, "both run", func() bool { return s.pool.Idle() == 0 })
	began := time.Now()
	stop(t, s)
	if took := time.Since(began); took > 5*time.Second {
		t.Error("closing took", took)
	}
	for range 2 {
		if err := <-ended; err == nil || strings.Contains(err.Error(), "answered") {
			t.Error("it ended with", err)
		}
	}
}

func TestReadersBesideWriters(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s, clickhouse.CompressionNone)
	mustExec(t, c, smallTable)
	const writers, batches, size = 3, 6, 2000
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for b := range batches {
				batch, err := c.PrepareBatch(t.Context(), "INSERT INTO small")
				if err != nil {
					t.Error(err)
					return
				}
				for i := range size {
					_ = batch.Append(uint64((w*batches+b)*size+i), "x") // its error comes with Send
				}
				if err := batch.Send(); err != nil {
					t.Error(err)
				}
				_ = batch.Close()
			}
		})
	}
	for range 4 {
		wg.Go(func() {
			var last uint64
			for range 15 {
				var n, distinct uint64
				if err := c.QueryRow(t.Context(), "SELECT count(), uniqExact(a) FROM small").Scan(&n, &distinct); err != nil {
					t.Error(err)
					return
				}
				if n != distinct || n%size != 0 || n < last {
					t.Errorf("saw %d rows, %d distinct, after %d", n, distinct, last)
				}
				last = n
			}
		})
	}
	wg.Wait()
	if n := count(t, c, "SELECT count() FROM small"); n != writers*batches*size {
		t.Errorf("%d rows in the end", n)
	}
}

// TestServerSettings reads back what the engine ignores in silence when its name
// is wrong.
func TestServerSettings(t *testing.T) {
	s := start(t, Options{MemoryLimit: 2 << 30})
	for name, value := range (Options{MemoryLimit: 2 << 30}).engine("").Server {
		_, got := post(t, s, strings.NewReader("SELECT value FROM system.server_settings WHERE changed AND name = {n:String}"), "param_n", name)
		if strings.TrimSpace(got) != value {
			t.Errorf("%s is %q, want %s", name, got, value)
		}
	}
	for name, value := range (Options{MemoryLimit: 2 << 30}).engine("").Settings {
		_, got := post(t, s, strings.NewReader("SELECT value FROM system.settings WHERE name = {n:String}"), "param_n", name)
		if strings.TrimSpace(got) != value {
			t.Errorf("%s is %q, want %s", name, got, value)
		}
	}
}

func TestPythonClient(t *testing.T) {
	python := os.Getenv("ROLLCALL_PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := osexec.CommandContext(t.Context(), python, "-c", "import clickhouse_connect").CombinedOutput(); err != nil {
		t.Skipf("clickhouse_connect is not there (pip install clickhouse-connect; ROLLCALL_PYTHON names another python): %v %.200s", err, out)
	}
	s := start(t, Options{})
	host, port, _ := net.SplitHostPort(s.Addr())
	out, err := osexec.CommandContext(t.Context(), python, "testdata/client.py", host, port).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "ok" {
		t.Errorf("%v\n%s", err, out)
	}
}
