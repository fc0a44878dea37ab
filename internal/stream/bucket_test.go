package stream

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/driver"
	"gocloud.dev/gcerrors"
)

var errNoKey = errors.New("no such key")

// bucket is the world's object store as a process reaches it.
type bucket struct{ p *process }

func (p *process) store() *Store { return &Store{bucket: blob.NewBucket(bucket{p})} }

func (bucket) ErrorCode(err error) gcerrors.ErrorCode {
	if errors.Is(err, errNoKey) {
		return gcerrors.NotFound
	}
	return gcerrors.Unknown
}
func (bucket) As(any) bool             { return false }
func (bucket) ErrorAs(error, any) bool { return false }
func (bucket) Close() error            { return nil }

func (b bucket) Attributes(_ context.Context, key string) (*driver.Attributes, error) {
	return nil, errNoKey
}

func (bucket) Copy(context.Context, string, string, *driver.CopyOptions) error { return errDown }

func (bucket) SignedURL(context.Context, string, *driver.SignedURLOptions) (string, error) {
	return "", errDown
}

func (b bucket) ListPaged(_ context.Context, o *driver.ListOptions) (*driver.ListPage, error) {
	page := &driver.ListPage{}
	err := b.p.call("list", func() {
		for key, v := range b.p.bucket {
			if strings.HasPrefix(key, o.Prefix) {
				page.Objects = append(page.Objects, &driver.ListObject{Key: key, Size: int64(len(v))})
			}
		}
	})
	slices.SortFunc(page.Objects, func(x, y *driver.ListObject) int { return strings.Compare(x.Key, y.Key) })
	return page, err
}

func (b bucket) Delete(_ context.Context, key string, _ *driver.DeleteOptions) error {
	return b.p.call("delete", func() { delete(b.p.bucket, key) })
}

type bucketReader struct{ *bytes.Reader }

func (r bucketReader) Attributes() *driver.ReaderAttributes {
	return &driver.ReaderAttributes{Size: r.Size(), ModTime: time.Unix(0, 0)}
}
func (bucketReader) As(any) bool  { return false }
func (bucketReader) Close() error { return nil }

func (b bucket) NewRangeReader(_ context.Context, key string, _, _ int64, _ *driver.ReaderOptions) (driver.Reader, error) {
	var v []byte
	ok := false
	err := b.p.call("read snapshot", func() { v, ok = b.p.bucket[key] })
	if err == nil && !ok {
		err = errNoKey
	}
	return bucketReader{bytes.NewReader(v)}, err
}

// bucketWriter puts the object in place when it is closed, and leaves a torn one where its context ended before.
type bucketWriter struct {
	bytes.Buffer
	b   bucket
	key string
}

func (b bucket) NewTypedWriter(_ context.Context, key, _ string, _ *driver.WriterOptions) (driver.Writer, error) {
	return &bucketWriter{b: b, key: key}, b.p.call("create snapshot", func() {})
}

func (w *bucketWriter) Close() error {
	return w.b.p.call("write snapshot", func() {
		w.b.p.bucket[w.key] = bytes.Clone(w.Bytes())
		part := strings.Split(w.key, "/")
		if w.b.p.promised != nil {
			n, _ := strconv.Atoi(part[1])
			next, _ := strconv.ParseInt(part[2], 10, 64)
			w.b.p.promised(part[0], n, next)
		}
	})
}

var _ io.Writer = (*bucketWriter)(nil)
