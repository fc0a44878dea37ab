package kol

import (
	"math"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/processors/kol/graph"
	"github.com/rollcall-dev/rollcall/processors/kol/influence"
	"github.com/rollcall-dev/rollcall/processors/kol/work"
)

const (
	alpha     = 0.85
	tolerance = 1e-10
	// summing is how many visits of an edge cost as much as one that adds to a sum of its actor's, which lies anywhere.
	summing = 4
)

// ranking ranks the members of a graph as of a day. Bots keep their nodes and have no edges and no restarts, so no rank.
type ranking struct {
	g      *graph.Graph
	who    *census
	day    int32
	half   uint64 // what counts on the current board
	trust  *trust
	doubts *doubts
	boards [boards]standing
}

// standing is one board.
type standing struct {
	influence []float64 // PageRank by node
	endorsers []uint32  // by node
	order     []uint32  // nodes from the first place on
	scores    []float64 // by place
}

// rank returns a ranking as of the instant at, at which a local day begins, and the stages that find it.
func rank(g *graph.Graph, doubts *doubts, who *census, at int64, day int32, warm *done, name func(member uint32) string) (*ranking, work.Stages) {
	k := &ranking{g: g, doubts: doubts, who: who, day: day, half: g.Half(at)}
	trust, all := vouch(g, who, day)
	k.trust = trust
	all = append(all, work.Later(func() work.Stages { return doubts.weigh(k) }))
	for b := range boards {
		c := &capped{}
		all = append(append(append(all, k.cut(b, c)...), c.widen(g)...),
			k.walk(b, c, warm.influence[b]),
			work.Later(func() work.Stages { return k.order(b, name) }))
	}
	return k, all
}

// cut finds the weights of a board's edges when none has more than its share, and counts endorsers.
func (k *ranking) cut(b Board, c *capped) work.Stages {
	n := k.g.Nodes()
	return work.Stages{
		work.Once(func() {
			c.weight = make([]float64, k.g.Len(), k.g.Len()+n)
			c.out, c.passed = make([]float64, n), make([]float64, n)
			k.boards[b].endorsers = make([]uint32, n)
		}),
		work.Each(n, func(node uint32) int { return k.weigh(b, node, c) }),
		work.Each(n, func(node uint32) int { return c.trim(k.g, node) })}
}

// weigh finds the weights of the edges into a node, and counts the endorsers.
func (k *ranking) weigh(b Board, node uint32, c *capped) int {
	from, to := k.g.Row(node)
	if k.who.isBot(node) {
		return 1
	}
	for e := from; e < to; e++ {
		if k.who.isBot(k.g.From[e]) {
			continue
		}
		c.weight[e] = k.weight(b, e)
		c.out[k.g.From[e]] += c.weight[e]
		if k.counts(b, e) {
			k.boards[b].endorsers[node]++
		}
	}
	return 1 + summing*int(to-from)
}

// weight of a pair, √ of the sum of its ties' weights. Those of the current board have a scale of their own, which does not
// show in shares of a sum.
func (k *ranking) weight(b Board, e uint32) float64 {
	if b == Current {
		return math.Sqrt(float64(k.g.Current[e]))
	}
	return math.Sqrt(float64(k.g.Sum[e]) / 1000)
}

// counts reports whether an edge makes its actor an endorser on a board.
func (k *ranking) counts(b Board, e uint32) bool { return b == AllTime || k.g.Current[e] >= k.half }

func (k *ranking) walk(b Board, c *capped, warm []float64) work.Stage {
	var run *influence.Run
	return func(visits int) (int, bool) {
		if run == nil {
			if len(warm) > 0 {
				warm = append(slices.Clip(warm), make([]float64, k.g.Nodes()+1-len(warm))...)
			}
			run = influence.Start(c.wide, append(slices.Clip(k.trust.restart), 0), warm, influence.Options{Alpha: alpha, Tolerance: tolerance})
		}
		if !run.Step(visits) {
			return 0, false
		}
		k.boards[b].influence = c.members(run.Ranks())
		if slices.Max(append(slices.Clip(k.trust.restart), 0)) == 0 { // all are bots: restarts were everywhere
			clear(k.boards[b].influence)
		}
		*c = capped{}
		return 0, true
	}
}

// order finds the places: by score, and where scores are equal by name.
func (k *ranking) order(b Board, name func(member uint32) string) work.Stages {
	s := &k.boards[b]
	ever := k.boards[AllTime].endorsers // who was ever endorsed has a place on both boards
	keys := make([]work.Key, 0, len(ever))
	return work.Stages{
		work.Each(len(ever), func(node uint32) int {
			if ever[node] > 0 && !k.who.isBot(node) {
				score := s.influence[node] * k.who.factor(node) * k.doubts.keeps(node)
				keys = append(keys, work.Key{Key: ^rounded(score), At: node})
			}
			return 2
		}),
		work.SortKeys(&keys),
		work.Later(func() work.Stages {
			return work.Stages{equals(keys, func(a, b work.Key) int {
				return strings.Compare(name(k.g.Members[a.At]), name(k.g.Members[b.At]))
			})}
		}),
		work.Later(func() work.Stages {
			s.order, s.scores = make([]uint32, len(keys)), make([]float64, len(keys))
			return work.Stages{work.Each(len(keys), func(i uint32) int {
				s.order[i], s.scores[i] = keys[i].At, math.Float64frombits(^keys[i].Key)
				return 1
			})}
		})}
}

// equals sorts keys that are equal, of sorted ones.
func equals(keys []work.Key, compare func(a, b work.Key) int) work.Stage {
	at := 0
	var run []work.Key
	var sort work.Stage
	return func(visits int) (int, bool) {
		for visits > 0 && at < len(keys) {
			if sort == nil {
				end := at + 1
				for end < len(keys) && keys[end].Key == keys[at].Key {
					end++
				}
				if visits -= end - at; end == at+1 {
					at = end
					continue
				}
				run = slices.Clone(keys[at:end])
				sort = work.Sort(&run, compare)
			}
			var done bool
			if visits, done = sort(visits); done {
				at += copy(keys[at:], run)
				sort = nil
			}
		}
		return visits, at >= len(keys)
	}
}

// rounded are the bits of a score, to 32 of its 52 binary places: members with the same endorsers stay equal though their
// sums were made in another order. Bits of positive numbers are in their order.
func rounded(score float64) uint64 {
	const off = 20
	return (math.Float64bits(max(0, score)) + 1<<(off-1)) &^ (1<<off - 1)
}
