package broker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

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

// Start starts Apache Kafka by the script where it can run, else kfake. dir is the broker's own.
func Start(ctx context.Context, script, dir string) (*Broker, error) {
	if script == "" {
		return StartKfake(ctx, dir)
	}
	for _, needed := range []string{"java", "mvn", script} {
		if _, err := exec.LookPath(needed); err != nil {
			return nil, fmt.Errorf("starting Apache Kafka (give -broker kfake to do without): %w", err)
		}
	}
	return startKafka(ctx, script, dir)
}

// startKafka runs the script, which prints the broker's process id once it serves: SCRIPT DIR PORT CONTROLLER-PORT.
func startKafka(ctx context.Context, script, dir string) (*Broker, error) {
	ports, err := freePorts(2)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, script, dir, strconv.Itoa(ports[0]), strconv.Itoa(ports[1]))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("starting Apache Kafka with %s: %w", script, err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		return nil, fmt.Errorf("%s printed no process id: %w", script, err)
	}
	return &Broker{Addr: fmt.Sprintf("127.0.0.1:%d", ports[0]), Name: "Apache Kafka, one node", PID: pid,
		stop: func() error { return end(pid) }}, nil
}

// end asks a process that is not our child to stop, waits, and kills it in the end.
func end(pid int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	_ = p.Signal(syscall.SIGTERM)
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(50 * time.Millisecond) {
		if p.Signal(syscall.Signal(0)) != nil {
			return nil
		}
		if state, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat")); err == nil && strings.Contains(string(state), ") Z ") {
			return nil
		}
	}
	return p.Kill()
}

func freePorts(n int) (ports []int, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// KfakeChild is the argument by which this program runs as the broker.
const KfakeChild = "kfake"

// StartKfake starts this program as a kfake broker.
func StartKfake(ctx context.Context, dir string) (*Broker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, KfakeChild, dir) // ends with its standard input, also when this process is killed
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
