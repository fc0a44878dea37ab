package ingest

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"github.com/rollcall-dev/rollcall/ingest/problem"
)

// reservation is a request's part of the memory that all requests share.
type reservation struct {
	c *Collector
	n int64
}

const reserveStep = 64 << 10

// cover makes the reservation at least n bytes, in steps. The error is a 503.
func (m *reservation) cover(n int64) error {
	n = min((n+reserveStep-1)/reserveStep*reserveStep, max(n, m.c.o.MaxInFlightBytes))
	if n <= m.n {
		return nil
	}
	if !m.c.memory.TryAcquire(n - m.n) {
		return m.c.throttled("memory", "too much is on its way already; send it again")
	}
	m.c.metrics.inflight.Add(float64(n - m.n))
	m.n = n
	return nil
}

func (m *reservation) release() {
	m.c.memory.Release(m.n)
	m.c.metrics.inflight.Sub(float64(m.n))
	m.n = 0
}

var gzipReaders = sync.Pool{New: func() any { return new(gzip.Reader) }}

// readBody reads the whole body, uncompressed, into buf's memory. limit bounds it both on the wire and uncompressed. The
// errors are problems: 400, 413, 415, 503.
func readBody(w http.ResponseWriter, r *http.Request, buf []byte, limit int64, m *reservation) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	if err := m.cover(r.ContentLength); err != nil {
		return nil, err
	}
	var src io.Reader = http.MaxBytesReader(w, r.Body, limit)
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		z := gzipReaders.Get().(*gzip.Reader)
		defer gzipReaders.Put(z)
		if err := z.Reset(src); err != nil {
			return nil, unreadable(err, limit, "the body is not gzip")
		}
		src = z
	default:
		return nil, problem.New(http.StatusUnsupportedMediaType, "Content-Encoding %q: send gzip or none", encoding)
	}
	buf = buf[:0]
	for {
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, 4096)
		}
		n, err := src.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if int64(len(buf)) > limit {
			return buf, tooLarge(limit)
		}
		if err := m.cover(int64(len(buf))); err != nil {
			return buf, err
		}
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return buf, unreadable(err, limit, "the body breaks off or is not what Content-Encoding says")
		}
	}
}

func unreadable(err error, limit int64, what string) error {
	if tooMuch := new(http.MaxBytesError); errors.As(err, &tooMuch) {
		return tooLarge(limit)
	}
	return problem.New(http.StatusBadRequest, "%s (%v); nothing of it was taken", what, err)
}

func tooLarge(limit int64) error {
	return problem.New(http.StatusRequestEntityTooLarge,
		"a request may have at most %d bytes, uncompressed too; send it in parts", limit)
}
