package ingest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

type nullLog struct{}

func (nullLog) Append(context.Context, string, []schemas.Record) error { return nil }
func (nullLog) Broadcast(context.Context, string, []byte) error        { return nil }

type nullWriter struct{ h http.Header }

func (w *nullWriter) Header() http.Header         { return w.h }
func (w *nullWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w *nullWriter) WriteHeader(status int) {
	if status != 200 {
		panic(status)
	}
}

func benchmark(b *testing.B, path string, body []byte, n int) {
	h := newHarness(b, true, func(o *Options) { o.Log = nullLog{} })
	src := bytes.NewReader(body)
	r := httptest.NewRequest("POST", path, src)
	r.SetBasicAuth(h.one, "")
	w := &nullWriter{http.Header{}}
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		src.Reset(body)
		h.ServeHTTP(w, r)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "actions/s")
}

func line(i int) string {
	return fmt.Sprintf(`{"id":"0198c0de-0000-7000-8000-%012d","community":"c","member":"member-%d","kind":"comment","time":"2026-01-15T16:00:00.5Z","target":"member-2","object":"post-77","channel":"general","platform":"forum"}`+"\n", i, i%100)
}

func BenchmarkSingle(b *testing.B) { benchmark(b, "/v1/actions", []byte(line(0)), 1) }

func BenchmarkLines1000(b *testing.B) {
	var body []byte
	for i := range 1000 {
		body = append(body, line(i)...)
	}
	benchmark(b, "/v1/actions", body, 1000)
}

func BenchmarkImport10000(b *testing.B) {
	var batch actionpb.ImportBatch
	for i := range 10_000 {
		batch.Actions = append(batch.Actions, encoded(func(a *schemas.Action) {
			a.ID, a.Member = fmt.Appendf(nil, "0198c0de-%d", i), fmt.Appendf(nil, "member-%d", i%100)
		}))
	}
	body, err := proto.Marshal(&batch)
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, "/v1/import", body, 10_000)
}
