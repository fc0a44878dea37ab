package sorter

import (
	"bytes"
	"encoding/binary"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Record is an action in the sorter's form. Its slices are valid until the next record.
type Record struct {
	Time   int64
	Key    []byte // the canonical encoding: Action.Append without version, id, source and received
	ID     []byte // as in the file, empty where it had none
	Source []byte
	split  int // where in Key the id belongs
}

// Append appends the action's protobuf encoding with that id, as schemas.Action.Append writes it.
func (r *Record) Append(dst, id []byte) []byte {
	head := schemas.Action{Version: schemas.Version}
	dst = append(head.Append(dst), r.Key[:r.split]...)
	middle := schemas.Action{ID: id}
	dst = append(middle.Append(dst), r.Key[r.split:]...)
	tail := schemas.Action{Source: r.Source}
	return tail.Append(dst)
}

// compare is the order of import. Time is part of Key, but its encoding does not sort.
func compare(a, b *Record) int {
	switch {
	case a.Time != b.Time && a.Time < b.Time:
		return -1
	case a.Time != b.Time:
		return 1
	}
	if c := bytes.Compare(a.Key, b.Key); c != 0 {
		return c
	}
	if c := bytes.Compare(a.ID, b.ID); c != 0 {
		return c
	}
	return bytes.Compare(a.Source, b.Source)
}

// encode appends a's record, without its time. Sources are few and long, so they are kept in a table.
func encode(dst []byte, a *schemas.Action, source int) []byte {
	who := schemas.Action{Community: a.Community, Member: a.Member}
	rest := *a
	rest.Version, rest.ID, rest.Source, rest.Received, rest.Community, rest.Member = 0, nil, nil, 0, nil, nil
	// The split and the key's length stand before the key and are not known before it is written: fixed width.
	at := len(dst)
	dst = append(dst, 0, 0, 0, 0, 0, 0)
	dst = who.Append(dst)
	binary.LittleEndian.PutUint16(dst[at:], uint16(len(dst)-at-6))
	dst = rest.Append(dst)
	binary.LittleEndian.PutUint32(dst[at+2:], uint32(len(dst)-at-6))
	dst = binary.AppendUvarint(dst, uint64(source))
	dst = binary.AppendUvarint(dst, uint64(len(a.ID)))
	return append(dst, a.ID...)
}

// decode reads what encode wrote from the beginning of b and returns its length.
func decode(b []byte, time int64, sources [][]byte, r *Record) int {
	all := len(b)
	n := int(binary.LittleEndian.Uint32(b[2:]))
	r.Time, r.split = time, int(binary.LittleEndian.Uint16(b))
	r.Key = b[6 : 6+n : 6+n]
	b = b[6+n:]
	source, n := binary.Uvarint(b)
	b = b[n:]
	length, n := binary.Uvarint(b)
	r.ID = b[n : n+int(length) : n+int(length)]
	r.Source = sources[source]
	return all - len(b) + n + int(length)
}
