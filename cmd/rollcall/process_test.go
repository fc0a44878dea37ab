package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
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

// program is what a test starts: what make built, if that is named, since the race detector would make it like no machine
// there is; else itself, as rollcall.
var program = cmp.Or(os.Getenv("ROLLCALL_PROGRAM"), os.Args[0])

func command(ctx context.Context, args ...string) *exec.Cmd { return commandOf(ctx, program, args...) }

func commandOf(ctx context.Context, program string, args ...string) *exec.Cmd {
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
	return launch(t, program, dir, listen, args...).ready(t)
}

// upRaced is up of the test itself, which has the race detector where the test has it.
func upRaced(t *testing.T, dir, listen string, args ...string) *process {
	t.Helper()
	p := launch(t, os.Args[0], dir, listen, args...)
	t.Cleanup(p.noRace)
	return p.ready(t)
}

// noRace fails the test if the race detector has found something in the process.
func (p *process) noRace() {
	p.kill()
	if log := p.log.String(); strings.Contains(log, "DATA RACE") {
		p.t.Errorf("the race detector found something in a process:\n%s", log)
	}
}

func (p *process) ready(t *testing.T) *process {
	t.Helper()
	await(t, func() bool {
		select {
		case <-p.done:
			t.Fatalf("up ended: %v\n%s", p.cmd.ProcessState, p.log)
		default:
		}
		_, err := os.Stat(filepath.Join(p.dir, "run.json"))
		return err == nil
	})
	return p
}

// launch starts an instance and does not wait.
func launch(t *testing.T, program, dir, listen string, args ...string) *process {
	t.Helper()
	p := &process{t: t, dir: dir, args: args, log: new(syncBuffer), done: make(chan struct{})}
	_ = os.Remove(filepath.Join(dir, "run.json")) // a kill leaves it behind
	p.cmd = commandOf(context.Background(), program, append([]string{"up", "--data", dir, "--listen", listen}, args...)...)
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

// patience is how long a test waits for what comes within seconds where nothing else is running.
const patience = 3 * time.Minute

func await(t *testing.T, ok func() bool) {
	t.Helper()
	deadline, tick := time.After(patience), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("waited %s in vain", patience)
		case <-tick.C:
		}
	}
}

// freePort returns an address for an instance that comes and goes: below those that the system deals out by itself, so
// that nobody gets it meanwhile.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(10_000)))
		if err == nil {
			_ = l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("100 ports and none is free")
	return ""
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
