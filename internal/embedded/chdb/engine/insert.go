package engine

import (
	"context"
	"io"
	"runtime"
	"sync"
)

// appendSize is how much of a body goes to the engine at once. The engine
// copies it and blocks while it is behind, which is the back pressure.
const appendSize = 1 << 20

var appendBuffers = sync.Pool{New: func() any { b := make([]byte, appendSize); return &b }}

// Insert streams body, rows in the given format, into an INSERT statement that
// has neither a FORMAT clause nor inline rows.
//
// Only a body that ends in a clean io.EOF while ctx lives is committed: any
// other end cancels the insert. The engine has no rollback, so this holds for
// bodies below its max_insert_block_size (1,048,449 rows); of a larger torn body
// the full blocks before the tear may stay.
func (c *Conn) Insert(ctx context.Context, sql, format string, params []Param, body io.Reader) (Stats, error) {
	q, f := []byte(sql), []byte(format)
	s := bind(params, func(n, nl, v, vl pointer, count uintptr) pointer {
		return c.lib.insert(*c.handle, start(q), uintptr(len(q)), start(f), uintptr(len(f)), n, nl, v, vl, count)
	})
	runtime.KeepAlive(q)
	runtime.KeepAlive(f)
	if s == nil {
		return Stats{}, errNoResult
	}
	finished := false // stays false on an error and on a panic in body
	defer func() {
		c.lib.insertDestroy(s) // cancels what is not done
		if !finished {
			c.tidy()
		}
	}()
	if text := c.lib.insertError(s); text != "" {
		return Stats{}, newError(text)
	}
	if err := c.appendAll(ctx, s, body); err != nil {
		c.lib.insertCancel(s)
		return Stats{}, err
	}
	stats, err := c.lib.view(c.lib.insertDone(s), func(Block) error { return nil })
	finished = err == nil
	return stats, err
}

// appendAll returns nil once the engine has the whole body, or has failed by
// itself, in which case insertDone tells the cause.
func (c *Conn) appendAll(ctx context.Context, s pointer, body io.Reader) error {
	buf := appendBuffers.Get().(*[]byte)
	defer appendBuffers.Put(buf)
	for {
		n, end := fill(*buf, body)
		if err := ctx.Err(); err != nil {
			return err
		}
		if end != nil && end != io.EOF { //nolint:errorlint // a wrapped EOF is a torn body
			return end
		}
		if n > 0 && c.lib.insertAppend(s, start(*buf), uintptr(n)) != 0 {
			return nil
		}
		if end != nil {
			return nil
		}
	}
}

// fill is io.ReadFull that keeps the reader's own end: io.ReadFull would make a
// torn body look like a finished one.
func fill(buf []byte, r io.Reader) (n int, err error) {
	for n < len(buf) && err == nil {
		var k int
		k, err = r.Read(buf[n:])
		n += k
	}
	return n, err
}
