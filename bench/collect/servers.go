package collect

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/rollcall-dev/rollcall/ingest"
	"github.com/rollcall-dev/rollcall/ingest/registry"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Token is our collector's write key.
const Token = "bench"

// OursChild is the argument by which the program runs as our collector.
const OursChild = "collector"

// Server is a collector in a process of its own.
type Server struct {
	Name  string
	URL   string
	Topic string // where its records go
	PID   int
	Close func() error
}

// ServeOurs is the child of StartOurs: our collector over a producer, as `rollcall` has it.
func ServeOurs(addr string) error {
	p, err := kafka.NewProducer(kafka.Config{Brokers: []string{addr}, ClientID: "bench"}, kafka.ProducerOptions{})
	if err != nil {
		return err
	}
	names := registry.New(registry.Options{Create: true})
	names.SetAdmin(Token)
	c, err := ingest.New(ingest.Options{Log: p, Registry: names, Busy: kafka.ErrBusy})
	if err != nil {
		return err
	}
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	h := &http.Server{Handler: c, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- h.Serve(ln) }()
	if _, err := fmt.Fprintln(os.NewFile(1, "stdout"), ln.Addr()); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	err = errors.Join(h.Shutdown(ctx), c.Close(ctx), p.Close())
	if stopped := <-served; !errors.Is(stopped, http.ErrServerClosed) {
		err = errors.Join(err, stopped)
	}
	return err
}

// StartOurs starts our collector.
func StartOurs(broker string) (*Server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), self, OursChild, broker)
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
		return nil, fmt.Errorf("starting our collector: %w", err)
	}
	stop := func() error { return errors.Join(in.Close(), cmd.Wait()) }
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting our collector: %w", err), stop())
	}
	return &Server{Name: "ours-collector", URL: "http://" + strings.TrimSpace(line) + "/v1/actions", Topic: schemas.TopicActions,
		PID: cmd.Process.Pid, Close: stop}, nil
}

// benthosConfig takes lines of JSON and answers when Kafka has them. It checks nothing but that community and member are
// there for the key. As many writes are under way as there are clients.
const benthosConfig = `
http: {enabled: false}
logger: {level: ERROR}
input:
  http_server: {address: %q, path: /post, allowed_verbs: [POST], timeout: 30s}
  processors:
    - unarchive: {format: lines}
output:
  kafka_franz:
    seed_brokers: [%q]
    topic: %q
    key: '${! json("community") }|${! json("member") }'
    partitioner: murmur2_hash
    compression: none
    max_in_flight: %d
`

// StartBenthos starts the program with a pipeline that does what our collector does, less its checks.
func StartBenthos(ctx context.Context, program, dir, broker, topic string) (*Server, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "benthos.yaml")
	if err := os.WriteFile(path, fmt.Appendf(nil, benthosConfig, addr, broker, topic, 4*Clients), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, "-c", path)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting Benthos: %w", err)
	}
	s := &Server{Name: "benthos", URL: "http://" + addr + "/post", Topic: topic, PID: cmd.Process.Pid, Close: func() error {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // it says that it was interrupted
		return nil
	}}
	for range 200 {
		var d net.Dialer
		if conn, err := d.DialContext(ctx, "tcp", addr); err == nil {
			_ = conn.Close()
			return s, nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil, errors.Join(errors.New("Benthos does not listen after 10 s"), s.Close())
}
