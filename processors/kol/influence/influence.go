package influence

import "math"

// Graph is a directed weighted graph of len(Rows)−1 nodes; no Rows, no nodes. The edges into node i are
// Rows[i]..Rows[i+1] of From and Weight. Weights are finite and not negative; an edge of weight 0 is none. There may be
// edges of a node to itself and several of a pair. A Run reads the graph until it is done and never writes to it.
type Graph struct {
	Rows   []uint32
	From   []uint32
	Weight []float64
}

// nodes is how many there are.
func (g *Graph) nodes() int { return max(0, len(g.Rows)-1) }

// Options of a Run.
type Options struct {
	Alpha     float64 // the chance of following an edge rather than restarting, 0 ≤ Alpha < 1
	Tolerance float64 // a run ends when an iteration changes the ranks by no more than this, summed over the nodes (L1)
	Most      int     // a run ends after so many iterations in any case; 0: a thousand
}

// most iterations where the options say nothing. At α = 0.85 a tolerance of 1e-10 takes at most about 140.
const most = 1000

// Run is one computation of ranks, see Start. It belongs to one goroutine.
type Run struct {
	g       *Graph
	o       Options
	restart []float64 // nil: uniform
	ranks   []float64
	share   []float64 // what a node gives for each unit of weight of its edges: rank / sum of weights
	next    []float64 // shares after the iteration that is under way
	out     []float64 // 1 / sum of the weights of a node's edges; 0 where it has none

	phase  phase
	at     int // the row to be visited next
	rounds int // iterations that are finished
	jumps  float64
	stray  float64 // rank of nodes without edges, of the iteration that is under way
	change float64 // L1 change, of the iteration that is under way
}

type phase uint8

const (
	weighing phase = iota // sums of weights
	starting              // first ranks and shares
	sweeping
	done
)

// Start begins a run. Where a walk restarts follows restart, of a length that is the number of nodes and a sum of 1, or nil
// for everywhere alike; the rank of nodes without edges (dangling mass) goes there too. The run begins at warm, which is
// scaled to a sum of 1, or, where it is nil or holds nothing, at restart. Both are read until the run is done.
func Start(g *Graph, restart, warm []float64, o Options) *Run {
	n := g.nodes()
	if o.Most <= 0 {
		o.Most = most
	}
	r := &Run{g: g, o: o, restart: restart, ranks: make([]float64, n), share: make([]float64, n),
		next: make([]float64, n), out: make([]float64, n)}
	total := 0.0
	for _, v := range warm {
		total += v
	}
	for i := range r.ranks {
		if total > 0 {
			r.ranks[i] = warm[i] / total
		} else {
			r.ranks[i] = r.home(i)
		}
	}
	if n == 0 {
		r.phase = done
	}
	return r
}

// home is the part of restarts that node i gets.
func (r *Run) home(i int) float64 {
	if r.restart == nil {
		return 1 / float64(len(r.ranks))
	}
	return r.restart[i]
}

// Ranks are the ranks that the run has reached, by node; they sum to 1. After Step has returned true they are the result.
// They belong to the Run until then.
func (r *Run) Ranks() []float64 { return r.ranks }

// Rounds is the number of iterations that are finished.
func (r *Run) Rounds() int { return r.rounds }

// Step goes on for about so many visits of edges and nodes, at least one row, and returns whether the run is done. How a
// run is sliced does not show in a bit of its ranks.
func (r *Run) Step(visits int) bool {
	for visits > 0 && r.phase != done {
		switch r.phase {
		case weighing:
			visits = r.weigh(visits)
		case starting:
			visits = r.begin(visits)
		case sweeping:
			visits = r.sweep(visits)
		}
		if r.at == len(r.ranks) {
			r.at = 0
			r.turn()
		}
	}
	return r.phase == done
}

// turn ends a pass over all rows.
func (r *Run) turn() {
	switch r.phase {
	case weighing:
		r.phase = starting
	case starting:
		r.phase = sweeping
		r.open()
	case sweeping:
		r.rounds++
		r.share, r.next = r.next, r.share
		if r.rounds >= r.o.Most || r.change <= r.o.Tolerance {
			r.phase = done
			return
		}
		r.open()
	}
}

// open begins an iteration: restarts get what does not follow an edge.
func (r *Run) open() {
	r.jumps = 1 - r.o.Alpha + r.o.Alpha*r.stray
	r.stray, r.change = 0, 0
}

// weigh sums the weights of the edges that leave each node.
func (r *Run) weigh(visits int) int {
	for visits > 0 && r.at < len(r.ranks) {
		from, to := r.g.Rows[r.at], r.g.Rows[r.at+1]
		for e := from; e < to; e++ {
			r.out[r.g.From[e]] += r.g.Weight[e]
		}
		visits -= 1 + int(to-from)
		r.at++
	}
	return visits
}

func (r *Run) begin(visits int) int {
	for visits > 0 && r.at < len(r.ranks) {
		i := r.at
		if r.out[i] > 0 {
			r.out[i] = 1 / r.out[i]
		} else {
			r.stray += r.ranks[i]
		}
		r.share[i] = r.ranks[i] * r.out[i]
		visits--
		r.at++
	}
	return visits
}

func (r *Run) sweep(visits int) int {
	for visits > 0 && r.at < len(r.ranks) {
		i := r.at
		from, to := r.g.Rows[i], r.g.Rows[i+1]
		sum := 0.0
		for e := from; e < to; e++ {
			sum += float64(r.g.Weight[e] * r.share[r.g.From[e]])
		}
		rank := float64(r.o.Alpha*sum) + float64(r.jumps*r.home(i))
		if r.out[i] == 0 {
			r.stray += rank
		}
		r.change += math.Abs(rank - r.ranks[i])
		r.ranks[i], r.next[i] = rank, rank*r.out[i]
		visits -= 1 + int(to-from)
		r.at++
	}
	return visits
}
