package main

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const loadMembers = 40 // who act all the time, in every partition

// load sends an action of every member ten times a second, and watches when they become visible.
type load struct {
	o        *outside
	url, key string
	end      chan struct{}
	stopped  sync.Once
	wg       sync.WaitGroup

	mu       sync.Mutex
	accepted int                  // actions of each member
	visible  map[string]int       // by member
	since    map[string]time.Time // when a member last had something new
	last     time.Time            // when anybody had
	worst    time.Duration        // the longest that a member had nothing new
	all      time.Duration        // the longest that nobody had
}

func (o *outside) load(collector *node) *load {
	l := &load{o: o, url: collector.url + "/v1/actions", key: strings.TrimSpace(collector.asks("key", "create")), end: make(chan struct{}),
		visible: map[string]int{}, since: map[string]time.Time{}}
	n := 0
	l.every(100*time.Millisecond, func() error { n++; return l.send(n) })
	l.every(50*time.Millisecond, l.look)
	o.t.Cleanup(l.stop)
	return l
}

func (l *load) every(d time.Duration, f func() error) {
	l.wg.Go(func() {
		every := time.NewTicker(d)
		defer every.Stop()
		for {
			select {
			case <-l.end:
				return
			case <-every.C:
			}
			if err := f(); err != nil {
				l.o.t.Errorf("load: %v", err)
				return
			}
		}
	})
}

func (l *load) stop() {
	l.stopped.Do(func() { close(l.end) })
	l.wg.Wait()
}

func (l *load) send(n int) error {
	var b strings.Builder
	for m := range loadMembers {
		fmt.Fprintf(&b, `{"id":"%d-%d","community":"lab","member":"m%02d","kind":"post","channel":"c%d"}`+"\n", n, m, m, m%5)
	}
	req, err := http.NewRequest(http.MethodPost, l.url, strings.NewReader(b.String()))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+l.key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 || !strings.Contains(string(body), fmt.Sprintf(`"accepted":%d`, loadMembers)) {
		return fmt.Errorf("%s %w %s", res.Status, err, body)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.accepted++
	return nil
}

// look sees what has become visible. Before the first action there may be no table.
func (l *load) look() error {
	text, err := l.o.try("SELECT member, count() FROM rollcall.actions FINAL WHERE community = 'lab' GROUP BY member")
	if err != nil {
		return err
	}
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	any := false
	for line := range strings.Lines(text) {
		member, count, _ := strings.Cut(strings.TrimSpace(line), "\t")
		n, err := strconv.Atoi(count)
		if err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
		if n == l.visible[member] {
			continue
		}
		l.worst = max(l.worst, now.Sub(l.since[member]))
		l.visible[member], l.since[member], any = n, now, true
	}
	if any {
		l.all = max(l.all, now.Sub(l.last))
		l.last = now
	}
	return nil
}

// caughtUp waits until what is accepted now of every member is visible.
func (l *load) caughtUp() {
	l.o.t.Helper()
	l.mu.Lock()
	target := l.accepted
	l.mu.Unlock()
	await(l.o.t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, n := range l.visible {
			if n < target {
				return false
			}
		}
		return len(l.visible) == loadMembers
	})
}

// gap lets something happen and returns for how long nothing new was visible meanwhile: of anybody, and of the member who
// had to wait longest.
func (l *load) gap(happens func()) (all, worst time.Duration) {
	l.o.t.Helper()
	l.caughtUp()
	l.mu.Lock()
	now := time.Now()
	l.last, l.all, l.worst = now, 0, 0
	for m := range l.since {
		l.since[m] = now
	}
	l.mu.Unlock()
	happens()
	l.caughtUp() // who was stopped by it goes on
	l.caughtUp() // and so does who was stopped because that one went on
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all, l.worst
}

// The aim for a gap, on a machine with nothing else to do, and what no machine needs unless something is stuck.
const (
	aimedGap = 5 * time.Second
	stuckGap = 20 * time.Second
)

// measured reports an event's gap after its detection.
func (l *load) measured(t *testing.T, event string, detection time.Duration, happens func()) {
	t.Helper()
	all, worst := l.gap(happens)
	worst -= detection
	t.Logf("%s: nothing new of anybody for %s; of one partition for %s after detection; the aim is %s", event, all.Round(10*time.Millisecond),
		worst.Round(10*time.Millisecond), aimedGap)
	if max(worst, all) > stuckGap {
		t.Errorf("%s: that is far too long", event)
	}
}
