package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, connections int) *Pool {
	t.Helper()
	library := os.Getenv("ROLLCALL_CHDB")
	if library == "" {
		t.Skip("ROLLCALL_CHDB does not name the engine's library")
	}
	p, err := Open(Options{
		Library: library, Dir: t.TempDir(), Connections: connections, Waiting: 8,
		Settings: map[string]string{"async_insert": "0", "implicit_select": "0"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func acquire(t *testing.T, p *Pool) *Conn {
	t.Helper()
	c, err := p.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ask(t *testing.T, c *Conn, sql string, params ...Param) string {
	t.Helper()
	var out string
	if _, err := c.Query(sql, "TSV", params, func(b Block) error { out = string(b.Data); return nil }); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return strings.TrimSuffix(out, "\n")
}

func TestPrepareIsExact(t *testing.T) {
	p := open(t, 1)
	c := acquire(t, p)
	defer func() { p.Release(c) }()
	ask(t, c, "CREATE DATABASE `a``b\\\\`")
	names := map[string][]string{
		"max_threads": {"1", "3"}, "max_block_size": {"1000", "2000"}, "async_insert": {"1"}, "date_time_input_format": {"best_effort"},
	}
	read := func(name string) string {
		return ask(t, c, "SELECT value FROM system.settings WHERE name = {n:String}", Param{"n", name})
	}
	before := map[string]string{}
	for name := range names {
		before[name] = read(name)
	}
	rapid.Check(t, func(rt *rapid.T) {
		want := map[string]string{}
		for name, values := range names {
			if rapid.Bool().Draw(rt, name) {
				want[name] = rapid.SampledFrom(values).Draw(rt, name+" value")
			}
		}
		database := rapid.SampledFrom([]string{"default", "a`b\\", "system"}).Draw(rt, "database")
		if err := c.Prepare(database, want); err != nil {
			rt.Fatal(err)
		}
		if got := ask(t, c, "SELECT currentDatabase() FORMAT TSVRaw"); got != database {
			rt.Fatalf("database %q, want %q", got, database)
		}
		for name := range names {
			wanted, set := want[name]
			if !set {
				wanted = before[name]
			}
			if got := read(name); got != wanted {
				rt.Fatalf("%s is %q, want %q", name, got, wanted)
			}
		}
	})
	if err := c.Prepare("default", map[string]string{"max_threads": "2", "nosuch": "1"}); err == nil || !c.spoiled {
		t.Error("an unknown setting leaves the connection in use:", err)
	}
}

func TestClassify(t *testing.T) {
	p := open(t, 1)
	c := acquire(t, p)
	defer p.Release(c)
	for sql, want := range map[string]Class{
		"SELECT 1": ReadOnly, "SHOW TABLES": ReadOnly, "INSERT INTO a SELECT 1": Mutating, "DROP TABLE x": Mutating,
		"USE system": Control, "SET max_threads=1": Control, "CREATE TEMPORARY TABLE x (a Int8)": Control,
		"SELECT 1 INTO OUTFILE 'x'": Control, "INSERT INTO FUNCTION file('x') SELECT 1": Control, "bogus": Unknown,
	} {
		if got, _, err := c.Classify(sql); err != nil || got != want {
			t.Errorf("%s: class %d, want %d, %v", sql, got, want, err)
		}
	}
	if _, n, _ := c.Classify("SELECT 1; DROP TABLE x"); n != 2 {
		t.Errorf("counts %d statements of 2", n)
	}
}

// slow hands out a CSV row per read until it is told to end.
type slow struct {
	rows int
	end  func(rows int) error
}

func (s *slow) Read(p []byte) (int, error) {
	if err := s.end(s.rows); err != nil {
		return 0, err
	}
	s.rows++
	return copy(p, fmt.Sprintf("%d\n", s.rows)), nil
}

func TestInsertCommitsWholeBodiesOnly(t *testing.T) {
	p := open(t, 1)
	c := acquire(t, p)
	defer p.Release(c)
	ask(t, c, "CREATE TABLE t (a UInt64) ENGINE=MergeTree ORDER BY a")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	torn := errors.New("torn")
	for _, test := range []struct {
		name string
		end  func(rows int) error
		want error
	}{
		{"torn", func(n int) error { return map[bool]error{true: torn}[n == 300_000] }, torn},
		{"short", func(n int) error { return map[bool]error{true: io.ErrUnexpectedEOF}[n == 10] }, io.ErrUnexpectedEOF},
		{"wrapped EOF", func(n int) error { return map[bool]error{true: fmt.Errorf("x: %w", io.EOF)}[n == 10] }, io.EOF},
		{"cancelled", func(n int) error {
			if n == 1000 {
				cancel()
				return io.EOF
			}
			return nil
		}, context.Canceled},
	} {
		if _, err := c.Insert(ctx, "INSERT INTO t", "CSV", nil, &slow{end: test.end}); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
		if got := ask(t, c, "SELECT count() FROM t"); got != "0" {
			t.Errorf("%s: %s rows are there", test.name, got)
		}
	}
	stats, err := c.Insert(t.Context(), "INSERT INTO t", "CSV", nil, &slow{end: func(n int) error { return map[bool]error{true: io.EOF}[n == 1000] }})
	if err != nil || stats.RowsWritten != 1000 || ask(t, c, "SELECT count() FROM t") != "1000" {
		t.Errorf("a whole body: %+v %v", stats, err)
	}
}

func TestWatchKillsAnInsertThatIsFinishing(t *testing.T) {
	p := open(t, 2)
	c, other := acquire(t, p), acquire(t, p)
	defer p.Release(other)
	ask(t, other, "CREATE TABLE src (a UInt64) ENGINE=MergeTree ORDER BY a")
	ask(t, other, "CREATE TABLE dst (a UInt64) ENGINE=MergeTree ORDER BY a")
	ask(t, other, "CREATE MATERIALIZED VIEW slowly TO dst AS SELECT a + sleepEachRow(0.01) AS a FROM src")
	ctx, cancel := context.WithCancel(t.Context())
	stop := p.Watch(ctx, c)
	body := &slow{end: func(n int) error {
		if n == 3000 { // 30 s of sleep in the view begin when the body has ended
			time.AfterFunc(100*time.Millisecond, cancel)
			return io.EOF
		}
		return nil
	}}
	began := time.Now()
	_, err := c.Insert(ctx, "INSERT INTO src SETTINGS function_sleep_max_microseconds_per_block=0", "CSV", nil, body)
	stop()
	p.Release(c)
	var killed *Error
	if took := time.Since(began); !errors.As(err, &killed) || killed.Code != 394 || took > 10*time.Second {
		t.Errorf("after %v: %v", took, err)
	}
}

func TestStreamEndsWithItsReader(t *testing.T) {
	p := open(t, 1)
	c := acquire(t, p)
	defer p.Release(c)
	enough := errors.New("enough")
	blocks := 0
	_, err := c.Stream(t.Context(), "SELECT number FROM numbers(100000000)", "RowBinary", nil, func(b Block) error {
		if blocks++; blocks == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || blocks != 3 {
		t.Errorf("%d blocks, %v", blocks, err)
	}
	if got := ask(t, c, "SELECT count() FROM system.processes"); got != "1" {
		t.Errorf("%s statements run", got)
	}
}

// TestFailedStatementsLeaveNothing looks from another connection: the engine by
// itself would keep a failed statement's entry and memory.
func TestFailedStatementsLeaveNothing(t *testing.T) {
	p := open(t, 2)
	c, other := acquire(t, p), acquire(t, p)
	defer p.Release(c)
	defer p.Release(other)
	const fails = "SELECT throwIf(number = 100000), 'failing' FROM numbers(200000)"
	ignore := func(Block) error { return nil }
	for name, run := range map[string]func() error{
		"query":  func() error { _, err := c.Query(fails, "CSV", nil, ignore); return err },
		"stream": func() error { _, err := c.Stream(t.Context(), fails, "CSV", nil, ignore); return err },
		"insert": func() error {
			_, err := c.Insert(t.Context(), "INSERT INTO FUNCTION null('failing UInt8')", "CSV", nil, strings.NewReader("x\n"))
			return err
		},
	} {
		if err := run(); err == nil {
			t.Error(name, "does not fail")
		}
		if got := ask(t, other, "SELECT groupArray(query) FROM system.processes WHERE query LIKE '%failing%' AND query NOT LIKE '%processes%'"); got != "[]" {
			t.Errorf("%s leaves %s", name, got)
		}
	}
}

func TestPoolQueue(t *testing.T) {
	p := open(t, 1)
	c := acquire(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Acquire(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	ask(t, c, "SET max_threads = 2")
	c.Spoil()
	p.Release(c)
	fresh := acquire(t, p)
	if fresh == c || ask(t, fresh, "SELECT changed FROM system.settings WHERE name = 'max_threads'") != "0" {
		t.Error("a spoiled connection is lent again")
	}
	if _, err := Open(Options{Library: p.lib.path, Dir: t.TempDir(), Connections: 1}); !errors.Is(err, ErrRunning) {
		t.Error("a second pool:", err)
	}
	p.Release(fresh)
	p.Close()
	if _, err := p.Acquire(t.Context()); !errors.Is(err, ErrClosed) {
		t.Error("after Close:", err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	text := filepath.Join(t.TempDir(), "libchdb.so")
	if err := os.WriteFile(text, []byte("no library"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Library: text, Dir: t.TempDir(), Connections: 1}); err == nil || !strings.Contains(err.Error(), text) {
		t.Error(err)
	}
	library := os.Getenv("ROLLCALL_CHDB")
	if library == "" {
		t.Skip("ROLLCALL_CHDB does not name the engine's library")
	}
	if _, err := Open(Options{Library: library, Dir: filepath.Join(text, "below"), Connections: 1}); err == nil || !strings.Contains(err.Error(), "data folder") {
		t.Error("a folder below a file:", err)
	}
	open(t, 1) // a failed Open leaves room for the next
}

func TestErrorCode(t *testing.T) {
	for text, want := range map[string]int{
		"Code: 60. DB::Exception: x": 60, "Error: Code: 62. DB::Exception: y\n": 62, "something else": 1002, "Code: 99999999999999999999. z": 1002,
	} {
		if e := newError(text); e.Code != want || strings.HasPrefix(e.Text, "Error:") || strings.HasSuffix(e.Text, "\n") {
			t.Errorf("%q gives %d %q", text, e.Code, e.Text)
		}
	}
}
