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
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

// crashDirEnv names the folder that this test binary, started again by TestKill, serves until it is killed.
const crashDirEnv = "ROLLCALL_TEST_BROKER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDirEnv); dir != "" {
		serveUntilKilled(dir)
	}
	goleak.VerifyTestMain(m)
}

func serveUntilKilled(dir string) {
	b, err := Start(Options{Dir: dir, Listen: "127.0.0.1:0"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(b.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent, should it die first
	os.Exit(1)
}

func TestGoesOnAfterClose(t *testing.T) {
	dir := t.TempDir()
	b := start(t, dir, "127.0.0.1:0")
	addr := b.Addr()
	c := client(t, addr, 10*time.Second)
	createTopic(t, c)
	want := map[int32][]string{}
	for round := range 3 {
		for p := range int32(partitions) {
			v := value(p, round)
			if err := produce(t.Context(), c, p, []byte(v)); err != nil {
				t.Fatal(err)
			}
			want[p] = append(want[p], v)
		}
		commit(t, c, int64(round+7))
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		b = start(t, dir, addr) // the port that was asked for
		if b.Addr() != addr {
			t.Fatalf("listening on %s, want %s", b.Addr(), addr)
		}
		if diff := cmp.Diff(want, readAll(t, addr)); diff != "" {
			t.Fatalf("after restart %d (-want +got):\n%s", round+1, diff)
		}
		if got := committed(t, c); got != int64(round+7) {
			t.Fatalf("the group's offset after a restart is %d, want %d", got, round+7)
		}
	}
}

// TestKill kills the broker's process in the middle of writes, over and over: what was acknowledged must be there,
// in order, and at most what was on its way besides.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	acked := map[int32]int{}
	for round := range 4 {
		addr, kill := startProcess(t, dir)
		c := client(t, addr, 20*time.Second)
		if round == 0 {
			createTopic(t, c)
		} else if got := committed(t, c); got != int64(round-1) {
			t.Fatalf("the group's offset after kill %d is %d, want %d", round, got, round-1)
		}
		commit(t, c, int64(round))
		ctx, stop := context.WithCancel(t.Context())
		enough := make(chan struct{})
		go func() { <-enough; kill(); stop() }()
		for i := 0; ; i++ {
			if i == 30+20*round {
				close(enough)
			}
			p := int32(i % partitions)
			if err := produce(ctx, c, p, []byte(value(p, acked[p])+strings.Repeat("x", i%5000))); err != nil {
				if i < 30+20*round {
					t.Fatalf("write %d, before the kill: %v", i, err)
				}
				break
			}
			acked[p]++
		}
		<-ctx.Done()
		c.Close()
	}
	b := start(t, dir, "127.0.0.1:0")
	total := 0
	for p, values := range readAll(t, b.Addr()) {
		next := 0
		for _, v := range values {
			// One value may be there twice: it was written, and the kill came before the answer.
			switch n := number(t, v); {
			case n == next:
				next++
			case n != next-1:
				t.Fatalf("partition %d: value %d after %d", p, n, next-1)
			}
		}
		if next < acked[p] {
			t.Errorf("partition %d: %d values are there, %d were acknowledged", p, next, acked[p])
		}
		total += acked[p]
	}
	if total < 50 {
		t.Fatalf("only %d records were acknowledged: the test saw nothing", total)
	}
	c := client(t, b.Addr(), time.Second)
	if err := produce(t.Context(), c, 0, []byte("on")); err != nil {
		t.Fatalf("writing after the kills: %v", err)
	}
}

func number(t *testing.T, v string) int {
	t.Helper()
	_, after, _ := strings.Cut(strings.TrimRight(v, "x"), "/")
	n, err := strconv.Atoi(after)
	if err != nil {
		t.Fatalf("a foreign value %.40q", v)
	}
	return n
}

// startProcess serves dir in a process of its own and returns its address and what kills it and waits for its end.
func startProcess(t *testing.T, dir string) (addr string, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashDirEnv+"="+dir)
	cmd.Stderr = t.Output()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	dead := make(chan struct{})
	kill = func() {
		_ = cmd.Process.Kill() // it may be dead already
		<-dead
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	go func() {
		_ = cmd.Wait() // the kill is its only end
		close(dead)
	}()
	t.Cleanup(func() { kill(); _ = stdin.Close() })
	if err != nil {
		t.Fatalf("the broker's process did not start: %v", err)
	}
	return strings.TrimSpace(line), kill
}

func TestRefusesForeignAddress(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:9092", "[::]:0", "example.com:9092"} {
		if _, err := Start(Options{Dir: t.TempDir(), Listen: addr}); !errors.Is(err, ErrAddress) {
			t.Errorf("Start on %q: %v, want ErrAddress", addr, err)
		}
	}
	if _, err := Start(Options{Dir: t.TempDir(), Listen: "nonsense"}); err == nil {
		t.Error("Start on nonsense did not fail")
	}
}

func TestStartFailsOnTakenPort(t *testing.T) {
	b := start(t, t.TempDir(), "127.0.0.1:0")
	if _, err := Start(Options{Dir: t.TempDir(), Listen: b.Addr()}); err == nil {
		t.Fatal("two brokers on one port")
	}
}

// TestForeignBytes sends what is no Kafka request; the connection must end and the broker stay.
func TestForeignBytes(t *testing.T) {
	b := start(t, t.TempDir(), "127.0.0.1:0")
	for _, sent := range []string{
		"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"\x00\x00\x00\x10\x03\xe7\x00\x00\x00\x00\x00\x01\xff\xff\x00\x00\x00\x00\x00\x00", // kind 999
		"\x00\x00\x00\x10\x00\x03\x7f\xff\x00\x00\x00\x01\xff\xff\x00\x00\x00\x00\x00\x00", // version 32767
		"\x00\x00\x00\x10\xff\xff\x00\x00\x00\x00\x00\x01\xff\xff\x00\x00\x00\x00\x00\x00", // kind -1
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00",
	} {
		conn, err := net.Dial("tcp", b.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte(sent)); err != nil {
			t.Fatal(err)
		}
		if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if answer, err := io.ReadAll(conn); len(answer) > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("after %.20q: %q, %v; want the end of the connection", sent, answer, err)
		}
		_ = conn.Close()
	}
	createTopic(t, client(t, b.Addr(), time.Second))
}
