package graph

import (
	"math"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/kol/work"
)

// merging is a merge that is under way: old stays as it was, so that it can be read and saved meanwhile.
type merging struct {
	old, g *Graph
	ties   []Tie
	halves uint64 // half-lives by which the instant moves at which current sums are counted
	days   *days
	keys   []work.Key // of ties: target and actor, sorted
	sorted []Tie      // by these
	all    []edge     // what the ties add
	fresh  int        // how many of these are new pairs
	row    []uint64   // objects of one target
	said   []entry    // new endorsers of objects
}

// edge is what ties of one pair add.
type edge struct {
	target, actor uint32
	sum           uint32
	first         uint16
	known         bool
	current       uint64
	at            uint32 // where it lies, or goes, in the old graph
}

// entry is an endorser of an object who is new.
type entry struct {
	target, at uint32
	endorser   uint64
}

// As so many visits: what it costs to look at a tie's members, who lie anywhere, to find its decay, to search in a row, and to
// cut a list into pieces.
const looking, decaying, searching, cutting = 6, 10, 25, 6

// Merge returns a graph with ties besides, as of an instant that is not before that of the last merge nor of any tie, and the
// stages that make it so. Their order does not matter. Graph and ties must not change until then. Name is of a number in the
// roster.
func (g *Graph) Merge(ties []Tie, at int64, cal *calendar.Calendar, name func(member uint32) string) (*Graph, work.Stages) {
	m := &merging{old: g, ties: ties, days: newDays(), g: &Graph{Members: slices.Clone(g.Members), nodes: slices.Clone(g.nodes), Forgotten: g.Forgotten, ref: g.ref}}
	m.rebase(at)
	all := append(work.Stages{}, m.number(name)...)
	all = append(all,
		work.Later(func() work.Stages { return work.Stages{m.sort(), work.SortKeys(&m.keys)} }),
		work.Later(func() work.Stages { m.days.open(cal); return work.Stages{m.aggregate()} }),
		work.Later(func() work.Stages { return work.Stages{work.Each(len(m.all), m.find)} }),
		work.Later(func() work.Stages { return work.Stages{m.columns(), m.rows(), m.objects()} }),
		work.Later(func() work.Stages { return work.Stages{m.endorsers(), m.objectRows()} }),
		work.Once(func() { *m = merging{} }))
	return m.g, all
}

// Merged is a graph with ties besides, made at once.
func (g *Graph) Merged(ties []Tie, at int64, cal *calendar.Calendar, name func(member uint32) string) *Graph {
	to, all := g.Merge(ties, at, cal, name)
	all.Finish()
	return to
}

// rebase moves the instant at which current sums are counted by whole half-lives, before they would overflow.
func (m *merging) rebase(at int64) {
	if m.g.ref == unset {
		m.g.ref = at
	}
	if halves := (at - m.g.ref) / HalfLife; halves >= most {
		m.halves = uint64(halves)
		m.g.ref += halves * HalfLife
	}
}

// number makes nodes of new members, in the order of their names.
func (m *merging) number(name func(uint32) string) work.Stages {
	type newcomer struct {
		member uint32
		name   string
	}
	g := m.g
	var all []newcomer
	note := func(member uint32) {
		for int(member) >= len(g.nodes) {
			g.nodes = append(g.nodes, 0)
		}
		if g.nodes[member] == 0 {
			g.nodes[member] = math.MaxUint32 // seen
			all = append(all, newcomer{member, name(member)})
		}
	}
	return work.Stages{
		work.Each(len(m.ties), func(i uint32) int {
			note(m.ties[i].Actor)
			note(m.ties[i].Target)
			m.days.seen(m.ties[i].Time)
			return looking
		}),
		work.Sort(&all, func(a, b newcomer) int { return strings.Compare(a.name, b.name) }),
		work.Later(func() work.Stages {
			return work.Stages{work.Each(len(all), func(i uint32) int {
				g.Members = append(g.Members, all[i].member)
				g.nodes[all[i].member] = uint32(len(g.Members))
				return looking
			})}
		})}
}

// sort makes the keys by which ties are sorted.
func (m *merging) sort() work.Stage {
	m.keys = make([]work.Key, len(m.ties))
	return work.Each(len(m.ties), func(i uint32) int {
		t := &m.ties[i]
		m.keys[i] = work.Key{Key: uint64(m.g.nodes[t.Target]-1)<<32 | uint64(m.g.nodes[t.Actor]-1), At: i}
		return looking
	})
}

