package state

import (
	"encoding/binary"
	"unsafe"
)

// order is this machine's byte order, as it is written before records. A snapshot from a machine of the other one is
// refused, and the log is folded again.
var order = byte(binary.NativeEndian.Uint16([]byte{0, 1}))

// Put appends records as they lie in memory. T holds no pointers and has no gaps between its fields, whose content would
// not be determined.
func Put[T any](w *Writer, v []T) {
	w.b = append(w.b, order)
	w.Uint(uint64(len(v)))
	w.b = append(w.b, memory(v)...)
}

// Get reads what Put wrote. The records may hold anything: the caller checks what it relies on.
func Get[T any](r *Reader) []T {
	if len(r.b) == 0 || r.b[0] != order {
		r.Fail()
		return nil
	}
	r.b = r.b[1:]
	v := make([]T, r.size(uint64(unsafe.Sizeof(*new(T)))))
	r.b = r.b[copy(memory(v), r.b):]
	return v
}

// memory views records as bytes.
func memory[T any](v []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), uintptr(len(v))*unsafe.Sizeof(*new(T)))
}

// Words appends a slice of words.
func (w *Writer) Words(v []uint64) { Put(w, v) }

// Words reads a slice of words.
func (r *Reader) Words() []uint64 { return Get[uint64](r) }

// Uint32s appends a slice of half words.
func (w *Writer) Uint32s(v []uint32) { Put(w, v) }

// Uint32s reads a slice of half words.
func (r *Reader) Uint32s() []uint32 { return Get[uint32](r) }
