package ingest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/ingest/problem"
	"github.com/rollcall-dev/rollcall/ingest/registry"
)

// handle serves a path, with and without a slash at its end. h either answers or returns an error: a *problem.Problem is
// for the client, any other is the log's.
func (c *Collector) handle(path, protocol string, h func(w http.ResponseWriter, r *http.Request) error) {
	f := func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		if err := c.run(w, r, h); err != nil {
			drain(w, r)
			c.fail(w, r, err)
		}
		c.metrics.seconds.WithLabelValues(protocol).Observe(time.Since(start).Seconds())
	}
	c.mux.HandleFunc(path, f)
	c.mux.HandleFunc(path+"/{$}", f)
}

func (c *Collector) run(w http.ResponseWriter, r *http.Request, h func(http.ResponseWriter, *http.Request) error) error {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return problem.New(http.StatusMethodNotAllowed, "%s takes POST only", r.URL.Path)
	}
	if !c.enter() {
		return c.throttled("closing", "the collector is closing; send it again")
	}
	defer c.running.Done()
	return h(w, r)
}

const (
	maxDrain  = 64 << 20
	drainTime = 5 * time.Second
)

// drain reads what is left of a refused body and forgets it. Clients send all of a body before they look for the answer,
// and would see a broken connection instead of it. Whoever asked first (100-continue) is told before sending.
func drain(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength > maxDrain || r.Header.Get("Expect") != "" {
		return
	}
	// Without a deadline of its own, where the server knows none, the body ends with the server's ReadTimeout.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(drainTime))
	_, _ = io.CopyN(io.Discard, r.Body, maxDrain) // the refusal is what the client has to know
}

// throttled is a 503 that is worth trying again.
func (c *Collector) throttled(cause, detail string) error {
	c.metrics.throttled.WithLabelValues(cause).Inc()
	p := problem.New(http.StatusServiceUnavailable, "%s", detail)
	p.RetryAfter = time.Second
	return p
}

func (c *Collector) fail(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem.Problem
	if !errors.As(err, &p) {
		if c.o.Busy != nil && errors.Is(err, c.o.Busy) {
			err = c.throttled("log", "the log's queue is full; send it again")
		} else {
			c.o.Logger.Error("the log did not take a request; nothing of it was acknowledged",
				slog.String("path", r.URL.Path), slog.Any("error", err))
			err = c.throttled("log", "the log did not acknowledge in time (`rollcall status` says what it waits for); send it again, with the same ids")
		}
		errors.As(err, &p)
	}
	p.Write(w)
}

// appendContext is for the log: what was read is appended even if the client goes away meanwhile, for a while.
func (c *Collector) appendContext(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(r.Context()), c.o.AppendTimeout)
}

// authorize returns what the request's write key allows. It is the user name of Basic or the token of Bearer.
func (c *Collector) authorize(r *http.Request) (registry.Grant, error) {
	secret, ok := headerSecret(r)
	if !ok {
		return registry.Grant{}, problem.New(http.StatusUnauthorized,
			"a write key is required, as Basic user name or Bearer token; `rollcall key create` makes one")
	}
	return c.lookup(secret)
}

func (c *Collector) lookup(secret string) (registry.Grant, error) {
	g, ok := c.o.Registry.Lookup(secret)
	if !ok {
		return g, problem.New(http.StatusUnauthorized, "the write key is not known or was revoked; `rollcall key list` shows those in force")
	}
	return g, nil
}

func headerSecret(r *http.Request) (string, bool) {
	if user, _, ok := r.BasicAuth(); ok {
		return user, user != ""
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}
