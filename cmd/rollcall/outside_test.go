package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/internal/embedded/broker"
	"github.com/rollcall-dev/rollcall/internal/embedded/chdb"
)

const splitToken = "an administrator's token"

// outside is a Kafka and a ClickHouse that no process of Rollcall has started.
type outside struct {
	t          *testing.T
	program    string // that nodes are of, if not program
	kafka      string // comma-separated
	clickhouse string
	snapshots  string
	env        []string // of every command
}

// beside runs both in the test, or takes the Kafka of ROLLCALL_TEST_KAFKA.
func beside(t *testing.T) *outside {
	t.Helper()
	return besideKafka(t, os.Getenv("ROLLCALL_TEST_KAFKA"))
}

// besideKafka takes a Kafka that is there, or runs one.
func besideKafka(t *testing.T, kafka string, env ...string) *outside {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	o := &outside{t: t, kafka: kafka, snapshots: "file://" + filepath.ToSlash(t.TempDir()), env: append(env, "ROLLCALL_TOKEN="+splitToken)}
	if o.kafka == "" {
		b, err := broker.Start(broker.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Logger: quiet})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = b.Close() })
		o.kafka = b.Addr()
	}
	o.clickhouse = "http://" + startClickHouse(t)
	return o
}

// startClickHouse runs one in a process of its own and returns its address.
func startClickHouse(t *testing.T) string {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(plainEnv(), "ROLLCALL_BE_CLICKHOUSE="+t.TempDir())
	c.Stderr = new(syncBuffer)
	stdin, err1 := c.StdinPipe()
	stdout, err2 := c.StdoutPipe()
	if err := errors.Join(err1, err2, c.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close() // which ends it
		if err := c.Wait(); err != nil {
			t.Errorf("ClickHouse: %v\n%s", err, c.Stderr)
		}
	})
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("ClickHouse did not start: %v\n%s", err, c.Stderr)
	}
	return strings.TrimSpace(addr)
}

// beClickHouse is that process, until its input ends.
func beClickHouse(dir string) int {
	ctx := context.Background()
	c, err := chdb.Start(ctx, chdb.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		fmt.Println(c.Addr())
		_, err = io.Copy(io.Discard, os.Stdin)
		err = errors.Join(err, c.Close(ctx))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// ask runs SQL on the ClickHouse and returns tab-separated lines.
func (o *outside) ask(sql string) string {
	o.t.Helper()
	out, err := o.try(sql)
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

func (o *outside) try(sql string) (string, error) {
	res, err := http.Post(o.clickhouse+"/?default_format=TSV", "text/plain", strings.NewReader(sql))
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 {
		return "", fmt.Errorf("%s: %w %s", sql, err, b)
	}
	return string(b), nil
}

// node is a part of Rollcall as a process of its own.
type node struct {
	*process
	o   *outside
	url string
}

// begin starts a part and does not wait until it is ready.
func (o *outside) begin(args ...string) *node {
	o.t.Helper()
	args = append(args, "--kafka", o.kafka, "--listen", "127.0.0.1:0", "--output", "json")
	if args[0] == "process" {
		args = append(args, "--clickhouse", o.clickhouse, "--snapshots", o.snapshots)
	}
	return o.run(args, o.env)
}

// run starts a part with these arguments and variables, and nothing else of this test.
func (o *outside) run(args, env []string) *node {
	o.t.Helper()
	n := &node{o: o, process: &process{t: o.t, log: new(syncBuffer), done: make(chan struct{})}}
	n.cmd = commandOf(context.Background(), cmp.Or(o.program, program), args...)
	n.cmd.Env = append(n.cmd.Env, env...)
	n.cmd.Stderr, n.cmd.Stdout = n.log, n.log
	if err := n.cmd.Start(); err != nil {
		o.t.Fatal(err)
	}
	go func() {
		_ = n.cmd.Wait()
		close(n.done)
	}()
	o.t.Cleanup(n.noRace)
	return n
}

// ready waits until the part has said where it serves.
func (n *node) ready() *node {
	n.t.Helper()
	await(n.t, func() bool {
		select {
		case <-n.done:
			n.t.Fatalf("it ended: %v\n%s", n.cmd.ProcessState, n.log)
		default:
		}
		for line := range strings.Lines(n.log.String()) {
			var said struct{ HTTP, Token string }
			if strings.HasPrefix(line, "{") && json.Unmarshal([]byte(line), &said) == nil && said.HTTP != "" {
				if said.Token != "" {
					n.t.Fatal("it prints a token that was given to it")
				}
				n.url = "http://" + said.HTTP
				return true
			}
		}
		return false
	})
	return n
}

func (n *node) signal(s os.Signal) {
	n.t.Helper()
	if err := n.cmd.Process.Signal(s); err != nil {
		n.t.Fatal(err)
	}
}

// asks runs a command against the part.
func (n *node) asks(args ...string) string {
	n.t.Helper()
	out, err := n.tries(args...)
	if err != nil {
		n.t.Fatalf("rollcall %s: %v\n%s\n%s", strings.Join(args, " "), err, out, n.log)
	}
	return out
}

func (n *node) tries(args ...string) (string, error) {
	return n.o.rollcall(append(args, "--server", n.url, "--key", splitToken)...)
}

// rollcall runs a command with the settings of this test.
func (o *outside) rollcall(args ...string) (string, error) {
	c := command(o.t.Context(), args...)
	c.Env = append(c.Env, o.env...)
	out, err := c.CombinedOutput()
	return string(out), err
}
