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
	r.random.shuffled(r.order)
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
	n := r.graph.Nodes()
	of, count := dense(r.parts.of, n)
	if int(count) == n {
		r.finish()
		return n + 1
	}
	strength, first := make([]float64, count), make([]uint32, count)
	for v := n - 1; v >= 0; v-- {
		strength[of[v]] += r.strength[v]
		first[of[v]] = r.of[v]
	}
	for i, v := range r.top {
		r.top[i] = of[v]
	}
	clusters, _ := dense(first, int(count))
	r.coarse = newCoarse(of, int(count), strength, clusters)
	r.phase = (*Run).coarsen
	return n + len(r.top) + 1
}

// coarse is the next level while it is made.
type coarse struct {
	of       []uint32 // by node: its node in the next level
	nodes    []uint32 // sorted by that
	start    []uint32 // where those of each begin in nodes
	graph    *Graph
	strength []float64
	clusters []uint32
}

func newCoarse(of []uint32, count int, strength []float64, clusters []uint32) coarse {
	c := coarse{of: of, nodes: make([]uint32, len(of)), start: make([]uint32, count+2), strength: strength, clusters: clusters}
	for _, p := range of {
		c.start[p+2]++
	}
	for p := 2; p < len(c.start); p++ {
		c.start[p] += c.start[p-1]
	}
	for v, p := range of {
		c.nodes[c.start[p+1]] = uint32(v)
		c.start[p+1]++
	}
	c.graph = &Graph{Rows: make([]uint32, 1, count+1)}
	return c
}

// coarsen adds up the edges of the next level, node by node.
func (r *Run) coarsen(visits int) (done int) {
	c := &r.coarse
	for ; r.at < len(c.strength); r.at++ {
		if done >= visits {
			return done
		}
		for _, v := range c.nodes[c.start[r.at]:c.start[r.at+1]] {
			to, weights := r.graph.row(v)
			for i, u := range to {
				if w := weights[i]; w > 0 {
					r.tally.add(c.of[u], w)
				}
			}
			done += 1 + len(to)
		}
		for _, u := range r.tally.seen {
			c.graph.To = append(c.graph.To, u)
			c.graph.Weight = append(c.graph.Weight, r.tally.sum[u])
		}
		r.tally.clear()
		c.graph.Rows = append(c.graph.Rows, uint32(len(c.graph.To)))
	}
	r.graph, r.strength, r.of = c.graph, c.strength, c.clusters
	r.coarse, r.parts = coarse{}, parts{}
	r.phase, r.at = (*Run).settle, 0
	return done + 1
}
