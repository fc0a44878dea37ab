package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rollcall-dev/rollcall/internal/kafka"
)

// spread starts one collector and so many processes.
func (o *outside) spread(processes int, args ...string) (collector *node, all []*node) {
	o.t.Helper()
	collector = o.begin(append([]string{"collect"}, args...)...)
	for range processes {
		all = append(all, o.begin(append([]string{"process"}, args...)...))
	}
	collector.ready()
	for _, p := range all {
		p.ready()
	}
	return collector, all
}

// wholeAndRight is that every accepted action is visible once, and every number is what SQL says.
func (o *outside) wholeAndRight(l *load, at *node) {
	o.t.Helper()
	l.stop()
	at.asks("status", "--wait")
	want := fmt.Sprintf("%d\t0\n", l.accepted*loadMembers)
	if got := o.ask("SELECT count(), countIf(late = 1) FROM rollcall.actions FINAL WHERE community = 'lab'"); got != want {
		o.t.Errorf("actions and late ones: %q, want %q", got, want)
	}
	if out := at.asks("verify", "--community", "lab"); !strings.Contains(out, "no difference") {
		o.t.Errorf("verify: %s", out)
	}
}

// Processes share the partitions: one more joins, one leaves, one is killed. All that was accepted gets visible soon.
func TestProcessesComeAndGo(t *testing.T) {
	t.Parallel()
	o := beside(t)
	collector, all := o.spread(3)
	l := o.load(collector)
	var fourth *node
	l.measured(t, "join", 0, func() { fourth = o.begin("process").ready() })
	l.measured(t, "leave", 0, func() {
		if status := all[0].interrupt(); status != 0 {
			t.Errorf("it ended with status %d:\n%s", status, all[0].log)
		}
	})
	l.measured(t, "kill", kafka.SessionTimeout, func() { all[1].kill() })
	o.wholeAndRight(l, fourth)
	o.wholeAndRight(l, all[2])
}

// A process that is frozen for longer than its session comes back as one that has no partition: what it writes then
// changes nothing.
func TestAFrozenProcessComesBack(t *testing.T) {
	t.Parallel()
	o := beside(t)
	collector, all := o.spread(3)
	l := o.load(collector)
	signal := func(s os.Signal) func() { return func() { all[1].signal(s) } }
	l.measured(t, "freeze", kafka.SessionTimeout, signal(syscall.SIGSTOP))
	l.measured(t, "thaw", 0, signal(syscall.SIGCONT))
	o.wholeAndRight(l, all[1])
}

// A process that joins what `up` brought takes its share, each of the two answers for both, and when it goes `up` has all
// again.
func TestAProcessBesideUp(t *testing.T) {
	p := up(t, t.TempDir(), "127.0.0.1:0")
	at := p.run()
	o := &outside{t: t, kafka: at.Kafka, clickhouse: "http://" + at.ClickHouse, snapshots: "file://" + filepath.ToSlash(t.TempDir()),
		env: []string{"ROLLCALL_TOKEN=" + splitToken}}
	guest := o.begin("process").ready()
	file := filepath.Join(t.TempDir(), "a.ndjson")
	for round, wait := range []func(...string) string{guest.asks, p.rollcall, p.rollcall} {
		if round == 2 {
			guest.signal(syscall.SIGTERM)
			<-guest.done
		}
		var lines strings.Builder
		for m := range 20 {
			fmt.Fprintf(&lines, `{"member":"m%d","kind":"post","time":%d}`+"\n", m, 1_700_000_000_000+round)
		}
		write(t, file, lines.String())
		p.rollcall("import", file, "--community", "guests", "--clock", "data")
		wait("status", "--wait")
		if got, want := o.ask("SELECT sum(actions) FROM rollcall.members FINAL WHERE community = 'guests'"), fmt.Sprintln(20*(round+1)); got != want {
			t.Errorf("round %d: %s actions are visible, want %s", round, got, want)
		}
	}
	p.rollcall("ready")
}
