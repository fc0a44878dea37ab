package lifecycle

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/processors/table"
)

// entry is a value at a place in a table of an interval: a cohort and n, or an interval and a number of active days.
type entry[V any] struct {
	k, n int32
	v    V
}

// places are values by place, in the order in which they were first touched.
type places[V any] struct {
	entries []entry[V]
	index   table.Table
}

// find returns which entry is that of a place, a new one of value zero if there was none.
func (p *places[V]) find(k, n int32) int32 {
	i, fresh := p.index.Upsert(uint64(uint32(k))<<32 | uint64(uint32(n)))
	if fresh {
		*i = uint32(len(p.entries))
		p.entries = append(p.entries, entry[V]{k: k, n: n})
	}
	return int32(*i)
}

// take returns the entries in the order of their places, valid until the next find, and forgets them.
func (p *places[V]) take() []entry[V] {
	out := p.entries
	slices.SortFunc(out, func(a, b entry[V]) int { return cmp.Or(cmp.Compare(a.k, b.k), cmp.Compare(a.n, b.n)) })
	p.entries, p.index = out[:0], table.Table{}
	return out
}

func (p *places[V]) load(r *state.Reader) {
	for _, e := range state.Get[entry[V]](r) {
		at := p.find(e.k, e.n)
		if int(at) != len(p.entries)-1 {
			r.Fail() // a place that is there twice
			return
		}
		p.entries[at].v = e.v
	}
}
