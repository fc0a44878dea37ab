package leiden

import (
	"cmp"
	"math"

	"github.com/rollcall-dev/rollcall/processors/kol/work"
)

// None is the cluster of a node that has none.
const None = math.MaxUint32

// Kept is what became of clusters.
type Kept struct {
	IDs  []uint32 // by node, None where it is in none
	Next uint32   // the next fresh id. None returned as fresh was there before
}

// Keep renames the clusters of now so that they keep the ids of those before. A new cluster takes the id of the old one
// with which it shares most nodes, pair by pair from the greatest overlap down (then the lower old id, then the lower
// new one), each id once; the others get fresh ids from next on, in the order of their first nodes. So the greatest part
// of a cluster that split keeps its id, and clusters that merged have the id of the one that gave most nodes.
//
// old and now are the clusters by node, the same node at the same place; nodes may be in one of them alone (the other is
// shorter, or says None). What is kept is there when the stages are done; the lists must not change until then.
func Keep(old, now []uint32, next uint32) (*Kept, work.Stages) {
	k := &Kept{IDs: make([]uint32, len(now)), Next: next}
	var keys []work.Key // of nodes: both clusters
	var pairs []overlap
	taken, id := map[uint32]bool{}, map[uint32]uint32{}
	const lookup = 6
	return k, work.Stages{
		work.Each(len(old), func(v uint32) int {
			if old[v] == None {
				return 1
			}
			k.Next = max(k.Next, old[v]+1)
			if int(v) < len(now) && now[v] != None {
				keys = append(keys, work.Key{Key: uint64(old[v])<<32 | uint64(now[v])})
			}
			return 2
		}),
		work.SortKeys(&keys),
		work.Later(func() work.Stages {
			return work.Stages{work.Each(len(keys), func(i uint32) int {
				if i == 0 || keys[i] != keys[i-1] {
					pairs = append(pairs, overlap{old: uint32(keys[i].Key >> 32), now: uint32(keys[i].Key)})
				}
				pairs[len(pairs)-1].nodes++
				return 1
			})}
		}),
		work.Sort(&pairs, func(a, b overlap) int { // the greatest first
			return cmp.Or(cmp.Compare(b.nodes, a.nodes), cmp.Compare(a.old, b.old), cmp.Compare(a.now, b.now))
		}),
		work.Later(func() work.Stages {
			return work.Stages{work.Each(len(pairs), func(i uint32) int {
				o := pairs[i]
				if _, ok := id[o.now]; !ok && !taken[o.old] {
					id[o.now] = o.old
					taken[o.old] = true
				}
				return lookup
			})}
		}),
		work.Each(len(now), func(v uint32) int {
			c := now[v]
			if c == None {
				k.IDs[v] = None
				return 1
			}
			kept, ok := id[c]
			if !ok {
				kept = k.Next
				id[c] = kept
				k.Next++
			}
			k.IDs[v] = kept
			return lookup
		})}
}

// overlap is how many nodes two clusters share.
type overlap struct {
	old, now uint32
	nodes    int
}
