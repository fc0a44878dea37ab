//go:build linux

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A line of a gigabyte is one rejected line, whose beginning is kept, and takes no memory.
func TestHugeLine(t *testing.T) {
	p := up(t, t.TempDir(), "127.0.0.1:0")
	c := command(t.Context(), "import", "-", "--format", "ndjson", "--community", "lab", "--data", p.dir, "--output", "json")
	line := func(member string) io.Reader {
		return strings.NewReader(`{"member":"` + member + `","kind":"post","time":"2026-01-01T00:00:00Z"}` + "\n")
	}
	c.Stdin = io.MultiReader(line("before"), strings.NewReader(`{"member":"`), io.LimitReader(endless(bytes.Repeat([]byte("x"), 1<<20)), 1<<30), strings.NewReader("\"}\n"), line("after"))
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var sum struct{ Lines, Sent, Rejected int }
	readJSON(t, string(out), &sum)
	if sum.Lines != 3 || sum.Sent != 2 || sum.Rejected != 1 {
		t.Errorf("%+v", sum)
	}
	if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); !ok || usage.Maxrss > 512<<10 {
		t.Errorf("peak memory was %d KiB", usage.Maxrss)
	}
	if got := p.count(t, "rejected", "source = 'file:stdin:2' AND reason = 'too_large' AND length(payload) < 100000"); got != 1 {
		t.Errorf("%d rows in rejected, want 1", got)
	}
	if got := p.count(t, "actions", "member IN ('before', 'after')"); got != 2 {
		t.Errorf("%d actions, want those before and after", got)
	}
}

// endless is a reader of the same bytes again and again.
type endless []byte

func (e endless) Read(p []byte) (int, error) { return copy(p, e), nil }

// A live simulation sends in real time until Ctrl-C, which is how it ends well.
func TestLiveSimulation(t *testing.T) {
	p := up(t, t.TempDir(), "127.0.0.1:0")
	truth := filepath.Join(t.TempDir(), "truth.json")
	c := command(t.Context(), "simulate", "--live", "--days", "0", "--rate", "20", "--members", "30", "--community", "live", "--truth", truth, "--data", p.dir, "--output", "json")
	var out, log bytes.Buffer
	c.Stdout, c.Stderr = &out, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return p.count(t, "actions", "community = 'live'") > 0 })
	some := p.count(t, "actions", "community = 'live'")
	await(t, func() bool { return p.count(t, "actions", "community = 'live'") > some })
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Fatalf("%v: %s", err, log.String())
	}
	var sum struct{ Actions int }
	readJSON(t, out.String(), &sum)
	if sum.Actions == 0 {
		t.Errorf("it says that it sent nothing: %s", out.String())
	}
	if _, err := os.Stat(truth); err != nil {
		t.Error(err)
	}
	if got := p.count(t, "actions", "time > received + INTERVAL 1 SECOND OR received > time + INTERVAL 30 SECOND"); got != 0 {
		t.Errorf("%d actions were not sent at their time", got)
	}
}
