package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:generate npm --prefix web ci
//go:generate npm --prefix web run check
//go:generate npm --prefix web run build

//go:embed dist
var dist embed.FS

// content is a body ready to be sent: with its gzip form where that is smaller, and
// a tag that changes with the bytes.
type content struct {
	kind   string
	body   []byte
	zipped []byte // nil where not worth it
	etag   string // weak: it names both forms
}

func newContent(kind string, body []byte, level int) content {
	sum := sha256.Sum256(body)
	c := content{kind: kind, body: body, etag: `W/"` + hex.EncodeToString(sum[:12]) + `"`}
	if len(body) < 1400 { // one packet either way
		return c
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		return c
	}
	if _, err := z.Write(body); err != nil {
		return c
	}
	if z.Close() == nil && b.Len() < len(body) {
		c.zipped = b.Bytes()
	}
	return c
}

// files are the page's files by name, compressed once.
var files = sync.OnceValues(func() (map[string]content, error) {
	found := map[string]content{}
	err := fs.WalkDir(dist, "dist", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := dist.ReadFile(name)
		if err != nil {
			return err
		}
		found[path.Base(name)] = newContent(mediaType(name), body, gzip.BestCompression)
		return nil
	})
	return found, err
})

func mediaType(name string) string {
	switch path.Ext(name) { // not left to the machine's own table
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".html":
		return "text/html; charset=utf-8"
	}
	return "text/plain; charset=utf-8"
}

// page serves one embedded file.
func page(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all, err := files()
		c, ok := all[name]
		if err != nil || !ok {
			writeProblem(w, problem{Status: http.StatusNotFound, Detail: "The console has no such file."})
			return
		}
		serve(w, r, c)
	})
}

// serve answers with the content, or 304 where the reader has it already. Every use
// asks again (no-cache): names do not change with a release, bytes do.
func serve(w http.ResponseWriter, r *http.Request, c content) {
	h := w.Header()
	h.Set("ETag", c.etag)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Accept-Encoding")
	if known(r.Header.Get("If-None-Match"), c.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := c.body
	if c.zipped != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = c.zipped
	}
	h.Set("Content-Type", c.kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the client is gone: nobody to tell
}

func known(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

func acceptsGzip(header string) bool {
	for coding := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(coding, ";")
		if n := strings.TrimSpace(name); n == "gzip" || n == "*" {
			return strings.ReplaceAll(strings.TrimSpace(q), " ", "") != "q=0"
		}
	}
	return false
}
