package lines

import (
	"bytes"
	"errors"
	"io"
)

// ErrTooLong is returned with the beginning of a line that is longer than the reader's limit.
var ErrTooLong = errors.New("line too long")

const chunk = 128 << 10 // read at a time

// Reader cuts a stream into lines without copying them. It is not for concurrent use.
type Reader struct {
	src io.Reader
	max int
	buf []byte
	err error // of src, kept until the lines before it are out

	// In buf: the record at hand from start, its first line's end, its own end, all that was read.
	start, first, end, fill int
	line                    int64 // number of the record's first line, from 1
	taken                   int64 // lines in the record
}

// NewReader returns a reader of lines of at most max bytes. Its memory is bounded by about twice that.
func NewReader(src io.Reader, max int) *Reader {
	return &Reader{src: src, max: max, buf: make([]byte, 2*chunk), line: 1}
}

// Line returns the number of the first line of the record at hand, from 1.
func (r *Reader) Line() int64 { return r.line }

// Next returns the next line without its end (\n or \r\n), valid until the next call. A line beyond the limit is
// returned cut, with ErrTooLong, and skipped. At the end it returns io.EOF, or what the source failed with; a last line
// that the failure cut is not returned.
func (r *Reader) Next() ([]byte, error) {
	r.line += r.taken
	r.start, r.taken = r.end, 0
	if err := r.extend(); err != nil {
		if errors.Is(err, ErrTooLong) {
			return r.skip(), err
		}
		return nil, err
	}
	r.first = r.end
	if r.line == 1 && bytes.HasPrefix(r.buf[r.start:r.end], []byte("\xef\xbb\xbf")) {
		r.start += 3
	}
	return r.record(), nil
}

// More returns the record at hand with one more line. It returns io.EOF when there is none, ErrTooLong when the record
// would be longer than the limit, and leaves the record as it is then.
func (r *Reader) More() ([]byte, error) {
	if err := r.extend(); err != nil {
		return nil, err
	}
	return r.record(), nil
}

// Rewind gives back all but the record's first line, which it returns.
func (r *Reader) Rewind() []byte {
	r.end, r.taken = r.first, 1
	return r.record()
}

func (r *Reader) record() []byte {
	b := r.buf[r.start:r.end]
	if n := len(b); n > 0 && b[n-1] == '\n' {
		b = b[:n-1]
		if n > 1 && b[n-2] == '\r' {
			b = b[:n-2]
		}
	}
	return b
}

// extend moves end behind the next line break.
func (r *Reader) extend() error {
	from := r.end
	for {
		if i := bytes.IndexByte(r.buf[from:r.fill], '\n'); i >= 0 {
			if from+i-r.start > r.max {
				return ErrTooLong
			}
			r.end = from + i + 1
			r.taken++
			return nil
		}
		if r.fill-r.start > r.max {
			return ErrTooLong
		}
		scanned := r.fill - r.start
		if r.err != nil {
			if errors.Is(r.err, io.EOF) && r.fill > r.end {
				r.end = r.fill
				r.taken++
				return nil
			}
			return r.err
		}
		r.read()
		from = r.start + scanned
	}
}

// read makes room behind what is held and reads once.
func (r *Reader) read() {
	if len(r.buf)-r.fill < chunk {
		held := r.fill - r.start
		buf := r.buf
		if held+chunk > len(buf) {
			buf = make([]byte, 2*(held+chunk))
		}
		copy(buf, r.buf[r.start:r.fill])
		r.buf, r.first, r.end, r.fill, r.start = buf, r.first-r.start, r.end-r.start, held, 0
	}
	n, err := r.src.Read(r.buf[r.fill:])
	r.fill += n
	r.err = err
}

// skip goes on to the end of a line that is too long and returns its beginning.
func (r *Reader) skip() []byte {
	head := bytes.Clone(r.buf[r.start:min(r.start+r.max, r.fill)])
	for {
		if i := bytes.IndexByte(r.buf[r.end:r.fill], '\n'); i >= 0 {
			r.end += i + 1
			break
		}
		r.start, r.first, r.end = r.fill, r.fill, r.fill
		if r.err != nil {
			break
		}
		r.read()
	}
	r.start, r.first, r.taken = r.end, r.end, 1
	return head
}

// Record returns the record at hand, as Next or More last did.
func (r *Reader) Record() []byte { return r.record() }
