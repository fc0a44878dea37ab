package leiden

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKarateClub(t *testing.T) {
	g := karateClub()
	if len(g.To) != 2*78 {
		t.Fatalf("%d entries, want 78 edges", len(g.To))
	}
	for seed := range uint64(200) {
		of := Clusters(g, seed)
		if q := Modularity(g, of); math.Abs(q-0.4197896) > 1e-7 {
			t.Errorf("seed %d: modularity %.7f, the known best is 0.4197896", seed, q)
		}
		checkConnected(t, g, of)
	}
}

// The same bits at every replay, on every machine and by every later version.
func TestClustersStayTheSame(t *testing.T) {
	want := []uint32{
		0, 0, 0, 0, 1, 1, 1, 0, 2, 2, 1, 0, 0, 0, 2, 2, 1, 0, 2, 0, 2, 0, 2, 3, 3, 3, 2, 3, 3, 2, 2, 3, 2, 2,
	}
	if diff := cmp.Diff(want, Clusters(karateClub(), 3)); diff != "" {
		t.Error(diff)
	}
	h := fnv.New64a()
	for _, c := range Clusters(planted(2_000, 10, 4_000), 3) { // so thin that no choice is clear
		h.Write(binary.LittleEndian.AppendUint32(nil, c))
	}
	if got := h.Sum64(); got != 0xbd1a940cf4b3e280 {
		t.Errorf("the clusters of the planted graph have changed: %#x", got)
	}
}

// ring is a ring of cliques, each tied to the next by one edge.
func ring(cliques, size uint32) (edges []edge) {
	for c := range cliques {
		for a := range size {
			for b := range a {
				edges = append(edges, edge{c*size + a, c*size + b, 1})
			}
		}
		edges = append(edges, edge{c * size, (c+1)%cliques*size + 1, 1})
	}
	return edges
}

func TestSmallGraphs(t *testing.T) {
	var ofRing []uint32
	for v := range uint32(50) {
		ofRing = append(ofRing, v/5)
	}
	for _, c := range []struct {
		name  string
		nodes int
		edges []edge
		want  []uint32
		q     float64
	}{
		{"no node", 0, nil, []uint32{}, 0},
		{"one node", 1, nil, []uint32{0}, 0},
		{"one node that endorses itself", 1, []edge{{0, 0, 2}}, []uint32{0}, 0},
		{"isolated nodes", 3, nil, []uint32{0, 1, 2}, 0},
		{"an edge and two isolated nodes", 4, []edge{{1, 3, 1}}, []uint32{0, 1, 2, 1}, 0},
		{"two components", 5, []edge{{0, 2, 1}, {2, 4, 1}, {4, 0, 1}, {1, 3, 3}}, []uint32{0, 1, 0, 1, 0}, 0.5},
		{"zero weights are no edges", 4, []edge{{0, 1, 0}, {1, 2, 1}, {2, 3, 0}}, []uint32{0, 1, 1, 2}, 0},
		{"no weight at all", 3, []edge{{0, 1, 0}, {1, 2, 0}}, []uint32{0, 1, 2}, 0},
		{"negative and undefined weights are no edges", 3, []edge{{0, 1, -5}, {1, 2, 1}, {0, 2, math.NaN()}}, []uint32{0, 1, 1}, 0},
		{"parallel edges add up", 4, []edge{{0, 1, 1}, {1, 2, 1}, {2, 1, 1}, {1, 2, 3}, {2, 3, 1}, {0, 1, 2}, {2, 3, 2}},
			[]uint32{0, 0, 1, 1}, 6./11 - 0.5},
		{"ring of cliques", 50, ring(10, 5), ofRing, 10./11 - 0.1},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := graphOf(c.nodes, c.edges)
			r := Start(g, nil, 7)
			for !r.Step(1) {
			}
			if diff := cmp.Diff(c.want, r.Clusters()); diff != "" {
				t.Error(diff)
			}
			if math.Abs(r.Modularity()-c.q) > 1e-12 {
				t.Errorf("modularity %v, want %v", r.Modularity(), c.q)
			}
		})
	}
}

func TestInfiniteWeightsDoNoHarm(t *testing.T) {
	g := graphOf(4, []edge{{0, 1, math.Inf(1)}, {1, 2, 1}, {2, 3, math.MaxFloat64}, {0, 3, math.MaxFloat64}})
	if of := Clusters(g, 1); len(of) != 4 {
		t.Errorf("%v", of)
	}
}

// In a ring of twelve triangles pairs are best, and the two ways to pair them are equally good.
func TestAStartIsKept(t *testing.T) {
	g := graphOf(36, ring(12, 3))
	for _, shift := range []uint32{0, 3} {
		from := make([]uint32, 36)
		for v := range from {
			from[v] = (uint32(v) + shift) % 36 / 6
		}
		for seed := range uint64(20) {
			r := Start(g, from, seed)
			for !r.Step(100) {
			}
			if diff := cmp.Diff(dense(from, 36), r.Clusters()); diff != "" {
				t.Fatalf("shift %d, seed %d: %s", shift, seed, diff)
			}
		}
	}
}

func TestRoundsFollowWhatIsKnown(t *testing.T) {
	for _, c := range []struct {
		nodes int
		from  []uint32
		want  int
	}{
		{0, nil, 3}, {5, nil, 3}, {5, []uint32{1, 1, 1, 1, 1}, 1}, {5, []uint32{1, 1, 1, 1}, 3},
		{10, []uint32{1, 1, 2, 2, None, 3, 3, 3, 3, 3}, 1}, {10, []uint32{1, 1, 2, 2, None, 3, 3, 3, 3}, 3},
	} {
		if got := Start(graphOf(c.nodes, nil), c.from, 1).rounds; got != c.want {
			t.Errorf("%d nodes, %v known: %d rounds, want %d", c.nodes, c.from, got, c.want)
		}
	}
}

func TestDense(t *testing.T) {
	if diff := cmp.Diff([]uint32{0, 1, 2, 0, 3, 4}, dense([]uint32{7, None, None, 7, 2}, 6)); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyWellConnectedPartsJoin(t *testing.T) {
	for _, c := range []struct {
		name   string
		loose  int
		joined bool
	}{{"all are", -1, true}, {"not the node", 0, false}, {"not the part", 1, false}} {
		r := Start(graphOf(4, []edge{{0, 1, 1}, {2, 3, 1}}), nil, 1)
		untilRefined(r)
		if c.loose >= 0 {
			r.parts.ties[c.loose] = 0
		}
		r.join(0)
		if joined := r.parts.of[0] == 1; joined != c.joined {
			t.Errorf("%s: %v", c.name, r.parts.of)
		}
	}
}

// Two components that begin as one cluster can only leave it for an empty one.
func TestPartsLeaveForEmptyClusters(t *testing.T) {
	r := Start(graphOf(4, []edge{{0, 1, 1}, {2, 3, 1}}), make([]uint32, 4), 1)
	untilRefined(r)
	r.refine(all)
	for _, phase := range []func(*Run, int) int{
		(*Run).number, (*Run).carry, (*Run).sort, (*Run).reserve, (*Run).allocate, (*Run).coarsen, (*Run).ascend, (*Run).settle,
		(*Run).enqueue, (*Run).move,
	} {
		phase(r, all)
	}
	if len(r.of) != 2 || r.of[0] == r.of[1] {
		t.Errorf("clusters of the parts: %v", r.of)
	}
}
