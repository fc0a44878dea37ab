package leiden

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestEveryClusterIsConnected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		from := rapid.SliceOfN(rapid.SampledFrom([]uint32{0, 1, 7, None}), 0, g.Nodes()).Draw(t, "from")
		r := Start(g, from, rapid.Uint64().Draw(t, "seed"))
		for !r.Step(1000) {
		}
		checkConnected(t, g, r.Clusters())
	})
}

// The first time that no node gains by moving is what one pass of Louvain ends with.
func TestModularityOnlyRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		alone := make([]uint32, g.Nodes())
		for v := range alone {
			alone[v] = uint32(v)
		}
		last := Modularity(g, alone)
		r := Start(g, nil, rapid.Uint64().Draw(t, "seed"))
		level := r.graph
		for !r.Step(1) {
			if r.graph == level || r.top == nil {
				continue
			}
			level = r.graph
			whole := make([]uint32, g.Nodes())
			for v, top := range r.top {
				whole[v] = r.of[top]
			}
			q := Modularity(g, whole)
			if q < last-1e-9 {
				t.Fatalf("from %v to %v", last, q)
			}
			last = q
		}
		if q := r.Modularity(); q < last-1e-9 {
			t.Fatalf("from %v to %v", last, q)
		}
	})
}

// That no two clusters gain by merging is Leiden's second guarantee (γ-separation).
func TestNothingGainsByMerging(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		of := Clusters(g, rapid.Uint64().Draw(t, "seed"))
		q := Modularity(g, of)
		for a := range of {
			for b := range of {
				merged := make([]uint32, len(of))
				for v, c := range of {
					merged[v] = c
					if c == of[b] {
						merged[v] = of[a]
					}
				}
				if other := Modularity(g, merged); other > q+1e-8 {
					t.Fatalf("merging the clusters of %d and %d gains %v: %v", a, b, other-q, of)
				}
			}
		}
	})
}

const all = 1 << 30

// untilRefined runs a level up to where its parts are still single nodes.
func untilRefined(r *Run) {
	r.weigh(all)
	r.begin(all)
	r.settle(all)
	r.enqueue(all)
	r.move(all)
	r.part(all)
	r.tie(all)
}

// After a refinement the sums of the parts are those of their nodes and edges, and no part reaches beyond its cluster.
func TestPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		r := Start(g, nil, rapid.Uint64().Draw(t, "seed"))
		untilRefined(r)
		r.refine(all)
		total, ties := map[uint32]float64{}, map[uint32]float64{}
		for v, p := range r.parts.of {
			if r.of[v] != r.of[p] {
				t.Fatalf("node %d is in part %d of another cluster", v, p)
			}
			to, weights := g.row(uint32(v))
			for i, u := range to {
				total[p] += weights[i]
				if r.of[u] == r.of[v] && r.parts.of[u] != p {
					ties[p] += weights[i]
				}
			}
		}
		for p := range total {
			if near := 1e-12 * r.all; math.Abs(r.parts.total[p]-total[p]) > near || math.Abs(r.parts.ties[p]-ties[p]) > near {
				t.Fatalf("part %d: total %v, ties %v, want %v, %v", p, r.parts.total[p], r.parts.ties[p], total[p], ties[p])
			}
		}
	})
}

// Clusters that were known before are only ever improved.
func TestAStartIsOnlyImproved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		from := rapid.SliceOfN(rapid.Uint32Range(5, 9), g.Nodes(), g.Nodes()).Draw(t, "from")
		r := Start(g, from, rapid.Uint64().Draw(t, "seed"))
		for !r.Step(1000) {
		}
		if before := Modularity(g, from); r.Modularity() < before-1e-9 {
			t.Fatalf("%v became %v", before, r.Modularity())
		}
	})
}

func TestSlicesDoNotShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		seed := rapid.Uint64().Draw(t, "seed")
		visits := rapid.IntRange(1, 50).Draw(t, "visits")
		r := Start(g, nil, seed)
		for !r.Step(visits) {
		}
		of := Clusters(g, seed)
		if diff := cmp.Diff(of, r.Clusters()); diff != "" {
			t.Fatal(diff)
		}
		if q := Modularity(g, of); math.Float64bits(q) != math.Float64bits(r.Modularity()) {
			t.Fatalf("modularity %v, at once %v", r.Modularity(), q)
		}
		if diff := cmp.Diff(Bridges(g, of), r.Bridges()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Modularity as its definition sums it, over all pairs of nodes.
func TestModularityIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		n := g.Nodes()
		of := rapid.SliceOfN(rapid.Uint32Range(3, 9), n, n).Draw(t, "of")
		matrix, strength, all := make([]float64, n*n), make([]float64, n), 0.0
		for v := range n {
			to, weights := g.row(uint32(v))
			for i, u := range to {
				matrix[v*n+int(u)] += weights[i]
				strength[v] += weights[i]
				all += weights[i]
			}
		}
		want := 0.0
		for a := range n {
			for b := range n {
				if of[a] == of[b] && all > 0 {
					want += matrix[a*n+b]/all - strength[a]/all*(strength[b]/all)
				}
			}
		}
		if q := Modularity(g, of); math.Abs(q-want) > 1e-9 {
			t.Fatalf("%v, want %v", q, want)
		}
	})
}

func TestBridges(t *testing.T) {
	// Two triangles; 6 ties them with an edge each, 7 with a strong and a weak one, 8 has none.
	g := graphOf(9, []edge{
		{0, 1, 1}, {1, 2, 1}, {2, 0, 1}, {3, 4, 1}, {4, 5, 1}, {5, 3, 1}, {6, 0, 2}, {6, 3, 2}, {7, 1, 3}, {7, 4, 1}, {7, 5, 0},
	})
	got := Bridges(g, []uint32{4, 4, 4, 9, 9, 9, 4, 4, 1})
	// 3: weight 2 of 4 to cluster 9 (4 and 5), 2 to cluster 4 (6). 4: 2 of 3, and 1 of 3 (7).
	want := []float64{0, 0, 0, 0.5, 1 - 5./9, 0, 0.5, 0.375, 0}
	for v := range want {
		if math.Abs(got[v]-want[v]) > 1e-12 {
			t.Errorf("node %d: %v, want %v", v, got[v], want[v])
		}
	}
}
