package influence

import (
	"bufio"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// lines are the fields of a file's lines that begin with a number.
func lines(t *testing.T, name string) [][]string {
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var out [][]string
	in := bufio.NewScanner(f)
	for in.Scan() {
		fields := strings.FieldsFunc(in.Text(), func(c rune) bool { return c == ' ' || c == ',' })
		if len(fields) == 0 {
			continue
		}
		if _, err := strconv.Atoi(fields[0]); err == nil {
			out = append(out, fields)
		}
	}
	if in.Err() != nil || len(out) == 0 {
		t.Fatalf("%s: %v, %d lines", name, in.Err(), len(out))
	}
	return out
}

// published reads ranks, and the edges among their nodes, of which a line has one or, as an adjacency list, many.
func published(t *testing.T, edgeFile, rankFile string, both bool) (int, []edge, []float64) {
	number := map[string]int{}
	var ranks []float64
	for _, l := range lines(t, rankFile) {
		v, err := strconv.ParseFloat(l[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		number[l[0]] = len(ranks)
		ranks = append(ranks, v)
	}
	node := func(name string) int {
		i, ok := number[name]
		if !ok {
			t.Fatalf("%s: node %q has no rank", edgeFile, name)
		}
		return i
	}
	var edges []edge
	for _, l := range lines(t, edgeFile) {
		for _, to := range l[1:] {
			edges = append(edges, edge{node(l[0]), node(to), 1})
			if both {
				edges = append(edges, edge{node(to), node(l[0]), 1})
			}
		}
	}
	return len(ranks), edges, ranks
}

// The published tolerance is 1e-4; the files of ranks after fixed iterations agree to more digits.
func TestPublishedRanks(t *testing.T) {
	for _, c := range []struct {
		edges, ranks string
		rounds       int  // 0: until they change no more
		both         bool // undirected, each edge once
		within       float64
	}{
		{edges: "ldbc/pr-dir-input", ranks: "ldbc/pr-dir-output", rounds: 14, within: 1e-7},
		{edges: "ldbc/pr-undir-input", ranks: "ldbc/pr-undir-output", rounds: 26, within: 1e-8},
		{edges: "ldbc/example-directed-input", ranks: "ldbc/example-directed-PR", rounds: 2, within: 1e-14},
		{edges: "ldbc/example-undirected-input", ranks: "ldbc/example-undirected-PR", rounds: 2, within: 1e-14},
		{edges: "matlab/ldbc-directed-example-edges.csv", ranks: "matlab/ldbc-directed-example-pagerank-matlab.csv", within: 1e-4},
		{edges: "matlab/karate-edges.csv", ranks: "matlab/karate-pagerank-matlab.csv", both: true, within: 1e-4},
	} {
		t.Run(filepath.Base(c.ranks), func(t *testing.T) {
			n, edges, want := published(t, c.edges, c.ranks, c.both)
			o := Options{Alpha: .85, Tolerance: 1e-12}
			if c.rounds > 0 {
				o = Options{Alpha: .85, Most: c.rounds, Plain: true}
			}
			got := finish(Start(build(n, edges), nil, nil, o))
			for i := range want {
				if off := math.Abs(got[i] - want[i]); !(off <= c.within) {
					t.Errorf("node %d: %.12f, published %.12f", i, got[i], want[i])
				}
			}
		})
	}
}
