package front

import (
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// answer writes a result through the compression that the client asked for. The
// headers leave with its first bytes.
type answer struct {
	w        http.ResponseWriter
	encoding string // HTTP encoding, "" for none
	frames   compress.Method
	framed   bool

	out     io.Writer
	started bool
}

func newAnswer(w http.ResponseWriter, r *http.Request, q request) *answer {
	a := &answer{w: w, framed: q.compress, frames: compress.LZ4}
	if q.zstdFrames {
		a.frames = compress.ZSTD
	}
	if q.encode && !q.compress {
		a.encoding = chooseEncoding(r.Header.Get("Accept-Encoding"))
	}
	return a
}

// chooseEncoding takes the cheapest one that the client accepts: the answer
// only crosses the loopback.
func chooseEncoding(accept string) string {
	accepted := map[string]bool{}
	for part := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if strings.ReplaceAll(weight, " ", "") != "q=0" {
			accepted[strings.ToLower(strings.TrimSpace(name))] = true
		}
	}
	for _, name := range []string{"lz4", "zstd", "gzip", "deflate", "br"} {
		if accepted[name] {
			return name
		}
	}
	return ""
}

func (a *answer) open() error {
	a.started = true
	a.out = a.w
	if a.framed {
		a.out = &frameWriter{w: a.w, c: compress.NewWriter(compress.LevelZero, a.frames)}
		return nil
	}
	var err error
	switch a.encoding {
	case "":
		return nil
	case "lz4":
		a.out = lz4.NewWriter(a.w)
	case "zstd":
		a.out, err = zstd.NewWriter(a.w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	case "gzip":
		a.out, err = gzip.NewWriterLevel(a.w, gzip.BestSpeed)
	case "deflate":
		a.out, err = zlib.NewWriterLevel(a.w, zlib.BestSpeed)
	case "br":
		a.out = brotli.NewWriterLevel(a.w, 1)
	}
	a.w.Header().Set("Content-Encoding", a.encoding)
	return err
}

func (a *answer) write(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	if !a.started {
		if err := a.open(); err != nil {
			return fmt.Errorf("compressing the result: %w", err)
		}
	}
	if _, err := a.out.Write(data); err != nil {
		return fmt.Errorf("sending the result: %w", err)
	}
	return nil
}

// close ends the compression. A result without a byte needs none of it.
func (a *answer) close() error {
	if c, ok := a.out.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// breakOff sends the tail of a failed result and breaks the connection, so that
// no client takes the part it has for the whole.
func (a *answer) breakOff(tail []byte) {
	if a.write(tail) == nil && a.close() == nil {
		_ = http.NewResponseController(a.w).Flush() // the connection breaks either way
	}
	panic(http.ErrAbortHandler)
}

// frameWriter packs bytes into ClickHouse's own compressed frames.
type frameWriter struct {
	w io.Writer
	c *compress.Writer
}

const frameSize = 1 << 20

func (f *frameWriter) Write(data []byte) (int, error) {
	for sent := 0; sent < len(data); {
		end := min(len(data), sent+frameSize)
		if err := f.c.Compress(data[sent:end]); err != nil {
			return sent, err
		}
		if _, err := f.w.Write(f.c.Data); err != nil {
			return sent, err
		}
		sent = end
	}
	return len(data), nil
}
