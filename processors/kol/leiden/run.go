package leiden

// rounds is how often the whole algorithm runs, each time from the clusters of the time before. On message and rating
// networks of 2,000 to 6,000 members the second gains .01 to .016 of modularity, the third .001 to .002, ten more .001.
// Where the clusters of most nodes are known, the rounds before were theirs: one is enough, and keeps more of them.
const rounds = 3

// slack is the least gain, as a share of a node's strength, for which it moves: far above what rounding can feign, so
// that nothing moves in circles.
const slack = 1e-10

// Run is a search for clusters that can be stopped and continued.
type Run struct {
	random random
	whole  *Graph
	single []float64           // by node of the whole graph: the weights of its edges
	top    []uint32            // by node of the whole graph: the node of this level that holds it
	rounds int                 // still to begin
	phase  func(*Run, int) int // does about so many edge visits, tells how many it did
	at     int                 // where the phase is

	// A level: the graph, and the clusters of its nodes.
	graph    *Graph
	strength []float64 // by node: the weights of the edges of those that it holds
	all      float64   // of all nodes: twice the weight of the graph
	of       []uint32
	total    []float64 // by cluster: the strengths of its nodes
	size     []uint32  // by cluster: how many nodes
	free     []uint32  // clusters without nodes

	order  []uint32 // nodes: a queue while they move (a ring), then the order of refining
	queued []bool
	head   int
	length int
	tally  tally

	parts   parts
	coarse  coarse
	spare   Graph // room for a level
	measure *measure
}

// Clusters finds the clusters of a graph at once: a number by node, 0 to the number of clusters - 1 in the order of
// their first nodes. A node without edges is a cluster of its own.
func Clusters(g *Graph, seed uint64) []uint32 {
	r := Start(g, nil, seed)
	for !r.Step(1 << 30) {
	}
	return r.Clusters()
}

// Start begins a search from clusters known before, by node; nodes beyond them, or whose cluster is None, begin alone,
// and with nil all do. From clusters of nine in ten nodes the search is three times as short, and keeps most of them. The graph must not change until the search is done.
func Start(g *Graph, from []uint32, seed uint64) *Run {
	n := g.Nodes()
	r := &Run{random: random(seed), whole: g, graph: g, single: make([]float64, n), tally: newTally(n), phase: (*Run).weigh}
	r.of = dense(from, n)
	r.rounds = rounds
	if known := n - alone(from, n); known > 0 && known >= n-n/10 {
		r.rounds = 1
	}
	return r
}

// alone is how many of n nodes have no cluster.
func alone(of []uint32, n int) (count int) {
	for v := range n {
		if v >= len(of) || of[v] == None {
			count++
		}
	}
	return count
}

// Step continues for about so many edge visits and tells whether the search is done. Beyond these it may pass once over
// the nodes, or over the edges of one node. A visit takes 5 to 10 ns among 100,000 nodes and 20 to 30 ns among a
// million, where memory is waited for; a search visits each edge some 20 to 90 times from each end.
func (r *Run) Step(visits int) (done bool) {
	for visits > 0 && r.phase != nil {
		visits -= r.phase(r, visits)
	}
	return r.phase == nil
}

// Clusters are the found clusters, as the function Clusters gives them. Call it when the search is done.
func (r *Run) Clusters() []uint32 { return r.measure.of }

// Modularity is that of the found clusters. Call it when the search is done.
func (r *Run) Modularity() float64 { return r.measure.modularity() }

// Bridges are the bridge scores by node, as the function Bridges gives them. Call it when the search is done.
func (r *Run) Bridges() []float64 { return r.measure.bridge }

// sweep visits the level's nodes, in an order if there is one, from where it stopped before, and goes to the next phase
// after the last.
func (r *Run) sweep(visits int, order []uint32, visit func(v uint32), next func(*Run, int) int) (done int) {
	for ; r.at < r.graph.Nodes(); r.at++ {
		if done >= visits {
			return done
		}
		v := uint32(r.at)
		if order != nil {
			v = order[r.at]
		}
		visit(v)
		done += 1 + int(r.graph.Rows[v+1]-r.graph.Rows[v])
	}
	r.phase, r.at = next, 0
	return done + 1
}

// weigh finds the strengths of the whole graph's nodes.
func (r *Run) weigh(visits int) int {
	return r.sweep(visits, nil, func(v uint32) {
		_, weights := r.graph.row(v)
		k := 0.0
		for _, w := range weights {
			if w > 0 {
				k += w
			}
		}
		r.single[v] = k
		r.all += k
	}, (*Run).begin)
}

// begin starts a round at the whole graph.
func (r *Run) begin(int) int {
	n := r.whole.Nodes()
	r.rounds--
	r.release()
	r.graph, r.strength = r.whole, r.single
	r.top = make([]uint32, n)
	for v := range r.top {
		r.top[v] = uint32(v)
	}
	r.phase = (*Run).settle
	return n + 1
}

// settle adds up a level's clusters.
func (r *Run) settle(int) int {
	n := r.graph.Nodes()
	r.total, r.size = make([]float64, n), make([]uint32, n)
	for v, c := range r.of {
		r.total[c] += r.strength[v]
		r.size[c]++
	}
	r.phase = (*Run).enqueue
	return n + 1
}

// enqueue lets all nodes of a level wait in a random order to be moved.
func (r *Run) enqueue(int) int {
	n := r.graph.Nodes()
	r.free = r.free[:0]
	for c := n - 1; c >= 0; c-- {
		if r.size[c] == 0 {
			r.free = append(r.free, uint32(c))
		}
	}
	r.order, r.queued = make([]uint32, n), make([]bool, n)
	for v := range r.queued {
		r.queued[v] = true
	}
	r.random.shuffle(r.order)
	r.head, r.length = 0, n
	r.phase = (*Run).move
	return n + 1
}

// finish ends a round: the level's nodes are the clusters.
func (r *Run) finish() {
	r.of = r.top
	renumber(r.of, len(r.of))
	if r.rounds > 0 {
		r.phase = (*Run).begin
		return
	}
	r.measure = newMeasure(r.whole, r.of, r.tally)
	r.phase = (*Run).judge
}

// judge measures what was found.
func (r *Run) judge(visits int) int {
	done, all := r.measure.step(visits)
	if all {
		r.phase = nil
	}
	return done
}
