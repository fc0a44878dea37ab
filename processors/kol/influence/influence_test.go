package influence

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sketch is a random graph with all that is awkward: nodes without edges, edges of a node to itself, several of a pair,
// components, weights of 0 and weights far apart.
type sketch struct {
	n       int
	edges   []edge
	restart []float64 // nil: everywhere
	alpha   float64
}

func drawSketch(t *rapid.T) sketch {
	s := sketch{n: rapid.IntRange(1, 14).Draw(t, "nodes")}
	parts := rapid.IntRange(1, 3).Draw(t, "components")
	node := rapid.IntRange(0, s.n-1)
	weight := rapid.OneOf(rapid.Just(1.), rapid.Just(0.), rapid.Float64Range(1e-6, 1e6))
	for range rapid.IntRange(0, 50).Draw(t, "edges") {
		from, to := node.Draw(t, "from"), node.Draw(t, "to")
		if from%parts == to%parts {
			s.edges = append(s.edges, edge{from, to, weight.Draw(t, "weight")})
		}
	}
	if rapid.Bool().Draw(t, "restart somewhere") {
		s.restart = rapid.SliceOfN(rapid.OneOf(rapid.Just(0.), rapid.Float64Range(0, 1)), s.n, s.n).Draw(t, "restart")
		s.restart[rapid.IntRange(0, s.n-1).Draw(t, "home")] = 1
	}
	s.alpha = rapid.SampledFrom([]float64{.85, .85, .5, .95, 0}).Draw(t, "alpha")
	return s
}

// home is the restart vector with a sum of 1.
func (s sketch) home() []float64 {
	if s.restart == nil {
		return even(s.n)
	}
	out, total := slices.Clone(s.restart), sum(s.restart)
	for i := range out {
		out[i] /= total
	}
	return out
}

func (s sketch) options() Options { return Options{Alpha: s.alpha, Tolerance: 1e-13} }

func TestRanksAreThoseOfADenseMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSketch(t)
		want := dense(s.n, s.edges, s.home(), s.home(), s.alpha, 1200)
		o := s.options()
		o.Plain = rapid.Bool().Draw(t, "plain")
		var warm []float64
		if rapid.Bool().Draw(t, "warm") {
			warm = rapid.SliceOfN(rapid.Float64Range(0, 10), s.n, s.n).Draw(t, "warm")
		}
		g := build(s.n, s.edges)
		rows, from, weight, restart, begin := slices.Clone(g.Rows), slices.Clone(g.From), slices.Clone(g.Weight), slices.Clone(s.restart), slices.Clone(warm)
		r := Start(g, s.restart, warm, o)
		near(t, finish(r), want, 1e-10)
		if r.Rounds() >= most {
			t.Fatalf("took all %d rounds", r.Rounds())
		}
		if !slices.Equal(rows, g.Rows) || !slices.Equal(from, g.From) || !slices.Equal(weight, g.Weight) ||
			!slices.Equal(restart, s.restart) || !slices.Equal(begin, warm) {
			t.Fatal("what is the caller's has changed")
		}
	})
}

// Where walks are long, single precision has less to give, and a run must not wait for more.
func TestLongWalksArriveToo(t *testing.T) {
	_, g, restart := grown(500, 3_000)
	for _, alpha := range []float64{.99, .999, .9999} {
		o := Options{Alpha: alpha, Tolerance: (1 - alpha) * 1e-10, Most: 1_000_000}
		r := Start(g, restart, nil, o)
		got := finish(r)
		t.Logf("alpha %v: %d rounds", alpha, r.Rounds())
		if r.Rounds() > 500 {
			t.Errorf("alpha %v: %d rounds", alpha, r.Rounds())
		}
		o.Plain = true
		near(t, got, finish(Start(g, restart, nil, o)), 1e-9)
	}
}

