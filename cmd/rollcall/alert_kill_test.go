package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Laws 1, 4 and 5 for alerts: an instance that is killed or stopped again and again while alerts are open raises the same ones as one
// that was left alone, and its receiver hears of every one, from its opening to its end; what it hears twice has the same id.
func TestKilledWithOpenAlerts(t *testing.T) {
	t.Parallel()
	kills := 15
	if v, err := strconv.Atoi(os.Getenv("ROLLCALL_KILLS")); err == nil {
		kills = v
	}
	seed := uint64(time.Now().UnixNano())
	if v, err := strconv.ParseUint(os.Getenv("ROLLCALL_SEED"), 10, 64); err == nil {
		seed = v
	}
	t.Logf("%d kills at moments of ROLLCALL_SEED=%d", kills, seed)
	r := rand.New(rand.NewPCG(seed, 1))
	l := simulated(t, "--members", "200", "--days", "45", "--from", "2025-12-20", "--seed", "8",
		"--plant", "mass-leave@2026-01-20T06:00:00Z,activity-drop@2026-01-20T07:00:00Z,raid@2026-01-20T09:00:00Z")
	begin := l.events[0].Start
	ends := []time.Time{begin}
	for range kills { // the unusual lasts from six to half past five in the afternoon: there is always an alert open
		ends = append(ends, ends[len(ends)-1].Add(11*time.Hour/time.Duration(kills)))
	}
	ends = append(ends, l.at[len(l.at)-1].Add(time.Second))
	var parts []string
	for _, end := range ends {
		parts = append(parts, l.until(t, end))
	}

	h := serveHook(t)
	h.slow = time.Second // so that it is also killed between what it has sent and what it knows to have arrived
	calm := upFor(t, serveHook(t), freePort(t))
	for _, part := range parts {
		calm.rollcall("import", part, "--community", "lab")
	}
	want := calm.fingerprints("lab")
	calm.kill()

	listen := freePort(t)
	p := upFor(t, h, listen)
	p.rollcall("import", parts[0], "--community", "lab")
	takes := time.Second
	for _, part := range parts[1 : len(parts)-1] {
		s := &storm{t: t, dir: p.dir, listen: listen, p: p, parts: []string{part}}
		began := time.Now()
		h.set(r.IntN(3) == 0) // down: what is to be sent has to outlive the kill
		sending := s.send()
		switch r.IntN(4) {
		case 0: // as it sends
			after(takes, r.Float64())
			p.kill()
			s.abandon(sending)
		case 1: // as the folds raise alerts, and tell of them
			s.finish(sending)
			takes = time.Since(began)
			after(flushWithin, r.Float64())
			p.kill()
		case 2: // stopped well, it leaves a snapshot with open alerts behind
			after(takes, r.Float64())
			if status := p.interrupt(); status != 0 {
				t.Errorf("it ended with status %d:\n%s", status, p.log)
			}
			s.abandon(sending)
		default: // and again as it starts
			s.finish(sending)
			after(flushWithin, r.Float64())
			p.kill()
			p = launch(t, program, p.dir, listen, p.args...)
			after(2*time.Second, r.Float64())
			p.kill()
		}
		p = up(t, p.dir, listen, p.args...)
		p.rollcall("import", part, "--community", "lab") // what was lost on its way; the rest are repeats
	}
	h.set(false)
	p.kill() // instead of waiting for the next try
	p = up(t, p.dir, listen, p.args...)
	p.rollcall("import", parts[len(parts)-1], "--community", "lab")
	if diff := cmp.Diff(want, p.fingerprints("lab")); diff != "" {
		t.Errorf("-left alone +after %d kills:\n%s", kills, diff)
	}
	p.rollcall("verify", "--community", "lab")
	lives := map[string]bool{} // of the alerts that are over
	for line := range strings.Lines(p.rollcall("query", "--format", "TSV", "SELECT alert_id, state FROM alerts FINAL WHERE community = 'lab'")) {
		id, state, _ := strings.Cut(strings.TrimSpace(line), "\t")
		lives[id] = state == "resolved"
	}
	if len(lives) < 2 {
		t.Errorf("only %d alerts", len(lives))
	}
	t.Logf("%d alerts, %d messages", len(lives), len(h.got()))
	await(t, func() bool { return h.knows(t, lives) })
	h.consistent(t, lives)
}

// upFor starts an instance that sends to a receiver.
func upFor(t *testing.T, h *hook, listen string) *process {
	t.Helper()
	dir := t.TempDir()
	config, secret := filepath.Join(dir, "rollcall.yaml"), filepath.Join(dir, "secret")
	write(t, secret, hookSecret)
	write(t, config, fmt.Sprintf(`alerts:
  receivers: [{name: hook, type: webhook, url: %q, secret_file: %q, per_minute: 0, max_age: 0s}]
communities:
  set:
    lab: {clock: data, time_zone: Asia/Shanghai}
`, h.URL, secret))
	return up(t, filepath.Join(dir, "data"), listen, "--config", config)
}

// knows reports whether the receiver has heard the beginning of every alert, and the end of those that are over.
func (h *hook) knows(t *testing.T, lives map[string]bool) bool {
	heard := map[string]bool{}
	for _, e := range h.hears(t, "") {
		heard[e.Data.AlertID+e.Data.Change] = true
	}
	for id, over := range lives {
		if !heard[id+"opened"] || over && !heard[id+"resolved"] {
			return false
		}
	}
	return true
}

// consistent checks that an id is of one change of one alert, that a change has one id, and that nothing else was told.
func (h *hook) consistent(t *testing.T, lives map[string]bool) {
	t.Helper()
	changes, ids, last := map[string]string{}, map[string]string{}, map[string]int{}
	for _, e := range h.hears(t, "") {
		d := e.Data
		change := fmt.Sprint(d.AlertID, " ", d.Sequence)
		if id, ok := ids[change]; ok && id != e.ID {
			t.Errorf("%s was sent as %s and as %s", change, id, e.ID)
		}
		if body, ok := changes[e.ID]; ok && body != e.body {
			t.Errorf("%s is now\n%s\nand was\n%s", e.ID, e.body, body)
		}
		ids[change], changes[e.ID] = e.ID, e.body
		if _, known := lives[d.AlertID]; !known {
			t.Errorf("told of %s, which is none", d.AlertID)
		}
		if d.Sequence > 1 && last[d.AlertID] == 0 {
			t.Errorf("%s is the first that was told of it", e.ID)
		}
		last[d.AlertID] = max(last[d.AlertID], d.Sequence)
	}
}
