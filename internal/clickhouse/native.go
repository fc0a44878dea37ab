package clickhouse

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"time"
	"unsafe"

	"github.com/rollcall-dev/rollcall/schemas"
)

// body is the rows of one insert in Native form: a block for each set, whose columns are pieces. A text column is sent
// from where the fold wrote it. Over HTTP the engine takes plain types and makes them the table's.
type body struct {
	mu      sync.Mutex
	pieces  [][]byte
	stopped bool
}

// add appends a set of rows as a block. The set must not change until stop has returned.
func (b *body) add(rows schemas.Rows) error {
	columns := rows.Columns()
	head := binary.AppendUvarint(nil, uint64(len(columns)))
	head = binary.AppendUvarint(head, uint64(rows.Len()))
	for _, c := range columns {
		head = appendString(appendString(head, c.Name), wireType(c.Values))
		b.pieces = append(b.pieces, head)
		head = nil
		n, err := b.values(c.Values)
		if err != nil {
			return fmt.Errorf("column %s of %s: %w", c.Name, rows.Table(), err)
		}
		if n != rows.Len() {
			return fmt.Errorf("column %s of %s holds %d values for %d rows", c.Name, rows.Table(), n, rows.Len())
		}
	}
	return nil
}

func (b *body) values(values any) (int, error) {
	switch v := values.(type) {
	case *schemas.Text:
		b.pieces = append(b.pieces, v.Wire())
		return v.Len(), nil
	case *schemas.Floats:
		b.pieces = append(b.pieces, v.Nulls, littleEndian(v.Values))
		return len(v.Values), nil
	case []string:
		size := 0
		for _, s := range v {
			size += len(s) + 1
		}
		out := make([]byte, 0, size+size/16)
		for _, s := range v {
			out = appendString(out, s)
		}
		b.pieces = append(b.pieces, out)
		return len(v), nil
	case []int32:
		out := make([]byte, 0, 2*len(v))
		for _, day := range v {
			out = binary.LittleEndian.AppendUint16(out, uint16(min(max(day, 0), math.MaxUint16))) //nolint:gosec // Date ends in 2149
		}
		b.pieces = append(b.pieces, out)
		return len(v), nil
	case []*float64:
		nulls, out := make([]byte, len(v)), make([]byte, 0, 8*len(v))
		for i, f := range v {
			if f == nil {
				nulls[i], f = 1, new(float64)
			}
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(*f))
		}
		b.pieces = append(b.pieces, nulls, out)
		return len(v), nil
	case []uint8:
		b.pieces = append(b.pieces, v)
		return len(v), nil
	case []uint32:
		b.pieces = append(b.pieces, littleEndian(v))
		return len(v), nil
	case []uint64:
		b.pieces = append(b.pieces, littleEndian(v))
		return len(v), nil
	case []int64:
		b.pieces = append(b.pieces, littleEndian(v))
		return len(v), nil
	case []float64:
		b.pieces = append(b.pieces, littleEndian(v))
		return len(v), nil
	}
	return 0, fmt.Errorf("values of type %T have no form here", values)
}

// littleEndian are the bytes of numbers as the wire has them. Rollcall runs on little-endian machines only: on others
// ClickHouse's own library is not to be had either.
func littleEndian[T uint32 | uint64 | int64 | float64](v []T) []byte {
	if len(v) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(v[0])))
}

func appendString(out []byte, s string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(s))), s...)
}

var errStopped = errors.New("the insert is over")

// WriteTo implements io.WriterTo, by which net/http sends it without a copy.
func (b *body) WriteTo(w io.Writer) (int64, error) {
	total := int64(0)
	for i := range b.pieces {
		n, err := b.write(w, i)
		if total += int64(n); err != nil {
			return total, err
		}
	}
	return total, nil
}

func (b *body) write(w io.Writer, i int) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped {
		return 0, errStopped
	}
	return w.Write(b.pieces[i])
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.pieces) > 0 && len(b.pieces[0]) == 0 {
		b.pieces = b.pieces[1:]
	}
	if b.stopped {
		return 0, errStopped
	}
	if len(b.pieces) == 0 {
		return 0, io.EOF
	}
	n := copy(p, b.pieces[0])
	b.pieces[0] = b.pieces[0][n:]
	return n, nil
}

// stop waits until nothing is read of the rows any more: net/http may send a body on for a moment after a request failed.
func (b *body) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopped = true
}

// wireType is the ClickHouse type that the values of a column travel as.
func wireType(values any) string {
	switch values.(type) {
	case []int64:
		return "DateTime64(3, 'UTC')"
	case []int32:
		return "Date"
	case []uint8:
		return "UInt8"
	case []uint32:
		return "UInt32"
	case []uint64:
		return "UInt64"
	case []float64:
		return "Float64"
	case []*float64, *schemas.Floats:
		return "Nullable(Float64)"
	}
	return "String"
}

// clientValues are values as clickhouse-go's columns take them.
func clientValues(values any) any {
	switch v := values.(type) {
	case *schemas.Text:
		views := make([]string, 0, v.Len())
		for b := range v.All() {
			views = append(views, unsafe.String(unsafe.SliceData(b), len(b))) // until the column has copied it
		}
		return views
	case *schemas.Floats:
		out := make([]*float64, len(v.Values))
		for i := range out {
			if v.Nulls[i] == 0 {
				out[i] = &v.Values[i]
			}
		}
		return out
	case []int32: // it has no numbered days
		dates := make([]time.Time, len(v))
		for i, day := range v {
			dates[i] = time.Unix(int64(day)*86_400, 0).UTC()
		}
		return dates
	}
	return values
}