// aggregate sums ties by pair.
func (m *merging) aggregate() work.Stage {
	m.sorted, m.all = make([]Tie, len(m.ties)), make([]edge, 0, len(m.ties))
	return work.Each(len(m.ties), func(i uint32) int {
		m.sorted[i] = m.ties[m.keys[i].At] // from memory all over, once
		t, pair := &m.sorted[i], m.keys[i].Key
		current, day := m.g.decayed(t), m.days.of(t.Time)
		if i > 0 && pair == m.keys[i-1].Key {
			e := &m.all[len(m.all)-1]
			e.sum, e.current, e.first = plus32(e.sum, t.Weight), plus64(e.current, current), min(e.first, day)
		} else {
			m.all = append(m.all, edge{target: uint32(pair >> 32), actor: uint32(pair), sum: t.Weight, current: current, first: day})
		}
		return decaying
	})
}

// decayed is what a tie adds to the current sum of its pair.
func (g *Graph) decayed(t *Tie) uint64 {
	return uint64(math.Round(float64(t.Weight) / 1000 * one * math.Exp2(float64(t.Time-g.ref)/HalfLife)))
}

func plus32(a, b uint32) uint32 {
	if a+b < a {
		return math.MaxUint32
	}
	return a + b
}

func plus64(a, b uint64) uint64 {
	if a+b < a {
		return math.MaxUint64
	}
	return a + b
}

// span is what is listed of a node; of a new one nothing, behind all others.
func span(starts []uint32, node uint32) (from, to uint32) {
	last := uint32(len(starts) - 1)
	return starts[min(node, last)], starts[min(node+1, last)]
}

// find finds where an edge lies or goes.
func (m *merging) find(i uint32) int {
	e := &m.all[i]
	from, to := span(m.old.Rows, e.target)
	n, ok := slices.BinarySearch(m.old.From[from:to], e.actor)
	e.at, e.known = from+uint32(n), ok
	if !ok {
		m.fresh++
	}
	return searching
}

// columns copies the old edges and puts the new ones between them.
func (m *merging) columns() work.Stage {
	from, to := m.old, m.g
	n := len(from.From) + m.fresh
	to.From, to.Sum, to.Current, to.First = make([]uint32, n), make([]uint32, n), make([]uint64, n), make([]uint16, n)
	src, dst := 0, 0
	edges := func(end int) {
		k := dst + end - src
		copy(to.From[dst:k], from.From[src:end])
		copy(to.Sum[dst:k], from.Sum[src:end])
		copy(to.Current[dst:k], from.Current[src:end])
		copy(to.First[dst:k], from.First[src:end])
		if m.halves > 0 {
			for i := dst; i < k; i++ {
				to.Current[i] >>= m.halves
			}
		}
		src, dst = end, k
	}
	return between(len(m.all), len(from.From), func(i int) int { return int(m.all[i].at) }, edges, func(i int) {
		e := &m.all[i]
		if e.known {
			edges(src + 1)
			last := dst - 1
			to.Sum[last], to.Current[last], to.First[last] = plus32(to.Sum[last], e.sum), plus64(to.Current[last], e.current), min(to.First[last], e.first)
			return
		}
		to.From[dst], to.Sum[dst], to.Current[dst], to.First[dst] = e.actor, e.sum, e.current, e.first
		dst++
	})
}

// between copies a list up to where each of n others goes, and puts it there.
func between(n, length int, at func(i int) int, copyTo func(end int), put func(i int)) work.Stage {
	const piece = 1 << 12
	i, src := 0, 0
	return func(visits int) (int, bool) {
		for visits > 0 && (i < n || src < length) {
			end := length
			if i < n {
				end = at(i)
			}
			stop := min(end, src+piece)
			if stop > src {
				copyTo(stop)
				visits -= stop - src
				src = stop
			}
			if i < n && stop == end {
				put(i)
				i++
			}
			visits -= cutting
		}
		return visits, i == n && src >= length
	}
}

// rows are where the rows of edges begin.
func (m *merging) rows() work.Stage {
	m.g.Rows = make([]uint32, len(m.g.Members)+1)
	next, before := 0, uint32(0)
	return work.Each(len(m.g.Rows), func(row uint32) int {
		for next < len(m.all) && m.all[next].target < row {
			if !m.all[next].known {
				before++
			}
			next++
		}
		from, _ := span(m.old.Rows, row)
		m.g.Rows[row] = from + before
		return 1
	})
}
