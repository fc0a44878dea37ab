package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rollcall-dev/rollcall/bench/load"
	"github.com/rollcall-dev/rollcall/schemas"
)

// maxUnderWay bounds the requests that wait for an answer; one that would be more waits, and its wait counts.
const maxUnderWay = 2048

// sender posts requests of lines to the collector.
type sender struct {
	url, key string
	client   *http.Client
}

func newSender(u *Up) *sender {
	return &sender{url: "http://" + u.HTTP + "/v1/actions", key: u.Token, client: &http.Client{Timeout: time.Minute,
		Transport: &http.Transport{MaxIdleConnsPerHost: 256, MaxConnsPerHost: 256, DisableCompression: true}}}
}

func (s *sender) post(ctx context.Context, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+s.key)
	resp, err := s.client.Do(r)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(resp.Body)
	err = errors.Join(err, resp.Body.Close())
	if err == nil && (resp.StatusCode != http.StatusOK || bytes.Contains(text, []byte(`"rejected":[{`))) {
		err = fmt.Errorf("status %d: %s", resp.StatusCode, text[:min(len(text), 300)])
	}
	return err
}

// bodies makes requests of live actions, whose time is now.
type bodies struct {
	g    *load.Generator
	each int
}

func newBodies(o load.Options, each int) (*bodies, error) {
	o.Prelude, o.Events = false, 1<<40
	g, err := load.New(o)
	return &bodies{g, each}, err
}

func (b *bodies) next() []byte {
	var a schemas.Action
	var body []byte
	now := time.Now().UnixMilli()
	for i := range b.each {
		if i > 0 {
			body = append(body, '\n')
		}
		b.g.Next(&a)
		a.Time = now
		body = load.AppendJSON(body, &a)
	}
	return body
}

// Highest returns the most actions a second that go in and come out: clients send as fast as they are answered, and what
// they sent in d is divided by the time until all of it was visible.
func Highest(ctx context.Context, u *Up, o load.Options, each int, d time.Duration) (float64, error) {
	const clients = 128 // each waits for the disk; enough of them to keep both cores busy
	s := newSender(u)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var sent atomic.Int64
	var wg sync.WaitGroup
	began := time.Now()
	for c := range clients {
		o.Seed = uint64(1000 + c)
		b, err := newBodies(o, each)
		if err != nil {
			return 0, err
		}
		wg.Go(func() {
			for time.Since(began) < d && ctx.Err() == nil {
				if err := s.post(ctx, b.next()); err != nil {
					cancel(err)
					return
				}
				sent.Add(int64(each))
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	if _, err := u.client.Wait(ctx); err != nil {
		return 0, err
	}
	return float64(sent.Load()) / time.Since(began).Seconds(), nil
}

// schedule sends requests at a fixed rate whatever the answers: request i is due at i/rate, and each learns when it was
// due. It returns when all are answered.
func schedule(ctx context.Context, rate float64, d time.Duration, do func(ctx context.Context, i int, due time.Time) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	slots := make(chan struct{}, maxUnderWay)
	var wg sync.WaitGroup
	began := time.Now()
	for i := 0; ; i++ {
		due := began.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		if due.Sub(began) > d || ctx.Err() != nil {
			break
		}
		time.Sleep(time.Until(due))
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := do(ctx, i, due); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
