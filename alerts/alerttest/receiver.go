package alerttest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
)

// Request is what a receiver was sent.
type Request struct {
	Query  url.Values
	Header http.Header
	Body   []byte
}

// Receiver is a service that answers as it is told and keeps what it was sent.
type Receiver struct {
	URL string

	mu     sync.Mutex
	answer http.HandlerFunc
	got    []Request
}

// Serve starts a receiver that lives as long as the test and answers with a status and body.
func Serve(t testing.TB, status int, body string) *Receiver {
	r := &Receiver{}
	r.Answer(status, body)
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	r.URL = s.URL
	return r
}

// Answer changes what is answered; header is pairs of name and value.
func (r *Receiver) Answer(status int, body string, header ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// ServeHTTP implements http.Handler.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	answer := r.answer
	r.got = append(r.got, Request{req.URL.Query(), req.Header, body})
	r.mu.Unlock()
	answer(w, req)
}

// Take returns what came since the last call.
func (r *Receiver) Take() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got = nil
	return got
}
