package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// process is a `rollcall up` of its own.
type process struct {
	t    *testing.T
	dir  string
	args []string // it was started with, besides
	cmd  *exec.Cmd
	log  *syncBuffer   // what it prints
	done chan struct{} // closed when it has ended
}

// program is what a test starts: itself, as rollcall.
var program = os.Args[0]

func command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, program, args...)
	c.Env = append(plainEnv(), "ROLLCALL_BE_MAIN=1")
	return c
}

// noRaceSleep keeps the race detector from sleeping a second at the end of every process.
const noRaceSleep = "GORACE=atexit_sleep_ms=0"

// plainEnv is the environment without anyone's settings of rollcall, but with the engine's library.
func plainEnv() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "ROLLCALL_") && !strings.HasPrefix(v, "ROLLCALL_CHDB=")
	})
	return append(env, noRaceSleep)
}

// up starts an instance on dir and waits until it is ready.
func up(t *testing.T, dir, listen string, args ...string) *process {
	t.Helper()
	p := launch(t, dir, listen, args...)
	await(t, func() bool {
		select {
		case <-p.done:
			t.Fatalf("up ended: %v\n%s", p.cmd.ProcessState, p.log)
		default:
		}
		_, err := os.Stat(filepath.Join(dir, "run.json"))
		return err == nil
	})
	return p
}

// launch starts an instance and does not wait.
func launch(t *testing.T, dir, listen string, args ...string) *process {
	t.Helper()
	p := &process{t: t, dir: dir, args: args, log: new(syncBuffer), done: make(chan struct{})}
	_ = os.Remove(filepath.Join(dir, "run.json")) // a kill leaves it behind
	p.cmd = command(context.Background(), append([]string{"up", "--data", dir, "--listen", listen}, args...)...)
	p.cmd.Stderr, p.cmd.Stdout = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() { p.kill() })
	return p
}

// syncBuffer is read while a process still writes to it.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// interrupt is Ctrl-C; it returns the exit status.
func (p *process) interrupt() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	<-p.done
	return p.cmd.ProcessState.ExitCode()
}

// runFile is run.json as the contract has it.
type runFile struct {
	PID                            int
	HTTP, Kafka, ClickHouse, Token string
}

func (p *process) run() (r runFile) {
	p.t.Helper()
	b, err := os.ReadFile(filepath.Join(p.dir, "run.json"))
	if err != nil {
		p.t.Fatal(err)
	}
	readJSON(p.t, string(b), &r)
	return r
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // an error says that it has ended already
	<-p.done
}

// rollcall runs a command on the instance's folder and returns what it prints.
func (p *process) rollcall(args ...string) string {
	p.t.Helper()
	out, err := p.try(args...)
	if err != nil {
		p.t.Fatalf("rollcall %s: %v\n%s\n%s", strings.Join(args, " "), err, out, p.log)
	}
	return out
}

func (p *process) try(args ...string) (string, error) {
	c := command(p.t.Context(), append(args, "--data", p.dir)...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	return string(out) + stderr.String(), err
}

func await(t *testing.T, ok func() bool) {
	t.Helper()
	deadline, tick := time.After(time.Minute), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatal("waited a minute in vain")
		case <-tick.C:
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// fingerprints are the tables without what depends on when, or from which file, they were written.
func (p *process) fingerprints(community string) map[string]string {
	p.t.Helper()
	p.rollcall("status", "--wait")
	tables := strings.Fields(p.rollcall("query", "--format", "TSV",
		"SELECT table FROM system.columns WHERE database = 'rollcall' AND name = 'community'"))
	if len(tables) < 5 {
		p.t.Fatalf("no tables: %q", tables)
	}
	var parts []string
	for _, table := range tables {
		except := "source, received, version, is_deleted"
		if table == "communities" {
			except += ", late" // counts repeats from beyond the horizon too, so it is of what was sent
		}
		parts = append(parts, "SELECT '"+table+"', count(), sum(cityHash64(toString(tuple(* EXCEPT ("+except+"))))) FROM "+table+
			" FINAL WHERE community = '"+community+"'")
	}
	out := map[string]string{}
	for line := range strings.Lines(p.rollcall("query", "--format", "TSV", strings.Join(parts, " UNION ALL "))) {
		table, hash, _ := strings.Cut(line, "\t")
		out[table] = hash
	}
	out["late"] = p.rollcall("query", "--format", "TSV", "SELECT countIf(late = 1) FROM actions FINAL WHERE community = '"+community+"'")
	return out
}

func readJSON(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}
