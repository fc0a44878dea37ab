package leiden

import "math/bits"

// Graph is an undirected graph as compressed sparse rows: the edges of node i are To[Rows[i]:Rows[i+1]], each with its
// Weight, and each edge lies in the rows of both its ends. Rows has one more entry than there are nodes, or none for
// the empty graph. Entries with the same two ends add up; an entry of a node in its own row counts once; one whose
// weight is not above 0 is no edge. Weights are finite.
type Graph struct {
	Rows   []uint32
	To     []uint32
	Weight []float64
}

// Nodes is the number of nodes.
func (g *Graph) Nodes() int { return max(len(g.Rows)-1, 0) }

// row is the edges of a node.
func (g *Graph) row(v uint32) ([]uint32, []float64) {
	from, to := g.Rows[v], g.Rows[v+1]
	return g.To[from:to], g.Weight[from:to]
}

// tally adds up weights by cluster; seen are the clusters that have any, in the order in which they were met.
type tally struct {
	sum  []float64
	seen []uint32
}

func newTally(n int) tally { return tally{sum: make([]float64, n)} }

func (t *tally) add(cluster uint32, w float64) {
	if t.sum[cluster] == 0 {
		t.seen = append(t.seen, cluster)
	}
	t.sum[cluster] += w
}

func (t *tally) clear() {
	for _, c := range t.seen {
		t.sum[c] = 0
	}
	t.seen = t.seen[:0]
}

// random is SplitMix64 (Steele, Lea, Flood 2014).
type random uint64

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// shuffle puts 0 to len(order)-1 into a random order.
func (r *random) shuffle(order []uint32) {
	for i := range order {
		j, _ := bits.Mul64(r.next(), uint64(i)+1)
		order[i] = order[j]
		order[j] = uint32(i)
	}
}

// dense numbers the clusters of n nodes in the order of their first nodes, whatever numbers they have. A node that has
// none, because of is shorter or says None, is a cluster of its own.
func dense(of []uint32, n int) []uint32 {
	clusters, count := make([]uint32, n), uint32(0)
	number := map[uint32]uint32{}
	for v := range clusters {
		c, known := count, false
		if v < len(of) && of[v] != None {
			if c, known = number[of[v]]; !known {
				c = count
				number[of[v]] = c
			}
		}
		if !known {
			count++
		}
		clusters[v] = c
	}
	return clusters
}

// renumber does the same to clusters that have numbers below limit.
func renumber(of []uint32, limit int) (count int) {
	number := make([]uint32, limit) // and 1
	for v, c := range of {
		if number[c] == 0 {
			count++
			number[c] = uint32(count)
		}
		of[v] = number[c] - 1
	}
	return count
}