func TestPlainIsPowerIteration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSketch(t)
		rounds := rapid.IntRange(1, 20).Draw(t, "rounds")
		r := Start(build(s.n, s.edges), s.restart, nil, Options{Alpha: s.alpha, Most: rounds, Plain: true, Tolerance: -1})
		near(t, finish(r), dense(s.n, s.edges, s.home(), s.home(), s.alpha, rounds), 1e-13)
		if r.Rounds() != rounds {
			t.Fatalf("%d rounds, not %d", r.Rounds(), rounds)
		}
	})
}

func TestSlicesDoNotShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSketch(t)
		g := build(s.n, s.edges)
		whole := Start(g, s.restart, nil, s.options())
		want := finish(whole)
		sliced := Start(g, s.restart, nil, s.options())
		for visits := rapid.IntRange(-1, 40); !sliced.Step(visits.Draw(t, "visits")); {
			if sliced.Ranks() != nil {
				t.Fatal("ranks before the end")
			}
		}
		sameBits(t, sliced.Ranks(), want)
		if sliced.Rounds() != whole.Rounds() {
			t.Fatalf("%d rounds, in one slice %d", sliced.Rounds(), whole.Rounds())
		}
	})
}

func sameBits(t rapid.TB, got, want []float64) {
	t.Helper()
	if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
		t.Fatalf("not the same bits:\n got %v\nwant %v", head(got), head(want))
	}
}

func TestTheSmallestGraphs(t *testing.T) {
	o := Options{Alpha: .85, Tolerance: 1e-10}
	for name, c := range map[string]struct {
		g             *Graph
		restart, want []float64
	}{
		"no rows":          {&Graph{}, nil, []float64{}},
		"no nodes":         {&Graph{Rows: []uint32{0}}, nil, []float64{}},
		"one node":         {build(1, nil), nil, []float64{1}},
		"one, to itself":   {build(1, []edge{{0, 0, 3}}), nil, []float64{1}},
		"no edges":         {build(4, nil), []float64{1, 1, 2, 0}, []float64{.25, .25, .5, 0}},
		"only self-edges":  {build(2, []edge{{0, 0, 1}, {1, 1, 9}}), []float64{3, 1}, []float64{.75, .25}},
		"only zero weight": {build(2, []edge{{0, 1, 0}}), []float64{1, 0}, []float64{1, 0}},
		"restart nowhere":  {build(2, nil), []float64{0, 0}, []float64{.5, .5}},
		"two of each":      {build(2, []edge{{0, 1, 1}, {1, 0, 1}}), nil, []float64{.5, .5}},
	} {
		t.Run(name, func(t *testing.T) {
			near(t, finish(Start(c.g, c.restart, nil, o)), c.want, 1e-10)
			near(t, finish(Start(c.g, c.restart, make([]float64, len(c.want)), o)), c.want, 1e-10)
		})
	}
}

// Whoever no walk reaches has no rank at all, not a little: a ring of fakes around two real members, say.
func TestWhatNoWalkReachesHasNoRank(t *testing.T) {
	edges := []edge{{0, 1, 1}, {1, 0, 1}}
	for i := range 20 {
		edges = append(edges, edge{2 + i, 2 + (i+1)%20, 5}, edge{2 + i, i % 2, 1})
	}
	restart := make([]float64, 22)
	restart[0] = 1
	for i, v := range finish(Start(build(22, edges), restart, nil, Options{Alpha: .85, Tolerance: 1e-10})) {
		if (v > 0) != (i < 2) {
			t.Errorf("node %d has rank %g", i, v)
		}
	}
}

func TestNoNumbersThatEndARunLate(t *testing.T) {
	for _, w := range []float64{math.NaN(), math.Inf(1), -1, math.MaxFloat64, math.SmallestNonzeroFloat64} {
		r := Start(build(3, []edge{{0, 1, w}, {1, 2, 1}, {2, 1, w}, {0, 0, 1}}), nil, nil, Options{Alpha: .85, Tolerance: 1e-10, Most: 50})
		if finish(r); r.Rounds() > 50 {
			t.Errorf("weight %g: %d rounds", w, r.Rounds())
		}
	}
}
