package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/rollcall-dev/rollcall/internal/embedded/broker"
	"github.com/rollcall-dev/rollcall/internal/testkit"
)

const hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// hook is a receiver of webhooks that checks their signatures.
type hook struct {
	*httptest.Server
	slow time.Duration // at most so long after it has heard of something it says so

	mu     sync.Mutex
	down   bool
	ids    []string
	bodies []string
}

func serveHook(t *testing.T) *hook {
	theirs, err := standardwebhooks.NewWebhook(hookSecret)
	if err != nil {
		t.Fatal(err)
	}
	h := new(hook)
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = theirs.Verify(body, r.Header)
		}
		if err != nil {
			t.Error(err)
		}
		defer after(h.slow, rand.Float64())
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		h.ids, h.bodies = append(h.ids, r.Header.Get("Webhook-Id")), append(h.bodies, string(body))
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) set(down bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.down = down
}

func (h *hook) got() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.ids)
}

// has reports whether all of so many alerts have opened and resolved there.
func (h *hook) has(all int) bool {
	got := h.got()
	for n := range all {
		if !slices.Contains(got, fmt.Sprintf("a%d.1", n)) || !slices.Contains(got, fmt.Sprintf("a%d.3", n)) {
			return false
		}
	}
	return true
}

// ordered fails the test where a repeat is not of what was sent before, or an alert is resolved before it opened.
func (h *hook) ordered(t *testing.T) {
	t.Helper()
	last := map[string]byte{}
	for _, id := range h.got() {
		alert, sequence, _ := strings.Cut(id, ".")
		if sequence == "3" && last[alert] == 0 {
			t.Errorf("%s is resolved and was never opened", alert)
		}
		last[alert] = max(last[alert], sequence[0])
	}
}

// sendsTo returns the receivers that a process sends to.
func sendsTo(n *node) (names string) {
	var st struct {
		Receivers []struct {
			Name  string
			Owned bool
		}
	}
	readJSON(n.t, n.asks("status", "--output", "json"), &st)
	for _, r := range st.Receivers {
		if r.Owned {
			names += r.Name + " "
		}
	}
	return names
}

// The part that sends, on a Kafka of its own: one process is killed while it sends, another stands by and goes on, and a
// receiver that was down all the time is sent all of it in the end. Nothing is lost, and repeats have the same ids.
func TestTheAlertPartIsKilled(t *testing.T) {
	t.Parallel()
	const alerts = 40
	b, err := broker.Start(broker.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	live, down := serveHook(t), serveHook(t)
	down.set(true)
	file := filepath.Join(t.TempDir(), "rollcall.yaml")
	write(t, file, fmt.Sprintf(`alerts:
  receivers:
    - {name: live, type: webhook, url: %q, secret_env: HOOK, per_minute: 0}
    - {name: down, type: webhook, url: %q, secret_env: HOOK, per_minute: 0}
`, live.URL, down.URL))
	o := &outside{t: t, program: os.Args[0], kafka: b.Addr(), env: []string{"ROLLCALL_TOKEN=" + splitToken, "HOOK=" + hookSecret}}
	first := o.begin("alert", "--config", file).ready()
	second := o.begin("alert", "--config", file).ready()
	testkit.RaiseAlerts(t, b.Addr(), 0, 1)
	await(t, func() bool { return live.has(1) })
	sends, rest := first, second
	if !strings.Contains(sendsTo(first), "live") {
		sends, rest = second, first
	}
	testkit.RaiseAlerts(t, b.Addr(), 1, alerts)
	await(t, func() bool { return len(live.got()) > alerts/2 })
	sends.kill()
	await(t, func() bool { return live.has(alerts) })
	live.ordered(t)
	await(t, func() bool { return sendsTo(rest) == "live down " })
	await(t, func() bool { return strings.Contains(rest.asks("status"), "503") })
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"alerts", "list"}, "this is answered by `rollcall process`"},
		{[]string{"alerts", "test"}, "1 of 2 receivers did not take the message"},
		{[]string{"key", "list"}, "`rollcall process`"},
	} {
		if out, err := rest.tries(c.args...); err == nil || !strings.Contains(out, c.says) {
			t.Errorf("%v: %v %s", c.args, err, out)
		}
	}
	down.set(false)
	if status := rest.interrupt(); status != 0 {
		t.Errorf("it ended with status %d:\n%s", status, rest.log)
	}
	o.begin("alert", "--config", file).ready() // instead of waiting for the next try
	await(t, func() bool { return down.has(alerts) })
	down.ordered(t)
	if strings.Contains(rest.log.String(), hookSecret) {
		t.Error("the secret is in the log")
	}
}
