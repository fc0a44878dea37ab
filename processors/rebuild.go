package processors

import (
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// maxKept bounds the live actions that are kept between a rebuild's mark and its swap.
const maxKept = 200_000

// againAfter is after how many ticks of the present, half a second to five seconds apart, a swap is told once more, by one
// partition: another owner of a partition, who did not know yet that it was none any more, may have written under the old
// names meanwhile.
const againAfter = 60

// rebuild does one step of a rebuild (ADR 9).
func (m *Members) rebuild(r *actionpb.Rebuild) {
	c := m.community([]byte(r.Community))
	n := c.next
	switch {
	case r.Begin != nil:
		if r.Epoch > c.epoch && (n == nil || r.Epoch > n.epoch) {
			c.next = newCommunity(c.name)
			c.next.epoch, c.next.staged = r.Epoch, true
			c.next.use(r.Begin)
		}
	case n == nil || n.epoch != r.Epoch: // given up, or replaced by a newer one
	case r.Swap > 0:
		m.swap(c, r.Swap)
	default:
		for _, a := range r.Actions {
			m.restate(n, a.Action, a.Late)
		}
		n.keeping = n.keeping || r.Mark
	}
}

// restate folds an action of the archive into the second state, and says anew whether it is late where that changes. A
// repeat counts as late: it is in no number.
func (m *Members) restate(c *community, value []byte, was bool) {
	a := &m.action
	if control, err := schemas.DecodeRecord(m.arena.keep(value), a); control != nil || err != nil {
		return // the archive holds only what was read before
	}
	late, repeated := c.take(a, m)
	if late = late || repeated; late != was {
		m.rows.action(a, late, c.epoch, uint64(m.next), &m.floats)
	}
}

// swap makes the second state the live one. Rows that are on their way are written before the signal that says so
// (Outputs.RowsFirst), so that the communities stage can move those of the other name and drop the old ones.
func (m *Members) swap(c *community, from int64) {
	n := c.next
	for _, k := range n.kept {
		if k.offset >= from { // else it is in the archive's part
			m.restate(n, k.value, k.late)
		}
	}
	n.kept, n.keeping = nil, false
	n.configure(&actionpb.Settings{Community: n.name, TimeZone: n.zone, Clock: c.clock, LatenessMs: n.lateness,
		Weights: n.settings.Weights, Bots: c.settings.Bots, Revision: n.settings.Revision})
	n.advance(c.time)
	n.heard, n.greeted, n.staged, n.swapping = c.heard, c.greeted, false, true
	if m.partition == 0 {
		n.again = againAfter
	}
	m.communities[c.name] = n
	for i := range m.order {
		if m.order[i] == c {
			m.order[i] = n
		}
	}
	m.cut()
}
