package leiden

import (
	"pgregory.net/rapid"
)

type edge struct {
	a, b   uint32
	weight float64
}

// graphOf lays edges into rows, each in both its ends' (once for a self-edge).
func graphOf(n int, edges []edge) *Graph {
	g := &Graph{Rows: make([]uint32, n+1)}
	for _, e := range edges {
		g.Rows[e.a+1]++
		if e.a != e.b {
			g.Rows[e.b+1]++
		}
	}
	for v := range n {
		g.Rows[v+1] += g.Rows[v]
	}
	g.To, g.Weight = make([]uint32, g.Rows[n]), make([]float64, g.Rows[n])
	at := append([]uint32(nil), g.Rows...)
	put := func(a, b uint32, w float64) {
		g.To[at[a]], g.Weight[at[a]] = b, w
		at[a]++
	}
	for _, e := range edges {
		put(e.a, e.b, e.weight)
		if e.a != e.b {
			put(e.b, e.a, e.weight)
		}
	}
	return g
}

// karate is Zachary's club (1977), edges of the higher member with the lower, members from 1.
var karate = map[uint32][]uint32{
	2: {1}, 3: {1, 2}, 4: {1, 2, 3}, 5: {1}, 6: {1}, 7: {1, 5, 6}, 8: {1, 2, 3, 4}, 9: {1, 3}, 10: {3}, 11: {1, 5, 6},
	12: {1}, 13: {1, 4}, 14: {1, 2, 3, 4}, 17: {6, 7}, 18: {1, 2}, 20: {1, 2}, 22: {1, 2}, 26: {24, 25},
	28: {3, 24, 25}, 29: {3}, 30: {24, 27}, 31: {2, 9}, 32: {1, 25, 26, 29},
	33: {3, 9, 15, 16, 19, 21, 23, 24, 30, 31, 32},
	34: {9, 10, 14, 15, 16, 19, 20, 21, 23, 24, 27, 28, 29, 30, 31, 32, 33},
}

func karateClub() *Graph {
	var edges []edge
	for a := uint32(2); a <= 34; a++ {
		for _, b := range karate[a] {
			edges = append(edges, edge{a - 1, b - 1, 1})
		}
	}
	return graphOf(34, edges)
}

// planted is a graph of clusters of unequal size; 7 of 10 edges lie within one. Weights are the roots of 1, 2, 3, 4 or
// 9 ties.
func planted(nodes, clusters, edges int) *Graph {
	r := random(1)
	below := func(n int) uint32 { return uint32(r.next() % uint64(n)) }
	members := make([][]uint32, clusters)
	of := make([]uint32, nodes)
	for v := range of {
		of[v] = min(below(clusters), below(clusters))
		members[of[v]] = append(members[of[v]], uint32(v))
	}
	list := make([]edge, 0, edges)
	roots := []float64{1, 1, 1, 1, 1.4142135623730951, 1.4142135623730951, 1.7320508075688772, 2, 3}
	for len(list) < edges {
		a, b := below(nodes), below(nodes)
		if below(10) < 7 {
			same := members[of[a]]
			b = same[below(len(same))]
		}
		if a != b {
			list = append(list, edge{a, b, roots[below(len(roots))]})
		}
	}
	return graphOf(nodes, list)
}

// anyGraph draws graphs with several components, self-edges, parallel edges, weights of all sizes and none.
func anyGraph(t *rapid.T) *Graph {
	n := rapid.IntRange(0, 40).Draw(t, "nodes")
	if n == 0 {
		return graphOf(0, nil)
	}
	node := rapid.Uint32Range(0, uint32(n-1))
	weight := rapid.OneOf(rapid.Just(1.0), rapid.SampledFrom([]float64{0, 1e-9, 0.001, 3, 1e9}), rapid.Float64Range(0, 10))
	return graphOf(n, rapid.SliceOfN(rapid.Custom(func(t *rapid.T) edge {
		return edge{node.Draw(t, "a"), node.Draw(t, "b"), weight.Draw(t, "weight")}
	}), 0, 120).Draw(t, "edges"))
}

// checkConnected walks each cluster from its first node over edges within it.
func checkConnected(t rapid.TB, g *Graph, of []uint32) {
	t.Helper()
	reached, begun := make([]bool, len(of)), map[uint32]bool{}
	for v := range of {
		if reached[v] {
			continue
		}
		if begun[of[v]] {
			t.Fatalf("node %d is not connected with the rest of its cluster %d: %v", v, of[v], of)
		}
		begun[of[v]] = true
		reached[v] = true
		for walk := []uint32{uint32(v)}; len(walk) > 0; {
			u := walk[0]
			walk = walk[1:]
			to, weights := g.row(u)
			for i, x := range to {
				if weights[i] > 0 && !reached[x] && of[x] == of[u] {
					reached[x] = true
					walk = append(walk, x)
				}
			}
		}
	}
}
