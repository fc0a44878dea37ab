package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A disk that fills up in the middle of an import: the instance says so and waits, loses nothing that it acknowledged,
// and with more room ends with the tables of one that always had it. Both, the engine that fails first on small disks and
// the log, are met: ClickHouse at some MiB, the log at nothing.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	disk := filepath.Join(dir, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	mount := func(flags uintptr, size string) error {
		return syscall.Mount("tmpfs", disk, "tmpfs", flags, "size="+size)
	}
	if err := mount(0, "5m"); err != nil {
		if errors.Is(err, syscall.EPERM) {
			t.Skipf("a full disk needs a disk of its own, and mounting one needs root: %v", err)
		}
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	file := filepath.Join(dir, "lab.ndjson")
	if out, err := command(t.Context(), "simulate", "--community", "lab", "--members", "500", "--days", "30", "--from", "2026-01-01",
		"--rate", "2", "--actions", "60000", "--out", file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	roomy := up(t, filepath.Join(dir, "roomy"), "127.0.0.1:0")
	roomy.rollcall("import", file, "--community", "lab", "--clock", "data")
	want := roomy.fingerprints("lab")
	roomy.kill()

	p := up(t, filepath.Join(disk, "data"), "127.0.0.1:0")
	p.rollcall("community", "set", "lab", "--clock", "data")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	importing := command(ctx, "import", file, "--community", "lab", "--data", p.dir)
	said := new(syncBuffer)
	importing.Stdout, importing.Stderr = said, said
	if err := importing.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool { return p.full(t) })
	status := p.rollcall("status")
	if !strings.Contains(status, "not ready: ") || !strings.Contains(status, "is full") || !strings.Contains(status, "make room") {
		t.Errorf("status does not say that the disk is full:\n%s", status)
	}
	if code, text := p.get(t, "/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(text, "make room") {
		t.Errorf("readyz: %d %s", code, text)
	}
	if code, _ := p.get(t, "/healthz"); code != http.StatusOK {
		t.Errorf("healthz: %d, and a supervisor would kill what only waits", code)
	}
	p.quiet(t)

	if err := mount(syscall.MS_REMOUNT, "400m"); err != nil {
		t.Fatal(err)
	}
	if err := importing.Wait(); err != nil {
		t.Errorf("with room again the import did not go on: %v\n%s", err, said)
	}
	if diff := cmp.Diff(want, p.fingerprints("lab")); diff != "" {
		t.Errorf("-always room +full for a while:\n%s", diff)
	}
	p.rollcall("import", file, "--community", "lab")
	if diff := cmp.Diff(want, p.fingerprints("lab")); diff != "" {
		t.Errorf("-always room +imported again:\n%s", diff)
	}
	await(t, func() bool { code, _ := p.get(t, "/readyz"); return code == http.StatusOK })
}

// full reports whether nothing is left on the disk of the log.
func (p *process) full(t *testing.T) bool {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(p.dir, &s); err != nil {
		t.Fatal(err)
	}
	code, _ := p.get(t, "/readyz")
	return s.Bavail*uint64(s.Bsize) < 1<<20 && code == http.StatusServiceUnavailable
}

// quiet waits until the instance has calmed down: it tries again less and less often, and does not spin or talk over
// nothing that it can do.
func (p *process) quiet(t *testing.T) {
	t.Helper()
	const watched = 2 * time.Second
	for range 10 {
		used, lines := cpuTime(t, p.cmd.Process.Pid), strings.Count(p.log.String(), "\n")
		<-time.After(watched)
		used, lines = cpuTime(t, p.cmd.Process.Pid)-used, strings.Count(p.log.String(), "\n")-lines
		if used < watched/2 && lines < 10 {
			return
		}
		t.Logf("it used %s of processor and logged %d lines in %s of waiting", used, lines, watched)
	}
	t.Errorf("it does not calm down on a full disk:\n%s", p.log)
}

// cpuTime is what a process has used of a processor, user and system (proc(5), stat, in ticks of 10 ms).
func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

func (p *process) get(t *testing.T, path string) (status int, text string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.run().HTTP+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Close = true // no connection outlives the test
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}
