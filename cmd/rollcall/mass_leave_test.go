package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

// told is an alert as a receiver of webhooks reads it.
type told struct {
	body                           string
	SpecVersion, ID, Type, Subject string
	Data                           struct {
		AlertID                        string `json:"alert_id"`
		Sequence                       int
		Kind, State, Change, Community string
		Opened, Resolved               *time.Time
		Observed                       float64
		Segments                       []struct{ Dimension, Segment string }
		Members                        []struct{ Member string }
		Title, Text                    struct{ EN, ZH string }
		Link                           string
	}
}

// hears returns what a receiver was sent, in order, of one kind; all if it is empty.
func (h *hook) hears(t *testing.T, kind string) (out []told) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, body := range h.bodies {
		e := told{body: body}
		readJSON(t, body, &e)
		if e.ID != h.ids[i] {
			t.Errorf("webhook-id %q of event %q", h.ids[i], e.ID)
		}
		if kind == "" || e.Data.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// has reports whether a kind has come to a change at all of the receivers.
func has(t *testing.T, kind, change string, hooks ...*hook) bool {
	return !slices.ContainsFunc(hooks, func(h *hook) bool {
		return !slices.ContainsFunc(h.hears(t, kind), func(e told) bool { return e.Data.Change == change })
	})
}

// lab is a simulated community in which something is planted, as a file of actions in the order of time.
type lab struct {
	dir    string
	lines  []string
	at     []time.Time // of the lines
	next   int         // the first that is not in a part
	parts  int
	events []planted
}

type planted struct {
	Plant, Kind, Dimension, Segment string
	Start, End                      time.Time
	Members                         []string
}

func simulated(t *testing.T, args ...string) *lab {
	t.Helper()
	l := &lab{dir: t.TempDir()}
	file := filepath.Join(l.dir, "lab.ndjson")
	args = append([]string{"simulate", "--community", "lab", "--time-zone", "Asia/Shanghai", "--out", file}, args...)
	if out, err := command(t.Context(), args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		var a struct{ Time time.Time }
		readJSON(t, line, &a)
		l.lines, l.at = append(l.lines, line), append(l.at, a.Time)
	}
	b, err = os.ReadFile(file + ".truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var truth struct{ Events []planted }
	readJSON(t, string(b), &truth)
	l.events = truth.Events
	return l
}

// until writes the actions that come next, up to a time, and returns the file.
func (l *lab) until(t *testing.T, to time.Time) string {
	t.Helper()
	n, _ := slices.BinarySearchFunc(l.at, to, time.Time.Compare)
	if n <= l.next {
		t.Fatalf("nothing happens up to %s", to)
	}
	file := filepath.Join(l.dir, fmt.Sprintf("until-%03d.ndjson", l.parts))
	write(t, file, strings.Join(l.lines[l.next:n], ""))
	l.next, l.parts = n, l.parts+1
	return file
}

// A mass leave as receivers see it: signed events, one opened, its updates, one resolved, in order, in words that a person
// can act on.
func TestReceiversHearOfAMassLeave(t *testing.T) {
	t.Parallel()
	l := simulated(t, "--members", "200", "--days", "33", "--from", "2025-12-20", "--plant", "mass-leave@2026-01-20T06:00:00Z", "--seed", "8")
	event := l.events[0]
	if event.Kind != "leave_spike" || event.Dimension != "channel" {
		t.Fatalf("planted: %+v", event)
	}
	zh, en, news := serveHook(t), serveHook(t), serveHook(t)
	dir := t.TempDir()
	config, secret := filepath.Join(dir, "rollcall.yaml"), filepath.Join(dir, "secret")
	write(t, secret, hookSecret+"\n")
	write(t, config, fmt.Sprintf(`alerts:
  console_url: https://rollcall.example.org
  receivers:
    - {name: zh, type: webhook, url: %q, secret_file: %q, language: zh, max_age: 0s}
    - {name: en, type: webhook, url: %q, secret_file: %q, language: en, max_age: 0s}
    - {name: news, type: webhook, url: %q, secret_file: %q}
communities:
  set:
    lab: {clock: data, time_zone: Asia/Shanghai}
`, zh.URL, secret, en.URL, secret, news.URL, secret))
	p := upRaced(t, filepath.Join(dir, "data"), "127.0.0.1:0", "--config", config)
	send := func(to time.Time) { p.rollcall("import", l.until(t, to), "--community", "lab") }
	send(event.Start)
	if got := len(zh.hears(t, "leave_spike")); got > 0 {
		t.Errorf("%d messages before anything has happened", got)
	}
	send(event.Start.Add(15 * time.Minute))
	await(t, func() bool { return has(t, event.Kind, "opened", zh, en) })
	send(event.Start.Add(50 * time.Minute))
	await(t, func() bool { return has(t, event.Kind, "updated", zh, en) })
	send(event.Start.Add(8 * time.Hour))
	await(t, func() bool { return has(t, event.Kind, "resolved", zh, en) })
	p.rollcall("status", "--wait")
	if status := p.interrupt(); status != 0 {
		t.Errorf("it ended with status %d:\n%s", status, p.log)
	}
	for _, h := range []*hook{zh, en} {
		heard(t, h.hears(t, event.Kind), event)
	}
	if got := news.hears(t, ""); len(got) > 0 {
		t.Errorf("who wants news only hears of last winter: %+v", got[0])
	}
	for _, e := range zh.hears(t, "") {
		t.Logf("%s\n%s\n%s\n\n%s\n%s\n", e.ID, e.Data.Title.ZH, e.Data.Text.ZH, e.Data.Title.EN, e.Data.Text.EN)
	}
}

// heard checks one alert's life.
func heard(t *testing.T, events []told, of planted) {
	t.Helper()
	var life []string
	for i, e := range events {
		d := e.Data
		life = append(life, d.Change)
		if e.ID != fmt.Sprintf("%s.%d", d.AlertID, i+1) || d.Sequence != i+1 || d.AlertID != events[0].Data.AlertID || e.Subject != d.AlertID {
			t.Errorf("message %d is %s, %d of %s", i+1, e.ID, d.Sequence, d.AlertID)
		}
		if e.SpecVersion != "1.0" || e.Type != "rollcall.alert."+d.Change || d.Community != "lab" {
			t.Errorf("%s: CloudEvents %s of type %s, community %s", e.ID, e.SpecVersion, e.Type, d.Community)
		}
		if d.Opened == nil || d.Opened.Before(of.Start) || d.Opened.After(of.Start.Add(10*time.Minute)) {
			t.Errorf("%s: opened at %v, it began at %s", e.ID, d.Opened, of.Start)
		}
		if len(d.Segments) == 0 || d.Segments[0].Dimension != of.Dimension || d.Segments[0].Segment != of.Segment {
			t.Errorf("%s: segments %+v, want %s first", e.ID, d.Segments, of.Segment)
		}
		if d.Change != "resolved" {
			concerns(t, e, of)
		}
		if !strings.HasPrefix(d.Link, "https://rollcall.example.org/") {
			t.Errorf("%s: link %q", e.ID, d.Link)
		}
		for _, text := range []string{d.Title.EN, d.Text.EN} {
			if text == "" || strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%s: no English: %q", e.ID, text)
			}
		}
		for _, text := range []string{d.Title.ZH, d.Text.ZH} {
			if !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%s: no Chinese: %q", e.ID, text)
			}
		}
	}
	n := len(life)
	if n < 3 || life[0] != "opened" || life[n-1] != "resolved" || slices.ContainsFunc(life[1:n-1], func(c string) bool { return c != "updated" }) {
		t.Errorf("its life was %v", life)
	} else if d := events[n-1].Data; d.State != "resolved" || d.Resolved == nil || !d.Resolved.After(of.End) {
		t.Errorf("resolved: %s at %v", d.State, d.Resolved)
	}
}

// concerns checks that the text of a message says where it was, and names some of those who left to be contacted.
func concerns(t *testing.T, e told, of planted) {
	t.Helper()
	in := func(text string) {
		if !strings.Contains(e.Data.Text.EN, text) || !strings.Contains(e.Data.Text.ZH, text) {
			t.Errorf("%s: the text does not say %s", e.ID, text)
		}
	}
	in(of.Segment)
	if len(e.Data.Members) != 10 {
		t.Errorf("%s: %d members to contact, want ten of %d", e.ID, len(e.Data.Members), len(of.Members))
	}
	for _, m := range e.Data.Members {
		in(m.Member)
		if !slices.Contains(of.Members, m.Member) {
			t.Errorf("%s: to contact: %s, who is none of those who left", e.ID, m.Member)
		}
	}
}
