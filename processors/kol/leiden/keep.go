package leiden

import (
	"cmp"
	"math"
	"slices"
)

// None is the cluster of a node that has none.
const None = math.MaxUint32

// Keep renames the clusters of now so that they keep the ids of those before. A new cluster takes the id of the old one
// with which it shares most nodes, pair by pair from the greatest overlap down (then the lower old id, then the lower
// new one), each id once; the others get fresh ids from next on, in the order of their first nodes. So the greatest part
// of a cluster that split keeps its id, and clusters that merged have the id of the one that gave most nodes.
//
// old and now are the clusters by node, the same node at the same place; nodes may be in one of them alone (the other is
// shorter, or says None). It returns the ids by node, None where now says None, and the next fresh id. No id returned
// as fresh is in old, even if next is.
func Keep(old, now []uint32, next uint32) (ids []uint32, after uint32) {
	for _, o := range old {
		if o != None {
			next = max(next, o+1)
		}
	}
	taken, id := map[uint32]bool{}, map[uint32]uint32{}
	for _, o := range overlaps(old, now) {
		if _, ok := id[o.now]; !ok && !taken[o.old] {
			id[o.now] = o.old
			taken[o.old] = true
		}
	}
	ids = make([]uint32, len(now))
	for v, c := range now {
		if c == None {
			ids[v] = None
			continue
		}
		if _, ok := id[c]; !ok {
			id[c] = next
			next++
		}
		ids[v] = id[c]
	}
	return ids, next
}

type overlap struct {
	old, now uint32
	nodes    int
}

// overlaps are the pairs of clusters that share nodes, the greatest first.
func overlaps(old, now []uint32) []overlap {
	var pairs []overlap
	place := map[[2]uint32]int{}
	for v := range min(len(old), len(now)) {
		if old[v] == None || now[v] == None {
			continue
		}
		pair := [2]uint32{old[v], now[v]}
		i, ok := place[pair]
		if !ok {
			i = len(pairs)
			place[pair] = i
			pairs = append(pairs, overlap{old: old[v], now: now[v]})
		}
		pairs[i].nodes++
	}
	slices.SortFunc(pairs, func(a, b overlap) int {
		return cmp.Or(cmp.Compare(b.nodes, a.nodes), cmp.Compare(a.old, b.old), cmp.Compare(a.now, b.now))
	})
	return pairs
}
