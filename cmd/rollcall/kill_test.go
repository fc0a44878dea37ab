package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What befalls an instance.
const (
	killInImport  = "kill -9 during an import"
	killInFlush   = "kill -9 while the folds flush"
	killInStart   = "kill -9 before it is ready"
	stopInImport  = "SIGSTOP and SIGCONT during an import"
	stopForLong   = "SIGSTOP beyond the groups' sessions"
	termInImport  = "SIGTERM during an import"
	flushWithin   = 1200 * time.Millisecond // after an import: the folds deliver within a second
	beyondSession = 16 * time.Second        // a group's member counts as dead after 15 s
)

// blow is one of them, and when: a part of the time that it can fall into.
type blow struct {
	what     string
	at       float64
	survives bool // the importer, that goes on sending when the instance is back
}

// blows are so many kills and some stops, of every kind, in an order and at moments that the seed decides.
func blows(r *rand.Rand, kills int) []blow {
	list := []blow{{what: stopForLong}}
	for i := range kills {
		list = append(list, blow{what: []string{killInImport, killInImport, killInFlush, killInImport, killInStart}[i%5], survives: i%10 < 2})
		if i%10 == 0 {
			list = append(list, blow{what: stopInImport}, blow{what: termInImport})
		}
	}
	for i := range list {
		list[i].at = r.Float64()
	}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// storm is an instance that blows befall, on one folder and one port.
type storm struct {
	t                       *testing.T
	p                       *process // nil while it is gone
	dir, listen             string
	parts                   []string                 // of the file, in the order of time
	part                    int                      // the next to import
	importTakes, startTakes time.Duration            // into which the moments fall
	interrupted             int                      // imports that a blow ended
	live                    int                      // actions of the present that were sent to it while it was stopped
	took                    map[string]time.Duration // by what befell it
	count                   map[string]int
}

// Laws 1, 4 and 5 with real processes: an instance that is killed, stopped and ended again and again, in the middle of
// imports, while it flushes and while it starts, ends with the tables of one that was left alone.
func TestKilledImportsLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	kills := 20
	if v, err := strconv.Atoi(os.Getenv("ROLLCALL_KILLS")); err == nil {
		kills = v
	}
	seed := uint64(time.Now().UnixNano())
	if v, err := strconv.ParseUint(os.Getenv("ROLLCALL_SEED"), 10, 64); err == nil {
		seed = v
	}
	t.Logf("%d kills at moments of ROLLCALL_SEED=%d", kills, seed)
	dir := t.TempDir()
	file, parts := history(t, dir, kills)
	calm := up(t, filepath.Join(dir, "calm"), freePort(t))
	calm.rollcall("community", "set", "lab", "--clock", "data", "--time-zone", "Asia/Shanghai")
	calm.rollcall("import", file, "--community", "lab")
	want := calm.fingerprints("lab")
	calm.kill()

	s := &storm{t: t, dir: filepath.Join(dir, "stormy"), listen: freePort(t), parts: parts, took: map[string]time.Duration{}, count: map[string]int{}}
	began := time.Now()
	s.start()
	s.startTakes = time.Since(began)
	s.p.rollcall("community", "set", "lab", "--clock", "data", "--time-zone", "Asia/Shanghai")
	began = time.Now()
	s.finish(s.send())
	s.importTakes = time.Since(began)
	for _, b := range blows(rand.New(rand.NewPCG(seed, 0)), kills) {
		s.start()
		s.timed(b.what, func() { s.befall(b) })
	}
	for what, n := range s.count {
		t.Logf("%d × %s: %s each", n, what, (s.took[what] / time.Duration(n)).Round(time.Millisecond))
	}
	t.Logf("an import takes %s, %d were interrupted", s.importTakes.Round(time.Millisecond), s.interrupted)
	if s.interrupted < kills/5 {
		t.Errorf("only %d of %d kills met an import", s.interrupted, kills)
	}
	s.start()
	s.p.rollcall("import", file, "--community", "lab")
	if diff := cmp.Diff(want, s.p.fingerprints("lab")); diff != "" {
		t.Errorf("-left alone +after %d kills:\n%s", kills, diff)
	}
	s.p.rollcall("verify")
	got := s.p.rollcall("query", "--format", "TSV", "SELECT count(), countIf(late = 1) FROM actions FINAL WHERE community = 'live'")
	if want := fmt.Sprintf("%d\t0\n", s.live); got != want {
		t.Errorf("actions sent to a stopped process, and late ones of them: %q, want %q", got, want)
	}
}

