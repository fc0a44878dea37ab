package influence

// Graph is a directed weighted graph of len(Rows)−1 nodes; no Rows, no nodes. The edges into node i are
// Rows[i]..Rows[i+1] of From and Weight. Weights are 0, which is no edge, or between 1e-20 and 1e20. There may be
// edges of a node to itself and several of a pair. A Run reads the graph until it is done and never writes to it.
type Graph struct {
	Rows   []uint32
	From   []uint32
	Weight []float64
}

// Options of a Run.
type Options struct {
	Alpha     float64 // the chance of following an edge rather than restarting, 0 ≤ Alpha < 1
	Tolerance float64 // a run ends when an iteration changes the ranks by no more than this, summed over the nodes (L1)
	Most      int     // a run ends after so many iterations in any case, and what it has reached stands; 0: a thousand
	Plain     bool    // power iteration without anything that makes it faster, as references with fixed iterations have it
}

// most iterations where the options say nothing: several times what α = 0.85 needs for a tolerance of 1e-10.
const most = 1000

// Run is one computation of ranks, see Start. It belongs to one goroutine.
//
// It solves ranks = α Pᵀ ranks + jumps × restart, where jumps is all that does not follow an edge, in rounds:
//  1. A pass over the edges in double precision finds by how much the ranks fail that equation, their error. It is what
//     power iteration would change, so a run may end here exactly where power iteration may, and its ranks are then as
//     good: the L1 distance to the solution is at most α / (1 − α) of the change.
//  2. If it is too much, sweeps in single precision, which are twice as fast, find a correction: Gauss-Seidel, and after
//     every third sweep a leap to where the last three were heading (extrapolate.go).
//  3. The ranks are corrected. However good the corrections are, only the next pass over the edges decides.
//
// The sum of the ranks may drift in between, as the solution has any scale; it is made 1 at the end.
type Run struct {
	g       *Graph
	o       Options
	restart []float64 // nil: uniform
	scale   float64   // what makes the sum of restart 1
	warm    []float64 // nil: begin at restart
	heat    float64   // sum of warm

	// A share is what a node gives for each unit of weight of its edges, rank / out; its rank, where no edge leaves it.
	share []float64
	out   []float64 // sums of the weights of the edges that leave a node
	fault []float64 // what the last pass over the edges would change in the ranks
	fix   []float32 // the correction's shares
	trail trail

	phase  phase
	at     int     // the row to be visited next
	rounds int     // passes and sweeps over the edges that are finished
	goal   float64 // the change at which sweeps are good enough
	jumps  float64
	// sums of the pass or sweep that is under way
	total, stray float64 // of all ranks or corrections, and of those of nodes that no edge leaves
	change       float64 // L1
	mass         float64 // total of the ranks when they were last looked at
}

// phase is what a pass over all nodes does.
type phase uint8

const (
	weighing phase = iota
	starting
	judging
	sweeping
	comparing
	leaping
	correcting
	scaling
	done
)

// A round of sweeps ends when its change is so small a part of the error it is to correct, divided by 1 − α: a correction
// may be larger than the error by that, and single precision has little more to give.
const enough = 1e-6

// Start begins a run. A walk restarts in proportion to restart, one number for each node, nil or all 0 for everywhere
// alike; the rank of nodes without edges (dangling mass) goes there too. The run begins at warm, ranks of an earlier run
// by this graph's numbers and of any sum, or, where it is nil or all 0, at restart. Both are read while the run lasts.
func Start(g *Graph, restart, warm []float64, o Options) *Run {
	n := max(0, len(g.Rows)-1)
	r := &Run{g: g, o: o, restart: restart, warm: warm, share: make([]float64, n), out: make([]float64, n), fault: make([]float64, n)}
	if r.o.Most <= 0 {
		r.o.Most = most
	}
	if !o.Plain {
		r.fix = make([]float32, n)
		r.trail.begin(n)
	}
	if mass := sum(restart); mass > 0 {
		r.scale = 1 / mass
	} else {
		r.restart, r.scale = nil, 1/float64(n)
	}
	if r.heat = sum(warm); r.heat <= 0 {
		r.warm = nil
	}
	if n == 0 {
		r.phase = done
	}
	return r
}

func sum(of []float64) float64 {
	t := 0.0
	for _, v := range of {
		t += v
	}
	return t
}

// Ranks are the result, by node: not negative, with a sum of 1. They are there when Step has returned true, nil before.
func (r *Run) Ranks() []float64 {
	if r.phase != done {
		return nil
	}
	return r.share
}

// Rounds is the number of sweeps over the graph that are finished.
func (r *Run) Rounds() int { return r.rounds }

// Step goes on for about so many visits of edges and nodes, at least one node and its edges, and returns whether the run
// is done. How a run is sliced does not show in a bit of its ranks.
func (r *Run) Step(visits int) bool {
	for visits = max(visits, 1); visits > 0 && r.phase != done; {
		visits = r.pass(visits)
		if r.at == len(r.share) {
			r.at = 0
			r.turn()
		}
	}
	return r.phase == done
}
