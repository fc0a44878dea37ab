package state

import (
	"encoding/binary"
	"errors"
	"math"
)

// ErrDamaged is what a Reader reports for bytes that no Writer of this version wrote.
var ErrDamaged = errors.New("snapshot is damaged or of another version")

// Writer appends values. Its zero value is ready.
type Writer struct{ b []byte }

// NewWriter returns a writer with room for about size bytes: growing to millions of members' state copies it several times.
func NewWriter(size int) *Writer { return &Writer{b: make([]byte, 0, size)} }

// Bytes returns what was written.
func (w *Writer) Bytes() []byte { return w.b }

// Uint appends an unsigned number.
func (w *Writer) Uint(v uint64) { w.b = binary.AppendUvarint(w.b, v) }

// Int appends a signed number.
func (w *Writer) Int(v int64) { w.b = binary.AppendVarint(w.b, v) }

// Float appends a floating-point number, bit by bit.
func (w *Writer) Float(v float64) { w.b = binary.LittleEndian.AppendUint64(w.b, math.Float64bits(v)) }

// Bool appends a truth value.
func (w *Writer) Bool(v bool) {
	if v {
		w.b = append(w.b, 1)
	} else {
		w.b = append(w.b, 0)
	}
}

// String appends a string.
func (w *Writer) String(s string) {
	w.Uint(uint64(len(s)))
	w.b = append(w.b, s...)
}

// Reader reads what a Writer wrote, in the same order. After the first damage every read returns zero values and Err
// reports it; a loop over a count from Len therefore ends.
type Reader struct {
	b   []byte
	err error
}

// NewReader reads from b.
func NewReader(b []byte) *Reader { return &Reader{b: b} }

// Err returns ErrDamaged if anything read so far was not there.
func (r *Reader) Err() error { return r.err }

// Done returns Err, or ErrDamaged when bytes are left over.
func (r *Reader) Done() error {
	if len(r.b) > 0 {
		r.Fail()
	}
	return r.err
}

// Fail is for a caller that read a value which no Writer was given.
func (r *Reader) Fail() { r.b, r.err = nil, ErrDamaged }

// Uint reads an unsigned number.
func (r *Reader) Uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.Fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

// Int reads a signed number.
func (r *Reader) Int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.Fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

// Between reads a signed number that must lie in [lo, hi].
func (r *Reader) Between(lo, hi int64) int64 {
	v := r.Int()
	if v < lo || v > hi {
		r.Fail()
		return lo
	}
	return v
}

// Float reads a floating-point number.
func (r *Reader) Float() float64 {
	if len(r.b) < 8 {
		r.Fail()
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(r.b))
	r.b = r.b[8:]
	return v
}

// Bool reads a truth value.
func (r *Reader) Bool() bool {
	if len(r.b) == 0 || r.b[0] > 1 {
		r.Fail()
		return false
	}
	v := r.b[0] == 1
	r.b = r.b[1:]
	return v
}

// Len reads a count of things that take at least one byte each, so that damage cannot ask for more memory than the
// snapshot is long.
func (r *Reader) Len() int { return r.size(1) }

func (r *Reader) size(each uint64) int {
	n := r.Uint()
	if n > uint64(len(r.b))/each {
		r.Fail()
		return 0
	}
	return int(n)
}

// String reads a string.
func (r *Reader) String() string {
	n := r.size(1)
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}
