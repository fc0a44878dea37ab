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

// of says who asks for a key: a worker that restores, its writer, or the engine for a whole stage.
func (bucket) of(ctx context.Context, key string) caller {
	part := strings.Split(key, "/")
	n := -1
	if len(part) > 1 && part[1] != "" {
		n, _ = strconv.Atoi(part[1])
	}
	for topic, stage := range stageOf {
		if stage == part[0] {
			return of(ctx, topic, n)
		}
	}
	return caller{}
}

func (b bucket) ListPaged(ctx context.Context, o *driver.ListOptions) (*driver.ListPage, error) {
	page := &driver.ListPage{}
	err := b.p.call(ctx, b.of(ctx, o.Prefix), "list", func(float64) {
		for key, v := range b.p.bucket {
			if strings.HasPrefix(key, o.Prefix) {
				page.Objects = append(page.Objects, &driver.ListObject{Key: key, Size: int64(len(v))})
			}
		}
	})
	slices.SortFunc(page.Objects, func(x, y *driver.ListObject) int { return strings.Compare(x.Key, y.Key) })
	return page, err
}

func (b bucket) Delete(ctx context.Context, key string, _ *driver.DeleteOptions) error {
	ok := true
	err := b.p.call(ctx, b.of(ctx, key), "delete", func(float64) {
		_, ok = b.p.bucket[key]
		delete(b.p.bucket, key)
	})
	if err == nil && !ok {
		err = errNoKey
	}
	return err
}

type bucketReader struct{ *bytes.Reader }

func (r bucketReader) Attributes() *driver.ReaderAttributes {
	return &driver.ReaderAttributes{Size: r.Size(), ModTime: time.Unix(0, 0)}
}
func (bucketReader) As(any) bool  { return false }
func (bucketReader) Close() error { return nil }

func (b bucket) NewRangeReader(ctx context.Context, key string, _, _ int64, _ *driver.ReaderOptions) (driver.Reader, error) {
	var v []byte
	ok := false
	err := b.p.call(ctx, b.of(ctx, key), "read snapshot", func(float64) { v, ok = bytes.Clone(b.p.bucket[key]), b.p.bucket[key] != nil })
	if err == nil && !ok {
		err = errNoKey
	}
	return bucketReader{bytes.NewReader(v)}, err
}

// bucketWriter puts the object in place when it is closed.
type bucketWriter struct {
	bytes.Buffer
	ctx context.Context
	b   bucket
	key string
}

func (b bucket) NewTypedWriter(ctx context.Context, key, _ string, _ *driver.WriterOptions) (driver.Writer, error) {
	return &bucketWriter{ctx: ctx, b: b, key: key}, b.p.call(ctx, b.of(ctx, key), "create snapshot", func(float64) {})
}

func (w *bucketWriter) Close() error {
	return w.b.p.call(w.ctx, w.b.of(w.ctx, w.key), "write snapshot", func(float64) {
		w.b.p.bucket[w.key] = bytes.Clone(w.Bytes())
		delete(w.b.p.spoilt, w.key)
		part := strings.Split(w.key, "/")
		if w.b.p.promised != nil {
			n, _ := strconv.Atoi(part[1])
			next, _ := strconv.ParseInt(part[2], 10, 64)
			w.b.p.promised(part[0], n, next)
		}
	})
}

var _ io.Writer = (*bucketWriter)(nil)
