package processors

import (
	"slices"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// maxKept bounds the bytes of live actions that are kept between a rebuild's mark and its swap, in each partition.
const maxKept = 64 << 20

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
	case r.GiveUp:
		c.next = nil
	case r.Swap:
		m.swap(c)
	default:
		for _, a := range r.Actions {
			if n.mark == 0 || a.Offset < n.mark { // else it is kept
				m.restate(n, a.Action, a.Late)
			}
		}
		if r.Mark && n.mark == 0 {
			n.mark = m.next
		}
	}
}

// keep copies a live action for the second state. It never gives up, because other partitions may swap: where too much is
// kept, all of it is folded in now, and from then on each action as it comes. What the archive has still to bring may be
// late then, and says so.
func (m *Members) keep(n *community, value []byte, late bool) {
	switch {
	case n.direct:
		m.restate(n, value, late)
	case n.mark > 0:
		n.kept = append(n.kept, keptAction{slices.Clone(value), late})
		if n.size += len(value); n.size > m.kept {
			n.direct = true
			m.takeKept(n)
		}
	}
}

// takeKept folds in what was kept.
func (m *Members) takeKept(n *community) {
	for _, k := range n.kept {
		m.restate(n, k.value, k.late)
	}
	n.kept, n.size = nil, 0
}

// restate folds an action of the archive into the second state, and says anew whether it is late where that changes. A
// repeat counts as late, for it is in no number. The rows wait like all others of the second state: until the swap, the
// archive says what the live numbers hold.
func (m *Members) restate(n *community, value []byte, was bool) {
	r := &m.again
	r.decode(value)
	a := &r.action
	if !r.isAction() || string(a.Community) != n.name {
		return // the archive holds only what was read before
	}
	late, repeated := n.take(r, m)
	if late = late || repeated; late != was {
		m.rows.action(n.label(), a, late, n.epoch, uint64(m.next))
	}
}

// swap makes the second state the live one. Rows that are on their way are written before the signal that says so
// (Outputs.RowsFirst), so that the communities stage can move those of the other name and drop the old ones.
func (m *Members) swap(c *community) {
	n := c.next
	m.takeKept(n)
	n.mark, n.direct = 0, false
	n.configure(&actionpb.Settings{Community: n.name, TimeZone: n.zone, Clock: c.clock, LatenessMs: n.lateness,
		Weights: n.settings.Weights, Bots: c.settings.Bots, Revision: n.settings.Revision,
		Alerting: c.settings.Alerting, Staff: c.settings.Staff})
	n.advance(c.time)
	n.heard, n.greeted, n.staged, n.swapping = c.heard, c.greeted, false, true
	if m.partition == 0 {
		n.again = againAfter
	}
	m.communities[c.name], m.last = n, nil
	for i := range m.order {
		if m.order[i] == c {
			m.order[i] = n
		}
	}
	m.cut()
}
