package graph

import (
	"math"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/processors/calendar"
)

// edge is what ties of one pair add.
type edge struct {
	target, actor uint32
	sum           uint32
	first         uint16
	current       uint64
	at            uint32 // where it goes
}

// Merge takes ties in, as of an instant that is not before that of the last merge nor of any tie. Their order does not
// matter and is lost. Name is of a number in the roster.
func (g *Graph) Merge(ties []Tie, at int64, cal *calendar.Calendar, name func(member uint32) string) {
	g.rebase(at)
	if len(ties) == 0 {
		return
	}
	g.number(ties, name)
	keys := make([]Key, len(ties))
	for i, t := range ties {
		keys[i] = Key{uint64(g.nodes[t.Target]-1)<<32 | uint64(g.nodes[t.Actor]-1), uint32(i)}
	}
	keys = Sorted(keys)
	inOrder := make([]Tie, len(ties)) // from memory all over, once
	for i, k := range keys {
		inOrder[i] = ties[k.At]
	}
	g.insert(g.update(g.aggregate(inOrder, keys, newDays(ties, cal))))
	g.mergeObjects(inOrder, keys)
}

// rebase moves the instant at which current sums are counted by whole half-lives, before they would overflow.
func (g *Graph) rebase(at int64) {
	if g.ref == unset {
		g.ref = at
	}
	halves := (at - g.ref) / HalfLife
	if halves < most {
		return
	}
	for i := range g.Current {
		g.Current[i] >>= uint64(halves)
	}
	g.ref += halves * HalfLife
}

// number makes nodes of new members, in the order of their names.
func (g *Graph) number(ties []Tie, name func(uint32) string) {
	type newcomer struct {
		member uint32
		name   string
	}
	var all []newcomer
	note := func(m uint32) {
		g.Know(m)
		if g.nodes[m] == 0 {
			g.nodes[m] = math.MaxUint32 // seen
			all = append(all, newcomer{m, name(m)})
		}
	}
	for i := range ties {
		note(ties[i].Actor)
		note(ties[i].Target)
	}
	slices.SortFunc(all, func(a, b newcomer) int { return strings.Compare(a.name, b.name) })
	for _, n := range all {
		g.Members = append(g.Members, n.member)
		g.nodes[n.member] = uint32(len(g.Members))
		g.Rows = append(g.Rows, uint32(len(g.From)))
		g.objects = append(g.objects, uint32(len(g.endorsers)))
	}
}

// aggregate sums ties by pair. Keys are theirs, sorted.
func (g *Graph) aggregate(ties []Tie, keys []Key, days *days) []edge {
	all := make([]edge, 0, len(keys))
	for i := 0; i < len(keys); {
		pair := keys[i].Key
		e := edge{target: uint32(pair >> 32), actor: uint32(pair)}
		first := int64(math.MaxInt64)
		for ; i < len(keys) && keys[i].Key == pair; i++ {
			t := &ties[i]
			e.sum = plus32(e.sum, t.Weight)
			e.current = plus64(e.current, g.decayed(t))
			first = min(first, t.Time)
		}
		e.first = days.of(first)
		all = append(all, e)
	}
	return all
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

// update adds to the edges that are there, and returns those that are not.
func (g *Graph) update(all []edge) []edge {
	fresh := all[:0]
	for _, e := range all {
		from, to := g.Row(e.target)
		i, ok := slices.BinarySearch(g.From[from:to], e.actor)
		at := int(from) + i
		if !ok {
			e.at = uint32(at)
			fresh = append(fresh, e)
			continue
		}
		g.Sum[at] = plus32(g.Sum[at], e.sum)
		g.Current[at] = plus64(g.Current[at], e.current)
		g.First[at] = min(g.First[at], e.first)
	}
	return fresh
}

// insert puts new edges into their places, from the last on: what lies between two of them moves once.
func (g *Graph) insert(fresh []edge) {
	end, k := len(g.From), len(fresh)
	g.From, g.Sum, g.Current, g.First = longer(g.From, k), longer(g.Sum, k), longer(g.Current, k), longer(g.First, k)
	for i := k - 1; i >= 0; i-- {
		e, at := &fresh[i], int(fresh[i].at)
		to := at + i
		copy(g.From[to+1:], g.From[at:end])
		copy(g.Sum[to+1:], g.Sum[at:end])
		copy(g.Current[to+1:], g.Current[at:end])
		copy(g.First[to+1:], g.First[at:end])
		g.From[to], g.Sum[to], g.Current[to], g.First[to] = e.actor, e.sum, e.current, e.first
		end = at
	}
	before := 0
	for row := range g.Rows {
		for before < k && int(fresh[before].target) < row {
			before++
		}
		g.Rows[row] += uint32(before)
	}
}

// longer makes room for k more values.
func longer[T any](s []T, k int) []T { return slices.Grow(s, k)[:len(s)+k] }

// mergeObjects notes who endorsed which object. Keys are those of the ties, sorted.
func (g *Graph) mergeObjects(ties []Tie, keys []Key) {
	type entry struct {
		target, at uint32
		endorser   uint64
	}
	var fresh []entry
	var row []uint64
	for i := 0; i < len(keys); {
		target := keys[i].Key >> 32
		row = row[:0]
		for ; i < len(keys) && keys[i].Key>>32 == target; i++ {
			if o := ties[i].Object; o != 0 {
				row = append(row, o<<actorBits|keys[i].Key&(1<<actorBits-1))
			}
		}
		slices.Sort(row)
		from, to := g.objects[target], g.objects[target+1]
		for _, e := range slices.Compact(row) {
			n, ok := slices.BinarySearch(g.endorsers[from:to], e)
			from += uint32(n) // the next one lies behind
			if !ok {
				fresh = append(fresh, entry{uint32(target), from, e})
			}
		}
	}
	end := len(g.endorsers)
	g.endorsers = longer(g.endorsers, len(fresh))
	for i := len(fresh) - 1; i >= 0; i-- {
		at := int(fresh[i].at)
		copy(g.endorsers[at+i+1:], g.endorsers[at:end])
		g.endorsers[at+i] = fresh[i].endorser
		end = at
	}
	before := 0
	for row := range g.objects {
		for before < len(fresh) && int(fresh[before].target) < row {
			before++
		}
		g.objects[row] += uint32(before)
	}
}
