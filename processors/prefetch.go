package processors

import (
	"unsafe"

	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// decoded is a record of rollcall.actions as DecodeRecord returned it.
type decoded struct {
	value   []byte
	action  schemas.Action
	control *actionpb.Control
	err     error
}

func (d *decoded) decode(value []byte) {
	d.value = value
	d.control, d.err = schemas.DecodeRecord(value, &d.action)
}

// ahead are the records that Prefetch was told of and Apply has not had yet.
type ahead struct {
	records []decoded
	at      int
	single  decoded // of a record that was not announced
}

// take returns the decoded record of a value, valid until the next call.
func (h *ahead) take(value []byte) *decoded {
	if h.at < len(h.records) && same(h.records[h.at].value, value) {
		h.at++
		return &h.records[h.at-1]
	}
	h.single.decode(value)
	return &h.single
}

func same(a, b []byte) bool { return len(a) == len(b) && unsafe.SliceData(a) == unsafe.SliceData(b) }

// Prefetch implements Fold. Each of its rounds reads memory at places that do not depend on each other, so that the
// processor waits for many of them at once: with millions of members, waiting is most of what a fold does.
func (m *Members) Prefetch(next []schemas.Logged) {
	h := &m.ahead
	for len(h.records) < len(next) {
		h.records = append(h.records, decoded{})
	}
	h.records, h.at = h.records[:len(next)], 0
	for i, r := range next {
		h.records[i].decode(r.Value)
	}
}
