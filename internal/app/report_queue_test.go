package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/problem"
)

// outcome is what came of many readers' asking.
type outcome struct {
	mu          sync.Mutex
	made, busy  int
	now, atOnce int
}

// make is the work: it takes a time, unless its context ends before.
func (a *outcome) make(takes time.Duration) func(context.Context) ([]byte, error) {
	return func(ctx context.Context) ([]byte, error) {
		a.mu.Lock()
		a.now++
		a.atOnce = max(a.atOnce, a.now)
		a.mu.Unlock()
		defer func() { a.mu.Lock(); a.now--; a.mu.Unlock() }()
		select {
		case <-time.After(takes):
			a.mu.Lock()
			a.made++
			a.mu.Unlock()
			return []byte("page"), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Whoever has a share link can ask for reports without end: the database makes two at a time, none for long, and none twice.
func TestReportsAreMadeAFewAtATime(t *testing.T) {
	for name, c := range map[string]struct {
		keys              int // of a hundred readers
		takes             time.Duration
		made, busy, after int // after how many seconds the last has an answer
	}{
		"all want the same":     {1, 5 * time.Second, 1, 0, 5},
		"each wants another":    {100, 12 * time.Second, 4, 96, 30},
		"it takes far too long": {1, time.Hour, 0, 100, 30},
	} {
		synctest.Test(t, func(t *testing.T) {
			q, a, begun := newReportQueue(), &outcome{}, time.Now()
			var wg sync.WaitGroup
			for i := range 100 {
				wg.Go(func() {
					page, err := q.get(t.Context(), t.Context(), fmt.Sprint(i%c.keys), a.make(c.takes))
					var p *problem.Problem
					switch {
					case errors.As(err, &p) && p.Status == http.StatusServiceUnavailable:
						a.mu.Lock()
						a.busy++
						a.mu.Unlock()
					case err != nil || string(page) != "page":
						t.Errorf("%s: %q, %v", name, page, err)
					}
				})
			}
			wg.Wait()
			if after := int(time.Since(begun).Seconds()); a.made != c.made || a.busy != c.busy || a.atOnce > reportSlots || after != c.after {
				t.Errorf("%s: %d made, %d at once, %d told to ask again, after %d s", name, a.made, a.atOnce, a.busy, after)
			}
		})
	}
}

// A reader who leaves does not take the report from the others who wait for it; the end of the program does.
func TestAReportOutlivesItsReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, a := newReportQueue(), &outcome{}
		gone, leave := context.WithCancel(t.Context())
		running, stop := context.WithCancel(t.Context())
		defer stop()
		go func() { _, _ = q.get(gone, running, "k", a.make(5*time.Second)) }()
		synctest.Wait()
		leave()
		if page, err := q.get(t.Context(), running, "k", a.make(5*time.Second)); string(page) != "page" || err != nil || a.made != 1 {
			t.Errorf("%q, %v, made %d times", page, err, a.made)
		}
		time.AfterFunc(time.Second, stop)
		if _, err := q.get(t.Context(), running, "k", a.make(time.Hour)); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
