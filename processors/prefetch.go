package processors

import (
	"slices"
	"unsafe"

	"github.com/zeebo/xxh3"

	"github.com/rollcall-dev/rollcall/processors/dedupe"
	"github.com/rollcall-dev/rollcall/processors/members"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// decoded is a record of rollcall.actions as DecodeRecord returned it, and of an action the hashes by which it is known.
type decoded struct {
	value   []byte
	action  schemas.Action
	control *actionpb.Control
	err     error
	name    xxh3.Uint128 // of the member
	id      dedupe.ID
}

// decode reads a record. Its value comes last: should this panic, which is a bug, it is not taken for decoded.
func (d *decoded) decode(value []byte) {
	d.value = nil
	if d.control, d.err = schemas.DecodeRecord(value, &d.action); d.isAction() {
		d.name = members.Hash(d.action.Member)
		d.id = dedupe.Key(d.action.ID, d.name)
	}
	d.value = value
}

func (d *decoded) isAction() bool { return d.err == nil && d.control == nil }

// ahead are the records that Prefetch was told of and Apply has not had yet.
type ahead struct {
	records []decoded
	at      int
	single  decoded // of a record that was not announced
	known   []known // the members of records
	touched uint64  // a sum of what was read, so that it is read
}

type known struct {
	c      *community
	member uint32
}

// forget drops what was announced: its memory may be another record's from now on.
func (h *ahead) forget() { h.records, h.at, h.known = h.records[:0], 0, h.known[:0] }

// take returns the decoded record of a value, valid until the next call.
func (h *ahead) take(value []byte) *decoded {
	if h.at < len(h.records) && same(h.records[h.at].value, value) {
		h.at++
		return &h.records[h.at-1]
	}
	h.single.decode(value)
	return &h.single
}

func same(a, b []byte) bool {
	return len(a) > 0 && len(a) == len(b) && unsafe.SliceData(a) == unsafe.SliceData(b)
}

// Prefetch implements Fold. Each of its rounds reads memory at places that do not depend on each other, so that the
// processor waits for many of them at once: with millions of members, waiting is most of what a fold does.
func (m *Members) Prefetch(next []schemas.Logged) {
	h := &m.ahead
	h.forget()
	h.records = slices.Grow(h.records, len(next))
	for i, r := range next {
		h.records = h.records[:i+1]
		h.records[i].decode(r.Value)
	}
	for i := range h.records {
		if r := &h.records[i]; r.isAction() {
			if c := m.find(r.action.Community); c != nil {
				h.touched += c.seen.Touch(r.id)
				if n, ok := c.members.TouchName(r.name); ok {
					h.known = append(h.known, known{c, n})
				}
			}
		}
	}
	for _, k := range h.known {
		h.touched += k.c.members.Touch(k.member) + k.c.lives.Touch(k.member) + k.c.hours.Touch(k.member) +
			k.c.scores.Touch(k.member) + k.c.tracker.Touch(k.member)
	}
}
