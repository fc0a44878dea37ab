package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/internal/testkit"
)

// What a user does with the parts alone, behind TLS and a password, and by which part.
func TestPartsBehindTLSAndAPassword(t *testing.T) {
	t.Parallel()
	const password = "correct horse, battery"
	broker, ca := testkit.SecureKafka(t, password)
	o := besideKafka(t, broker, "ROLLCALL_KAFKA_TLS=true", "ROLLCALL_KAFKA_CA="+ca, "ROLLCALL_KAFKA_SASL=scram-sha-512", "ROLLCALL_KAFKA_USER=rollcall")
	file := filepath.Join(t.TempDir(), "password")
	write(t, file, password+"\n")
	o.env = append(o.env, "ROLLCALL_KAFKA_PASSWORD_FILE="+file)
	out, err := o.rollcall("collect", "--kafka", o.kafka, "--kafka-user", "stranger")
	if err == nil || !strings.Contains(out, "check the user and the password") || strings.Contains(out, password) {
		t.Errorf("who is not let in: %v %s", err, out)
	}
	doctor := func() string {
		out, err := o.rollcall("doctor", "--kafka", o.kafka, "--clickhouse", o.clickhouse)
		if err != nil {
			t.Errorf("doctor: %v\n%s", err, out)
		}
		return out
	}
	if out := doctor(); strings.Count(out, "not there yet") != 6 {
		t.Errorf("before the first start:\n%s", out)
	}
	collector, all := o.spread(2, "--partitions", "4")
	first, second := all[0], all[1]

	for _, c := range []struct {
		at   *node
		args []string
		says string
	}{
		{collector, []string{"status"}, "this is answered by `rollcall process`"},
		{collector, []string{"query", "SELECT 1"}, "this is answered by `rollcall process`"},
		{collector, []string{"community", "set", "late", "--time-zone", "Asia/Shanghai"}, "`rollcall process`: send this to its address"},
		{first, []string{"import", demoActions, "--community", "late"}, "actions are taken by `rollcall collect`"},
	} {
		if out, err := c.at.tries(c.args...); err == nil || !strings.Contains(out, c.says) {
			t.Errorf("%v: %v, want %q in %s", c.args, err, c.says, out)
		}
	}
	second.asks("community", "set", "late", "--time-zone", "Asia/Shanghai", "--clock", "data")
	if out := collector.asks("community", "list"); !strings.Contains(out, "Asia/Shanghai") {
		t.Errorf("the collector knows of %s", out)
	}
	file = filepath.Join(t.TempDir(), "new.ndjson")
	write(t, file, `{"community":"late","member":"zoe","kind":"post","time":"2026-06-01T00:00:00Z"}`+"\n")
	collector.asks("import", file)
	first.asks("status", "--wait")
	collector.asks("import", demoActions, "--community", "late", "--clock", "data") // all of it too late to count
	first.asks("status", "--wait")
	if out := second.asks("rebuild", "--community", "late"); !strings.Contains(out, "Rebuilt") {
		t.Errorf("rebuild: %s", out)
	}
	if out := first.asks("verify"); !strings.Contains(out, "no difference") {
		t.Errorf("verify: %s", out)
	}
	for _, p := range all {
		if out := p.asks("query", "--format", "TSV", "SELECT countIf(late = 1) > 0 FROM actions FINAL WHERE community = 'late'"); out != "0\n" {
			t.Errorf("late after the rebuild: %s", out)
		}
		if out := p.asks("status"); strings.Count(out, "lag ") != 4+4+1 || strings.Contains(out, "no process has it") {
			t.Errorf("status without every partition:\n%s", out)
		}
	}
	if out := doctor(); !strings.Contains(out, "2 processes, 0 records behind") || !strings.Contains(out, "the newest") {
		t.Errorf("while it runs:\n%s", out)
	}
	for _, n := range append(all, collector) {
		if status := n.interrupt(); status != 0 {
			t.Errorf("it ended with status %d", status)
		}
		if log := n.log.String(); strings.Contains(log, password) || strings.Contains(log, splitToken) {
			t.Errorf("a secret is in the log: %s", log)
		}
	}
}

const demoActions = "../../demo/french-meta.ndjson.gz"
