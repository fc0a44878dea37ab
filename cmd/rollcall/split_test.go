package main

import (
	"fmt"
	"os"
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
