package graph

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/state"
)

// Save writes the graph.
func (g *Graph) Save(w *state.Writer) {
	w.Uint32s(g.nodes)
	w.Int(g.ref)
	w.Uint(g.Forgotten)
	for _, column := range [][]uint32{g.Rows, g.From, g.Sum, g.objects} {
		w.Uint32s(column)
	}
	w.Words(g.Current)
	state.Put(w, g.First)
	w.Words(g.endorsers)
}

// Load reads what Save wrote. Damage fails r; the graph is then empty.
func Load(r *state.Reader) *Graph {
	g := &Graph{nodes: r.Uint32s(), ref: r.Int(), Forgotten: r.Uint()}
	for _, column := range []*[]uint32{&g.Rows, &g.From, &g.Sum, &g.objects} {
		*column = r.Uint32s()
	}
	g.Current, g.First, g.endorsers = r.Words(), state.Get[uint16](r), r.Words()
	if r.Err() != nil || !g.name() || !g.sound() {
		r.Fail()
		return New()
	}
	return g
}

// name finds the members of nodes, and reports whether each node has one.
func (g *Graph) name() bool {
	n := len(g.Rows) - 1
	if n < 0 || n > len(g.nodes) {
		return false
	}
	g.Members = make([]uint32, n)
	named := 0
	for member, node := range g.nodes {
		if int(node) > n {
			return false
		}
		if node > 0 {
			g.Members[node-1] = uint32(member)
			named++
		}
	}
	seen := make([]bool, n)
	for _, node := range g.nodes {
		if node > 0 {
			if seen[node-1] {
				return false
			}
			seen[node-1] = true
		}
	}
	return named == n
}

func (g *Graph) sound() bool {
	n := len(g.From)
	if len(g.Sum) != n || len(g.Current) != n || len(g.First) != n || len(g.objects) != len(g.Rows) ||
		g.ref != unset && (g.ref < -1<<52 || g.ref > 1<<52) || g.ref == unset && n > 0 {
		return false
	}
	if !rows(g.Rows, n) || !rows(g.objects, len(g.endorsers)) {
		return false
	}
	for node := range g.Members {
		before := int64(-1)
		for _, a := range g.From[g.Rows[node]:g.Rows[node+1]] {
			if int64(a) <= before || int(a) >= len(g.Members) || int(a) == node {
				return false
			}
			before = int64(a)
		}
		row := g.endorsers[g.objects[node]:g.objects[node+1]]
		for i, e := range row {
			if i > 0 && e <= row[i-1] || e&(1<<actorBits-1) >= uint64(len(g.Members)) {
				return false
			}
		}
	}
	return true
}

// rows reports whether rows part n things.
func rows(rows []uint32, n int) bool {
	before := uint32(0)
	for _, at := range rows {
		if at < before {
			return false
		}
		before = at
	}
	return n <= math.MaxUint32 && rows[0] == 0 && int(before) == n
}

// Reach is one more than the greatest number of a member that is kept.
func (g *Graph) Reach() int { return len(g.nodes) }
