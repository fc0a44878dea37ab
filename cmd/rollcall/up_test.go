package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What `rollcall up` leaves in its folder, refuses, and does at Ctrl-C.
func TestUp(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	p := upRaced(t, dir, "127.0.0.1:0")
	info, err := os.Stat(filepath.Join(dir, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("run.json has mode %o, want 600", got)
	}
	run := p.run()
	if run.PID != p.cmd.Process.Pid || !strings.HasPrefix(run.Token, "rka_") {
		t.Errorf("run.json: %+v", run)
	}
	for _, addr := range []string{run.HTTP, run.Kafka, run.ClickHouse} {
		if !strings.HasPrefix(addr, "127.0.0.1:") || strings.HasSuffix(addr, ":0") {
			t.Errorf("run.json has the address %q", addr)
		}
	}
	await(t, func() bool { return strings.Contains(p.log.String(), "Ctrl-C stops it") })
	for _, part := range []string{"http://" + run.HTTP + "/", "Write key", "rk_"} {
		if !strings.Contains(p.log.String(), part) {
			t.Errorf("up does not print %q:\n%s", part, p.log)
		}
	}

	refuses(t, 1, "another rollcall uses "+dir, "up", "--data", dir, "--listen", "127.0.0.1:0")
	refuses(t, 1, "choose another with --listen", "up", "--data", t.TempDir(), "--listen", run.HTTP)
	refuses(t, 1, "loopback", "up", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--kafka-listen", "0.0.0.0:0")
	refuses(t, 1, "listens on this machine only", "up", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--clickhouse-listen", "0.0.0.0:0")

	file := filepath.Join(t.TempDir(), "a.ndjson")
	write(t, file, `{"member":"ann","kind":"post","time":"2026-01-01T00:00:00Z"}`+"\n")
	p.rollcall("import", file, "--community", "lab", "--clock", "data")
	want := p.fingerprints("lab")
	if status := p.interrupt(); status != 0 {
		t.Errorf("Ctrl-C ended it with status %d:\n%s", status, p.log)
	}
	if _, err := os.Stat(filepath.Join(dir, "run.json")); !os.IsNotExist(err) {
		t.Errorf("run.json is still there after a clean stop: %v", err)
	}
	refuses(t, 1, "no running instance in "+dir, "status", "--data", dir)

	p = upRaced(t, dir, "127.0.0.1:0")
	if diff := cmp.Diff(want, p.fingerprints("lab")); diff != "" {
		t.Errorf("the same folder does not go on: -before +after\n%s", diff)
	}
	p.kill()
	refuses(t, 1, "is `rollcall up` still running", "status", "--data", dir) // a kill leaves run.json behind
}

func TestLibraryMissing(t *testing.T) {
	t.Parallel()
	c := command(t.Context(), "up", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	c.Env = append(c.Env, "ROLLCALL_CHDB="+filepath.Join(t.TempDir(), "nowhere"))
	out, _ := c.CombinedOutput()
	if c.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "run `rollcall doctor --fix`") {
		t.Errorf("status %d: %s", c.ProcessState.ExitCode(), out)
	}
	c = command(t.Context(), "doctor", "--data", t.TempDir(), "--output", "json")
	c.Env = append(c.Env, "ROLLCALL_CHDB="+filepath.Join(t.TempDir(), "nowhere"))
	out, _ = c.Output()
	if c.ProcessState.ExitCode() != 1 || !json.Valid(out) || !strings.Contains(string(out), `"ok":false`) {
		t.Errorf("doctor: status %d: %s", c.ProcessState.ExitCode(), out)
	}
}

// refuses runs a command that must end with the status and say what.
func refuses(t *testing.T, status int, what string, args ...string) {
	t.Helper()
	c := command(t.Context(), args...)
	out, _ := c.CombinedOutput()
	if c.ProcessState.ExitCode() != status || !strings.Contains(string(out), what) {
		t.Errorf("rollcall %s: status %d, want %d and %q in:\n%s", strings.Join(args, " "), c.ProcessState.ExitCode(), status, what, out)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
