package graph

import (
	"math/bits"

	"github.com/rollcall-dev/rollcall/processors/kol/work"
)

// Forget keeps the graph to about limit edges: of those that Half does not count any more it lets go of the weakest, as
// many octaves of the current sum as it takes, or else all of them, and of what their actors did with the objects of their
// targets. If such a pair meets again it begins anew. Nodes stay. The stages change the graph in place.
func (g *Graph) Forget(limit int, at int64) work.Stages {
	return work.Stages{work.Later(func() work.Stages {
		if g.Len() <= limit {
			return nil
		}
		half := g.Half(at)
		var octaves [65]int
		return work.Stages{
			work.Each(g.Len(), func(e uint32) int {
				if c := g.Current[e]; c < half {
					octaves[bits.Len64(c)]++
				}
				return 1
			}),
			work.Later(func() work.Stages {
				below, left := uint64(0), g.Len()
				for o := 0; o < 64 && left > limit && below < half; o++ {
					left -= octaves[o]
					below = min(half, 1<<o)
				}
				return g.drop(below)
			})}
	})}
}

// drop forgets edges whose current sum is below a number.
func (g *Graph) drop(below uint64) work.Stages {
	kept, of := uint32(0), uint32(0)
	node := func(node uint32) int {
		from, to := g.Rows[node], g.Rows[node+1]
		lo, hi := g.objects[node], g.objects[node+1]
		costs := 1 + int(to-from) + searching*int(hi-lo)
		g.Rows[node], g.objects[node] = kept, of
		start := kept
		for e := from; e < to; e++ {
			if g.Current[e] < below {
				g.Forgotten++
				continue
			}
			g.From[kept], g.Sum[kept], g.Current[kept], g.First[kept] = g.From[e], g.Sum[e], g.Current[e], g.First[e]
			kept++
		}
		for ; lo < hi; lo++ {
			if has(g.From[start:kept], uint32(g.endorsers[lo]&(1<<actorBits-1))) {
				g.endorsers[of] = g.endorsers[lo]
				of++
			}
		}
		return costs
	}
	return work.Stages{work.Each(g.Nodes(), node), work.Once(func() {
		n := g.Nodes()
		g.Rows[n], g.objects[n] = kept, of
		g.From, g.Sum, g.Current, g.First = g.From[:kept], g.Sum[:kept], g.Current[:kept], g.First[:kept]
		g.endorsers = g.endorsers[:of]
	})}
}

// has is a search in a sorted row.
func has(row []uint32, node uint32) bool {
	lo, hi := 0, len(row)
	for lo < hi {
		if mid := (lo + hi) / 2; row[mid] < node {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < len(row) && row[lo] == node
}
