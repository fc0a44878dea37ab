package influence

// Graph is a directed weighted graph of len(Rows)−1 nodes; no Rows, no nodes. The edges into node i are
// Rows[i]..Rows[i+1] of From and Weight. Weights are finite and not negative; an edge of weight 0 is none. There may be
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
// It solves ranks = α Pᵀ ranks + jumps × restart, where jumps is all that does not follow an edge, by sweeps over the rows
// that use what the sweep has already found (Gauss-Seidel), and after every third sweep goes where the last three were
// heading (extrapolate.go). The sum of the ranks may drift in between, as the solution has any scale; it is made 1 at the
// end. When a sweep changes the ranks by d, they are wrong by no more than d α / (1 − α), whatever came before.
type Run struct {
	g       *Graph
	o       Options
	restart []float64 // nil: uniform
	scale   float64   // what makes the sum of restart 1
	warm    []float64 // nil: begin at restart

	share []float64 // of each node: what it gives for each unit of weight of its edges, rank / out; its rank, where out is 0
	next  []float64 // the shares that a sweep finds; those of share itself, if not plain
	out   []float64 // sums of the weights of the edges that leave a node
	trail trail

	phase  phase
	at     int // the row to be visited next
	rounds int // sweeps that are finished
	jumps  float64
	// sums of the pass that is under way
	total, stray float64 // of all ranks, and of those of nodes that no edge leaves
	change       float64 // L1
}

// phase is what a pass over all nodes does.
type phase uint8

const (
	weighing phase = iota
	starting
	sweeping
	comparing
	leaping
	scaling
	done
)

// Start begins a run. A walk restarts in proportion to restart, one number for each node, nil or all 0 for everywhere
// alike; the rank of nodes without edges (dangling mass) goes there too. The run begins at warm, ranks of an earlier run
// by this graph's numbers and of any sum, or, where it is nil or all 0, at restart. Both are read while the run lasts.
func Start(g *Graph, restart, warm []float64, o Options) *Run {
	n := max(0, len(g.Rows)-1)
	r := &Run{g: g, o: o, restart: restart, warm: warm, share: make([]float64, n), out: make([]float64, n)}
	if r.o.Most <= 0 {
		r.o.Most = most
	}
	if r.next = r.share; o.Plain {
		r.next = make([]float64, n)
	} else {
		r.trail.begin(n)
	}
	if mass := sum(restart); mass > 0 {
		r.scale = 1 / mass
	} else {
		r.restart, r.scale = nil, 1/float64(n)
	}
	if sum(warm) <= 0 {
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

// pass goes on with the pass that is under way, and returns what is left of the visits.
func (r *Run) pass(visits int) int {
	switch r.phase {
	case weighing:
		return r.weigh(visits)
	case starting:
		return r.begin(visits)
	case sweeping:
		return r.sweep(visits)
	case comparing:
		return r.compare(visits)
	case leaping:
		return r.leap(visits)
	default:
		return r.finish(visits)
	}
}

// turn ends a pass and begins the next.
func (r *Run) turn() {
	switch r.phase {
	case weighing:
		r.phase = starting
	case sweeping:
		r.rounds++
		r.share, r.next = r.next, r.share
		switch {
		case r.change <= r.o.Tolerance*r.total || r.rounds >= r.o.Most:
			r.phase = scaling
		case !r.o.Plain && r.trail.full(r.change/r.total, r.o.Alpha):
			r.phase = comparing
		default:
			r.open()
		}
	case comparing:
		if r.trail.aim() {
			r.phase, r.total, r.stray = leaping, 0, 0
		} else {
			r.open()
		}
	case starting, leaping:
		r.open()
	default:
		r.phase = done
	}
}

// open begins a sweep: restarts get all that does not follow an edge.
func (r *Run) open() {
	r.phase = sweeping
	r.jumps = float64((1-r.o.Alpha)*r.total) + float64(r.o.Alpha*r.stray)
	r.total, r.stray, r.change = 0, 0, 0
}
