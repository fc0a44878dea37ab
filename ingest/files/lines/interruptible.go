package lines

import (
	"context"
	"io"
)

// Interruptible returns r such that a Read ends when ctx does: a terminal's cannot be ended otherwise. The goroutine
// that reads ends at stop, or, where a read of r hangs, when that returns.
func Interruptible(ctx context.Context, r io.Reader) (io.Reader, func()) {
	if r == nil {
		return nil, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	i := &interruptibleReader{ctx: ctx, r: r, want: make(chan []byte), got: make(chan result)}
	return i, func() { cancel(context.Canceled) }
}

type result struct {
	n   int
	err error
}

type interruptibleReader struct {
	ctx     context.Context
	r       io.Reader
	buf     []byte // the goroutine's between want and got: a Read that was given up must not be written to
	want    chan []byte
	got     chan result
	started bool
}

// Read implements io.Reader.
func (i *interruptibleReader) Read(p []byte) (int, error) {
	if !i.started {
		i.started = true
		i.buf = make([]byte, 64<<10)
		go i.run()
	}
	select {
	case i.want <- i.buf[:min(len(p), len(i.buf))]:
	case <-i.ctx.Done():
		return 0, context.Cause(i.ctx)
	}
	select {
	case res := <-i.got:
		return copy(p, i.buf[:res.n]), res.err
	case <-i.ctx.Done():
		return 0, context.Cause(i.ctx)
	}
}

func (i *interruptibleReader) run() {
	for {
		select {
		case b := <-i.want:
			n, err := i.r.Read(b)
			select {
			case i.got <- result{n, err}:
			case <-i.ctx.Done():
				return
			}
		case <-i.ctx.Done():
			return
		}
	}
}
