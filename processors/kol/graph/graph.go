package graph

import "math"

const (
	// HalfLife of the current sums, milliseconds.
	HalfLife = 90 * 86_400_000
	// one is a weight of 1 in the current sums, at the instant at which they are counted.
	one = 1 << 30
	// most half-lives lie between that instant and a merge: a tie is then worth at most 3·2^38, and 2^24 of them fit.
	most = 8
	// objectBits tell objects of one target apart, actorBits their endorsers.
	objectBits, actorBits = 36, 28
	unset                 = math.MinInt64
)

// Tie is an endorsement. Members are numbers in a roster.
type Tie struct {
	Time          int64
	Object        uint64 // a digest of its name; 0 is none
	Actor, Target uint32
	Weight        uint32 // 1/1000
	Against       uint32 // 1: it speaks against the target. Merge makes no difference
}

// Graph is who endorsed whom. Its columns are to be read only; edges into node i are Rows[i]..Rows[i+1] of the columns that
// follow, in the order of From.
type Graph struct {
	Rows    []uint32 // one more than there are nodes
	From    []uint32
	Sum     []uint32 // of weights, in 1/1000; the greatest number means that or more
	Current []uint64 // of decayed weights; see Half
	First   []uint16 // local day of the first tie

	Members []uint32 // by node: its number in the roster

	Forgotten uint64 // edges that Forget let go of

	nodes     []uint32 // by number in the roster: the node, plus one
	ref       int64    // the instant at which Current is counted
	objects   []uint32 // objects of node i are objects[i]..objects[i+1] of endorsers
	endorsers []uint64 // of objects: digest, then actor; sorted
}

// New returns a graph without nodes.
func New() *Graph { return &Graph{Rows: []uint32{0}, objects: []uint32{0}, ref: unset} }

// Len returns how many edges there are.
func (g *Graph) Len() int { return len(g.From) }

// Nodes returns how many nodes there are.
func (g *Graph) Nodes() int { return len(g.Members) }

// Node returns the node of a member.
func (g *Graph) Node(member uint32) (node uint32, ok bool) {
	if int(member) >= len(g.nodes) || g.nodes[member] == 0 {
		return 0, false
	}
	return g.nodes[member] - 1, true
}

// Row is where the edges into a node lie.
func (g *Graph) Row(node uint32) (from, to uint32) { return g.Rows[node], g.Rows[node+1] }

// Half is what an edge has in Current whose decayed weights sum to one half at an instant.
func (g *Graph) Half(at int64) uint64 {
	return max(1, uint64(math.Round(one/2*math.Exp2(float64(at-g.ref)/HalfLife))))
}

// HIndex is the greatest h such that h objects of a node have h distinct endorsers each, those that are out not counted.
func (g *Graph) HIndex(node uint32, out func(node uint32) bool) uint32 {
	row := g.endorsers[g.objects[node]:g.objects[node+1]]
	var counts []uint32 // of objects by number of endorsers
	for i := 0; i < len(row); {
		object, n := row[i]>>actorBits, 0
		for ; i < len(row) && row[i]>>actorBits == object; i++ {
			if !out(uint32(row[i] & (1<<actorBits - 1))) {
				n++
			}
		}
		for len(counts) <= n {
			counts = append(counts, 0)
		}
		counts[n]++
	}
	h, with := len(counts), 0
	for h > 0 && with < h {
		h--
		with += int(counts[h])
	}
	return uint32(h)
}

// Bytes is the memory of edges and objects, without room to grow.
func (g *Graph) Bytes() int {
	return 18*len(g.From) + 8*len(g.endorsers) + 4*(len(g.Rows)+len(g.objects))
}
