package leiden

// parts are the clusters' parts: each node is alone at first, and joins another part of its cluster.
type parts struct {
	of       []uint32  // by node; a part has the number of its first node
	total    []float64 // by part: the strengths of its nodes
	ties     []float64 // by part: the weight of its edges to the rest of its cluster
	multiple []bool    // by part: others have joined it
}

// part begins the refinement with every node alone.
func (r *Run) part(int) int {
	n := r.graph.Nodes()
	r.parts = parts{of: make([]uint32, n), total: make([]float64, n), ties: make([]float64, n), multiple: make([]bool, n)}
	copy(r.parts.total, r.strength)
	for v := range r.parts.of {
		r.parts.of[v] = uint32(v)
	}
	r.random.shuffle(r.order)
	r.phase = (*Run).tie
	return n + 1
}

// tie finds how each node is tied to the rest of its cluster.
func (r *Run) tie(visits int) int {
	return r.sweep(visits, nil, func(v uint32) {
		to, weights := r.graph.row(v)
		ties := 0.0
		for i, u := range to {
			if w := weights[i]; w > 0 && u != v && r.of[u] == r.of[v] {
				ties += w
			}
		}
		r.parts.ties[v] = ties
	}, (*Run).refine)
}

// refine lets the nodes that are still alone join a part of their cluster (Traag et al., MergeNodesSubset), that where
// they gain most (as leidenalg does; the paper draws one of those where they gain).
func (r *Run) refine(visits int) int {
	return r.sweep(visits, r.order, r.join, (*Run).number)
}

func (r *Run) join(v uint32) {
	p, k, cluster := &r.parts, r.strength[v], r.of[v]
	if p.multiple[v] || !r.connected(v, cluster) {
		return
	}
	to, weights := r.graph.row(v)
	for i, u := range to {
		if w := weights[i]; w > 0 && u != v && r.of[u] == cluster {
			r.tally.add(p.of[u], w)
		}
	}
	best, most := v, -float64(slack*k)
	for _, c := range r.tally.seen {
		if gain := r.tally.sum[c] - float64(k/r.all*p.total[c]); gain > most && r.connected(c, cluster) {
			best, most = c, gain
		}
	}
	if best != v {
		p.of[v] = best
		p.multiple[best] = true
		p.total[best] += k
		p.ties[best] += p.ties[v] - 2*r.tally.sum[best]
	}
	r.tally.clear()
}

// connected tells whether a part is tied to the rest of its cluster as well as chance would have it at least.
func (r *Run) connected(part, cluster uint32) bool {
	k := r.parts.total[part]
	return r.parts.ties[part] >= float64(k/r.all*(r.total[cluster]-k))-float64(slack*k)
}

// number makes the parts the nodes of the next level, in the order of their first nodes. Where nothing has joined, the
// round is over: as no node gains by moving, each is a cluster.
func (r *Run) number(int) int {
	n, of := r.graph.Nodes(), r.parts.of
	count := renumber(of, n)
	if count == n {
		r.finish()
		return n + 1
	}
	r.coarse = coarse{of: of, strength: make([]float64, count), clusters: make([]uint32, count), met: make([]uint32, count)}
	r.phase = (*Run).carry
	return n + 1
}

// carry gives the next level's nodes what those have that they hold.
func (r *Run) carry(int) int {
	c := &r.coarse
	for v, p := range c.of {
		c.strength[p] += r.strength[v]
		c.clusters[p] = r.of[v]
	}
	renumber(c.clusters, len(c.of))
	for i, v := range r.top {
		r.top[i] = c.of[v]
	}
	r.phase = (*Run).sort
	return len(c.of) + len(r.top) + 1
}

// sort puts the nodes that the next level makes one beside each other.
func (r *Run) sort(int) int {
	c := &r.coarse
	c.nodes, c.start = make([]uint32, len(c.of)), make([]uint32, len(c.strength)+2)
	for _, p := range c.of {
		c.start[p+2]++
	}
	for p := 2; p < len(c.start); p++ {
		c.start[p] += c.start[p-1]
	}
	for v, p := range c.of {
		c.nodes[c.start[p+1]] = uint32(v)
		c.start[p+1]++
	}
	r.phase = (*Run).reserve
	return len(c.of) + 1
}

// coarse is the next level while it is made.
type coarse struct {
	of       []uint32  // by node: its node in the next level
	strength []float64 // by node of the next level, as all below
	clusters []uint32
	start    []uint32 // where the nodes that it holds begin in nodes
	nodes    []uint32
	met      []uint32 // the last neighbour that met it, and 1
	entries  int
	graph    *Graph
}

// reserve counts the edges of the next level: to let them grow would copy them time and again, in one slice.
func (r *Run) reserve(visits int) int {
	c := &r.coarse
	return r.sweep(visits, c.nodes, func(v uint32) {
		to, weights := r.graph.row(v)
		me := c.of[v] + 1
		for i, u := range to {
			if p := c.of[u]; c.met[p] != me && weights[i] > 0 {
				c.met[p] = me
				c.entries++
			}
		}
	}, (*Run).allocate)
}

// allocate makes room for the next level, in a level that is done with if that is large enough.
func (r *Run) allocate(int) int {
	c, old := &r.coarse, r.spare
	if cap(old.To) < c.entries {
		room := c.entries + c.entries/8 // the next round needs about as much
		old.To, old.Weight = make([]uint32, 0, room), make([]float64, 0, room)
	}
	c.graph = &Graph{Rows: make([]uint32, 1, len(c.strength)+1), To: old.To[:0], Weight: old.Weight[:0]}
	r.spare = Graph{}
	r.phase = (*Run).coarsen
	return len(c.strength) + 1
}

// coarsen adds up the edges of the next level.
func (r *Run) coarsen(visits int) int {
	c := &r.coarse
	return r.sweep(visits, c.nodes, func(v uint32) {
		to, weights := r.graph.row(v)
		for i, u := range to {
			if w := weights[i]; w > 0 {
				r.tally.add(c.of[u], w)
			}
		}
		if last := c.start[c.of[v]+1] - 1; c.nodes[last] == v {
			c.row(&r.tally)
		}
	}, (*Run).ascend)
}

// row ends the row of a node of the next level.
func (c *coarse) row(t *tally) {
	for _, u := range t.seen {
		c.graph.To = append(c.graph.To, u)
		c.graph.Weight = append(c.graph.Weight, t.sum[u])
	}
	c.graph.Rows = append(c.graph.Rows, uint32(len(c.graph.To)))
	t.clear()
}

// ascend goes on to the next level.
func (r *Run) ascend(int) int {
	r.release()
	r.graph, r.strength, r.of = r.coarse.graph, r.coarse.strength, r.coarse.clusters
	r.coarse, r.parts = coarse{}, parts{}
	r.phase = (*Run).settle
	return 1
}

// release lets a level's room be used again, if it is larger than what is spare and not the caller's.
func (r *Run) release() {
	if r.graph != r.whole && cap(r.graph.To) > cap(r.spare.To) {
		r.spare = *r.graph
	}
}
