package broker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rollcall-dev/rollcall/internal/embedded/broker"
)

// Broker is a running one.
type Broker struct {
	Addr string
	Name string // for the report
	PID  int
	stop func() error
}

// Close ends it and waits until it is gone.
func (b *Broker) Close() error { return b.stop() }

// Start starts Apache Kafka by the script where it can run, else kfake, and says so. dir is the broker's own.
func Start(ctx context.Context, script, dir string) (*Broker, error) {
	if script == "" {
		return StartKfake(ctx, dir)
	}
	for _, needed := range []string{"java", "mvn", "openssl", script} {
		if _, err := exec.LookPath(needed); err != nil {
			fmt.Fprintf(os.Stderr, "no Apache Kafka, kfake instead: %v\n", err)
			return StartKfake(ctx, dir)
		}
	}
	return startKafka(ctx, script, dir)
}

// startKafka runs SCRIPT new DIR 1, which returns once the broker serves, and leaves DIR/brokers and DIR/1/pid.
func startKafka(ctx context.Context, script, dir string) (*Broker, error) {
	run := func(ctx context.Context, args ...string) error {
		cmd := exec.CommandContext(ctx, script, args...)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("running %s %s: %w", script, args[0], err)
		}
		return nil
	}
	stop := func() error { return run(context.WithoutCancel(ctx), "stop", dir) }
	if err := run(ctx, "new", dir, "1"); err != nil {
		return nil, errors.Join(err, stop())
	}
	addr, err1 := os.ReadFile(filepath.Join(dir, "brokers"))
	pid, err2 := os.ReadFile(filepath.Join(dir, "1", "pid"))
	number, err3 := strconv.Atoi(strings.TrimSpace(string(pid)))
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, errors.Join(fmt.Errorf("reading what %s left: %w", script, err), stop())
	}
	return &Broker{Addr: strings.TrimSpace(string(addr)), Name: "Apache Kafka, one node", PID: number, stop: stop}, nil
}

// KfakeChild is the argument by which this program runs as the broker.
const KfakeChild = "kfake"

// StartKfake starts this program as a kfake broker.
func StartKfake(ctx context.Context, dir string) (*Broker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), self, KfakeChild, dir) // ends with its standard input, also when this process is killed
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting kfake: %w", err)
	}
	stop := func() error { return errors.Join(in.Close(), cmd.Wait()) }
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || ctx.Err() != nil {
		return nil, errors.Join(fmt.Errorf("starting kfake: %w", err), ctx.Err(), stop())
	}
	return &Broker{Addr: strings.TrimSpace(line), Name: "kfake", PID: cmd.Process.Pid, stop: stop}, nil
}

// ServeKfake is the child of StartKfake.
func ServeKfake(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	b, err := broker.Start(broker.Options{Dir: dir, Listen: "127.0.0.1:0"})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(os.NewFile(1, "stdout"), b.Addr()); err != nil {
		return errors.Join(err, b.Close())
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return b.Close()
}
