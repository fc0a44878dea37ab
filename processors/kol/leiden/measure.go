package leiden

// Modularity is how much more of the edges' weight lies within clusters than chance would put there (Newman 2004;
// resolution 1): the sum over clusters of in/2m - (strength/2m)², from -½ to 1; 0 for a graph without edges. of is the
// cluster by node; any numbers.
func Modularity(g *Graph, of []uint32) float64 {
	return measured(g, of).modularity()
}

// Bridges are the bridge scores by node: the participation coefficient of Guimerà and Amaral ("Functional cartography
// of complex metabolic networks", Nature 433, 895, 2005) by weights, 1 - Σ (k_s/k)² over the clusters s, where k_s is
// the weight of the node's edges to nodes of s and k that of all. 0: all its edges lead into one cluster, or it has
// none; towards 1: they spread evenly over many. It is a share and says nothing of how many or strong the edges are. of
// is the cluster by node; any numbers.
func Bridges(g *Graph, of []uint32) []float64 {
	return measured(g, of).bridge
}

func measured(g *Graph, of []uint32) *measure {
	n := g.Nodes()
	m := newMeasure(g, dense(of, n), newTally(n))
	for all := false; !all; {
		_, all = m.step(1 << 30)
	}
	return m
}

// measure is a pass over the nodes that finds both numbers; it can be stopped and continued.
type measure struct {
	graph  *Graph
	of     []uint32
	tally  tally
	at     uint32
	bridge []float64 // by node
	total  []float64 // by cluster: the strengths of its nodes
	within float64   // the weight of edges within clusters, from both ends
}

func newMeasure(g *Graph, of []uint32, t tally) *measure {
	n := g.Nodes()
	return &measure{graph: g, of: of, tally: t, bridge: make([]float64, n), total: make([]float64, n)}
}

func (m *measure) step(visits int) (done int, all bool) {
	for ; int(m.at) < m.graph.Nodes(); m.at++ {
		if done >= visits {
			return done, false
		}
		m.node(m.at)
		done += 1 + int(m.graph.Rows[m.at+1]-m.graph.Rows[m.at])
	}
	return done + 1, true
}

func (m *measure) node(v uint32) {
	to, weights := m.graph.row(v)
	k := 0.0
	for i, u := range to {
		if w := weights[i]; w > 0 {
			m.tally.add(m.of[u], w)
			k += w
		}
	}
	m.within += m.tally.sum[m.of[v]]
	m.total[m.of[v]] += k
	if len(m.tally.seen) > 1 {
		squares := 0.0
		for _, c := range m.tally.seen {
			share := m.tally.sum[c] / k
			squares += float64(share * share)
		}
		m.bridge[v] = 1 - squares
	}
	m.tally.clear()
}

func (m *measure) modularity() float64 {
	all := 0.0
	for _, k := range m.total {
		all += k
	}
	if all == 0 {
		return 0
	}
	q := m.within / all
	for _, k := range m.total {
		share := k / all
		q -= float64(share * share)
	}
	return q
}
