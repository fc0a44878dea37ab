//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A line of a gigabyte is one rejected line, whose beginning is kept, and takes no memory.
func TestHugeLine(t *testing.T) {
	t.Parallel()
	p := up(t, t.TempDir(), "127.0.0.1:0")
	c := command(t.Context(), "import", "-", "--format", "ndjson", "--community", "lab", "--data", p.dir, "--output", "json")
	line := func(member string) io.Reader {
		return strings.NewReader(`{"member":"` + member + `","kind":"post","time":"2026-01-01T00:00:00Z"}` + "\n")
	}
	// The process's own peak, asked for while it waits for the end of its input: the resource usage of a child that has
	// ended counts what its parent, this test, held when it was started.
	peak := 0
	last := readerFunc(func([]byte) (int, error) {
		peak = peakMemory(t, c.Process.Pid)
		return 0, io.EOF
	})
	c.Stdin = io.MultiReader(line("before"), strings.NewReader(`{"member":"`), io.LimitReader(endless(bytes.Repeat([]byte("x"), 1<<20)), 1<<30), strings.NewReader("\"}\n"), line("after"), last)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var sum struct{ Lines, Sent, Rejected int }
	readJSON(t, string(out), &sum)
	if sum.Lines != 3 || sum.Sent != 2 || sum.Rejected != 1 {
		t.Errorf("%+v", sum)
	}
	if peak == 0 || peak > 512<<10 {
		t.Errorf("peak memory was %d KiB", peak)
	}
	if got := p.count(t, "rejected", "source = 'file:stdin:2' AND reason = 'too_large' AND length(payload) < 100000"); got != 1 {
		t.Errorf("%d rows in rejected, want 1", got)
	}
	if got := p.count(t, "actions", "member IN ('before', 'after')"); got != 2 {
		t.Errorf("%d actions, want those before and after", got)
	}
}

// peakMemory returns the most memory that a running process has held, in KiB.
func peakMemory(t *testing.T, pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Error(err)
	}
	kib := 0
	for line := range strings.Lines(string(status)) {
		if n, err := fmt.Sscanf(line, "VmHWM: %d kB", &kib); n == 1 && err == nil {
			break
		}
	}
	return kib
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// endless is a reader of the same bytes again and again.
type endless []byte

func (e endless) Read(p []byte) (int, error) { return copy(p, e), nil }

// A live simulation sends in real time until Ctrl-C, which is how it ends well.
func TestLiveSimulation(t *testing.T) {
	t.Parallel()
	p := upRaced(t, t.TempDir(), "127.0.0.1:0")
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
