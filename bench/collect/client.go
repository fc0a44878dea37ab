package collect

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
	"github.com/rollcall-dev/rollcall/bench/measure"
	"github.com/rollcall-dev/rollcall/internal/kafka"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Clients is how many connections send at once, each the next request when the last is answered.
const Clients = 64

// Bodies makes n requests of each actions as lines of JSON.
func Bodies(o load.Options, n, each int) ([][]byte, error) {
	o.Events, o.Prelude = n*each, false
	g, err := load.New(o)
	if err != nil {
		return nil, err
	}
	var a schemas.Action
	out := make([][]byte, n)
	for i := range out {
		for j := range each {
			if j > 0 { // and none at the end: Benthos would take what follows it for one more
				out[i] = append(out[i], '\n')
			}
			g.Next(&a)
			out[i] = load.AppendJSON(out[i], &a)
		}
	}
	return out, nil
}

// Drive sends the bodies and returns what the server used meanwhile. Every answer must be 200, and the topic must have
// grown by every action.
func Drive(ctx context.Context, s *Server, broker string, bodies [][]byte, each int) (r measure.Result, err error) {
	config := kafka.Config{Brokers: []string{broker}, ClientID: "bench"}
	before, err := records(ctx, config, s.Topic)
	if err != nil {
		return r, err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: Clients, MaxConnsPerHost: Clients, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	cpu, err := measure.CPUOf(s.PID)
	if err != nil {
		return r, err
	}
	began := time.Now()
	if err := send(ctx, client, s.URL, bodies); err != nil {
		return r, fmt.Errorf("sending to %s: %w", s.Name, err)
	}
	wall := time.Since(began)
	after, err := measure.CPUOf(s.PID)
	if err != nil {
		return r, err
	}
	peak, _ := measure.Memory(s.PID)
	total := int64(len(bodies) * each)
	grown, err := records(ctx, config, s.Topic)
	if err != nil {
		return r, err
	}
	if grown-before < total {
		return r, fmt.Errorf("%s answered for %d actions and Kafka has %d", s.Name, total, grown-before)
	}
	return measure.Result{Name: s.Name, Events: total, Total: total, Done: total, Wall: wall.Seconds(), CPU: (after - cpu).Seconds(), PeakRSS: peak}, nil
}

func send(ctx context.Context, client *http.Client, url string, bodies [][]byte) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range Clients {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := next.Add(1) - 1
				if i >= int64(len(bodies)) {
					return
				}
				if err := post(ctx, client, url, bodies[i]); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

func post(ctx context.Context, client *http.Client, url string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+Token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(r)
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

func records(ctx context.Context, c kafka.Config, topic string) (n int64, err error) {
	_, next, err := kafka.Offsets(ctx, c, topic)
	for _, end := range next {
		n += end
	}
	return n, err
}
