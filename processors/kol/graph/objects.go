package graph

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/kol/work"
)

// objects notes who endorsed which object. Ties are sorted by target.
func (m *merging) objects() work.Stage {
	return work.Each(len(m.sorted), func(i uint32) int {
		target := uint32(m.keys[i].Key >> 32)
		if o := m.sorted[i].Object; o != 0 {
			m.row = append(m.row, o<<actorBits|m.keys[i].Key&(1<<actorBits-1))
		}
		if int(i)+1 < len(m.keys) && m.keys[i+1].Key>>32 == m.keys[i].Key>>32 {
			return 1
		}
		slices.Sort(m.row)
		from, to := span(m.old.objects, target)
		for _, e := range slices.Compact(m.row) {
			n, ok := slices.BinarySearch(m.old.endorsers[from:to], e)
			from += uint32(n) // the next one lies behind
			if !ok {
				m.said = append(m.said, entry{target, from, e})
			}
		}
		costs := 1 + searching*len(m.row)
		m.row = m.row[:0]
		return costs
	})
}

// endorsers copies the old ones and puts the new ones between them.
func (m *merging) endorsers() work.Stage {
	from := m.old.endorsers
	to := make([]uint64, len(from)+len(m.said))
	m.g.endorsers = to
	src, dst := 0, 0
	return between(len(m.said), len(from), func(i int) int { return int(m.said[i].at) }, func(end int) {
		dst += copy(to[dst:], from[src:end])
		src = end
	}, func(i int) {
		to[dst] = m.said[i].endorser
		dst++
	})
}

func (m *merging) objectRows() work.Stage {
	m.g.objects = make([]uint32, len(m.g.Members)+1)
	next := uint32(0)
	return work.Each(len(m.g.objects), func(row uint32) int {
		for int(next) < len(m.said) && m.said[next].target < row {
			next++
		}
		from, _ := span(m.old.objects, row)
		m.g.objects[row] = from + next
		return 1
	})
}