// history makes a file of actions, and the same in parts that are imported one after the other.
func history(t *testing.T, dir string, kills int) (file string, parts []string) {
	t.Helper()
	const each = 10_000
	file = filepath.Join(dir, "lab.ndjson")
	if out, err := command(t.Context(), "simulate", "--community", "lab", "--members", "3000", "--days", "40", "--from", "2026-01-01",
		"--time-zone", "Asia/Shanghai", "--rate", "5", "--actions", strconv.Itoa(each*max(10, kills*6/10)), "--out", file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for chunk := range slices.Chunk(slices.Collect(strings.Lines(string(b))), each) {
		parts = append(parts, filepath.Join(dir, fmt.Sprintf("part-%03d.ndjson", n)))
		write(t, parts[n], strings.Join(chunk, ""))
		n++
	}
	return file, parts
}

// start brings the instance back where it is gone.
func (s *storm) start() {
	if s.p == nil {
		s.timed("start", func() { s.p = up(s.t, s.dir, s.listen) })
	}
}

func (s *storm) timed(what string, f func()) {
	began := time.Now()
	f()
	s.took[what] += time.Since(began)
	s.count[what]++
}

// importing is an import with the write key, which holds after a restart too.
func (s *storm) importing(community string, args ...string) *exec.Cmd {
	key, err := os.ReadFile(filepath.Join(s.dir, "write-key"))
	if err != nil {
		s.t.Fatal(err)
	}
	c := command(s.t.Context(), append([]string{"import", "--community", community, "--server", "http://" + s.listen, "--key", strings.TrimSpace(string(key))}, args...)...)
	c.Stdout = new(syncBuffer)
	c.Stderr = c.Stdout
	return c
}

// send starts an import of the next part.
func (s *storm) send() *exec.Cmd {
	c := s.importing("lab", s.parts[s.part%len(s.parts)])
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	return c
}

// finish waits for an import that must succeed; the next one sends the next part.
func (s *storm) finish(c *exec.Cmd) {
	s.t.Helper()
	if err := c.Wait(); err != nil {
		s.t.Fatalf("an import failed: %v\n%s\n%s", err, c.Stdout, s.p.log)
	}
	s.part++
}

// abandon ends an import; the next one sends the same part again, unless it was done.
func (s *storm) abandon(c *exec.Cmd) {
	_ = c.Process.Kill()
	if c.Wait() == nil { // the machine has become faster
		s.part++
		s.importTakes = s.importTakes * 3 / 4
	} else {
		s.interrupted++
	}
}

func after(d time.Duration, part float64) { <-time.After(time.Duration(float64(d) * part)) }

func (s *storm) kill() {
	s.p.kill()
	s.p = nil
}

func (s *storm) befall(b blow) {
	if b.what == killInStart {
		s.kill()
		s.p = launch(s.t, program, s.dir, s.listen)
		after(s.startTakes, b.at)
		s.kill()
		return
	}
	sending := s.send()
	if b.what == killInFlush {
		s.finish(sending)
		after(flushWithin, b.at)
		s.kill()
		return
	}
	after(s.importTakes, b.at)
	switch b.what {
	case killInImport:
		s.kill()
		if !b.survives {
			s.abandon(sending)
			return
		}
		s.start()
		s.finish(sending)
	case termInImport:
		if err := s.p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			s.t.Fatal(err)
		}
		<-s.p.done
		if status := s.p.cmd.ProcessState.ExitCode(); status != 0 {
			s.t.Errorf("SIGTERM ended it with status %d:\n%s", status, s.p.log)
		}
		s.p = nil
		s.abandon(sending)
	case stopInImport:
		s.stop(time.Second + time.Duration(b.at*float64(2*time.Second)))
		s.finish(sending)
	case stopForLong:
		s.stop(beyondSession)
		s.finish(sending)
	}
}

// stop halts the process for a while: its clock jumps. What is sent to it meanwhile waits, is accepted and not late.
func (s *storm) stop(d time.Duration) {
	signal := func(sig os.Signal) {
		if err := s.p.cmd.Process.Signal(sig); err != nil {
			s.t.Fatal(err)
		}
	}
	signal(syscall.SIGSTOP)
	s.live++
	now := time.Now().UTC().Format(time.RFC3339Nano)
	sending := s.importing("live", "--format", "ndjson", "-")
	sending.Stdin = strings.NewReader(`{"member":"ann","kind":"post","time":"` + now + `"}` + "\n")
	if err := sending.Start(); err != nil {
		s.t.Fatal(err)
	}
	after(d, 1)
	signal(syscall.SIGCONT)
	if err := sending.Wait(); err != nil {
		s.t.Errorf("an action sent to a stopped process: %v\n%s", err, sending.Stdout)
	}
}
