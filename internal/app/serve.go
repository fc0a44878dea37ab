package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// serve opens the HTTP port and returns its address.
func (p *program) serve(listen, token string) (addr string, err error) {
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", listen)
	if err != nil {
		return "", fmt.Errorf("opening the HTTP port (choose another with --listen): %w", err)
	}
	h := newHTTPServer(p.handler(token, isLoopback(ln.Addr())))
	// Requests that wait for something end with the intake, so that a stop does not wait for them.
	base, endRequests := context.WithCancel(context.Background())
	h.BaseContext = func(net.Listener) context.Context { return base }
	h.RegisterOnShutdown(endRequests)
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := h.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			p.logger.Error("the HTTP server stopped", "error", err)
		}
	}()
	p.add("the HTTP server", func(ctx context.Context) error {
		defer endRequests()
		err := h.Shutdown(ctx)
		<-served
		return err
	})
	return ln.Addr().String(), nil
}

// newHTTPServer bounds how long a request may take to arrive, for a slow body holds memory; its answer may take longer.
func newHTTPServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
}

func isLoopback(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}
