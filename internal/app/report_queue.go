package app

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/rollcall-dev/rollcall/ingest/problem"
)

const (
	reportSlots  = 2 // reports made at once: each reads a community's actions several times
	reportWithin = 30 * time.Second
)

// reportQueue makes reports, a few at a time, and one for all who want the same at the same time.
type reportQueue struct {
	flight singleflight.Group
	slots  chan struct{}
	within time.Duration // waiting for a slot included
}

func newReportQueue() *reportQueue {
	return &reportQueue{slots: make(chan struct{}, reportSlots), within: reportWithin}
}

// get returns what work makes, or what the same work under the same key makes that somebody else has asked for. The work
// outlives a reader who leaves, for others may wait for it; running's end ends it.
func (q *reportQueue) get(ctx, running context.Context, key string, work func(ctx context.Context) ([]byte, error)) ([]byte, error) {
	made, err, _ := q.flight.Do(key, func() (any, error) { // in this goroutine: a panic ends the request, not the process
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), q.within)
		defer cancel()
		defer context.AfterFunc(running, cancel)()
		select {
		case q.slots <- struct{}{}:
			defer func() { <-q.slots }()
		case <-limited.Done():
			busy := problem.New(http.StatusServiceUnavailable, "other reports are under way, and %d are made at a time: ask again", cap(q.slots))
			busy.RetryAfter = 10 * time.Second
			return nil, busy
		}
		page, err := work(limited)
		if err != nil && limited.Err() != nil && running.Err() == nil {
			return nil, problem.New(http.StatusServiceUnavailable, "the report was not done within %s: ask again when there is less to do", q.within)
		}
		return page, err
	})
	page, _ := made.([]byte)
	return page, err
}
