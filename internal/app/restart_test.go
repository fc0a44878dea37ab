package app

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// logText keeps what a logger writes.
type logText struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logText) matches(pattern string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(regexp.MustCompile(pattern).FindAll(l.b.Bytes(), -1))
}

func startLogged(t *testing.T, dir string, change ...func(*UpOptions)) (*instance, *logText) {
	l := &logText{}
	return start(t, dir, append(change, func(o *UpOptions) { o.Logger = slog.New(slog.NewTextHandler(l, nil)) })...), l
}

// halves cuts the demo's last years in two files.
func halves(t *testing.T) [2]string {
	lines := demoLines(t)
	var out [2]string
	for i, part := range [][]string{lines[:len(lines)/2], lines[len(lines)/2:]} {
		out[i] = ndjson(t, part)
	}
	return out
}

// Law 4: an instance that is stopped and started goes on from its snapshots, and without them a replay of the log fills
// empty tables with the same rows.
func TestRestartAndReplayGiveTheSameTables(t *testing.T) {
	dir, half := t.TempDir(), halves(t)
	const restored = `msg=restored stage=(members|communities) partition=\d offset=[1-9]`
	load := func(in *instance, file string) {
		in.importFile(ImportOptions{Files: []string{file}, Community: "demo", Clock: "data"})
		in.wait()
	}
	in, log := startLogged(t, dir)
	load(in, half[0])
	before := in.fingerprints("demo")
	if err := in.stop(); err != nil {
		t.Fatal(err)
	}
	if n := log.matches(restored); n != 0 {
		t.Errorf("%d partitions restored on a new folder, want none", n)
	}

	in, log = startLogged(t, dir)
	in.wait()
	if n := log.matches(restored); n < 5 { // four partitions of members, and of communities the one that has the demo
		t.Errorf("%d partitions went on from a snapshot, want at least 5", n)
	}
	if diff := gocmp.Diff(before, in.fingerprints("demo")); diff != "" {
		t.Errorf("-before the stop +after the start:\n%s", diff)
	}
	load(in, half[1])
	in.verify("demo", "")
	whole := in.fingerprints("demo")
	for table := range whole {
		if err := in.db.Exec(t.Context(), "TRUNCATE TABLE rollcall."+table); err != nil {
			t.Fatal(err)
		}
	}
	if err := in.stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "snapshots")); err != nil {
		t.Fatal(err)
	}

	in, log = startLogged(t, dir)
	if n := log.matches(restored); n != 0 {
		t.Errorf("%d partitions restored without snapshots", n)
	}
	in.wait()
	if diff := gocmp.Diff(whole, in.fingerprints("demo")); diff != "" {
		t.Errorf("-live +replay:\n%s", diff)
	}
}

// Law 4: the tables do not depend on how many partitions the log has.
func TestPartitionsDoNotShow(t *testing.T) {
	var want map[string]string
	file := ndjson(t, demoLines(t))
	for _, n := range []int{1, 3} {
		in := start(t, t.TempDir(), func(o *UpOptions) { o.Partitions = n })
		in.importFile(ImportOptions{Files: []string{file}, Community: "demo", Clock: "data"})
		in.wait()
		got := in.fingerprints("demo")
		if want == nil {
			want = got
		} else if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("-1 partition +%d:\n%s", n, diff)
		}
		if err := in.stop(); err != nil {
			t.Fatal(err)
		}
	}
}
