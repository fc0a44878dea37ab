package influence

import "math"

// Sweeps alone shrink the error by little where a graph has parts that few edges leave: each sweep takes nearly the same
// step again, a little shorter. Three such steps say where they lead: of all mixtures of the last three ranks (with
// coefficients that sum to 1) the one whose steps cancel best (least squares) is close to the end. This is reduced rank
// extrapolation with two terms (Sidi, Vector Extrapolation Methods, 2017); Kamvar et al., Extrapolation Methods for
// Accelerating PageRank Computations (2003), do the like.

// steps that an extrapolation looks at.
const steps = 3

// trail is the last sweeps' steps.
type trail struct {
	step   [steps][]float32 // what each sweep changed, by node; their rounding moves the aim, never the result
	known  int
	dot    [steps][steps]float64 // products of steps; the upper half
	one    float64               // how much of the last but one step is taken back, and of the last
	two    float64
	last   float64 // change of the sweep before the last extrapolation
	steady bool    // extrapolations did not help: sweeps alone from here on, which always arrive
}

func (t *trail) begin(n int) {
	for k := range t.step {
		t.step[k] = make([]float32, n)
	}
}

// current is where the sweep that is under way leaves its step.
func (t *trail) current() []float32 { return t.step[t.known] }

// restart forgets the steps, before sweeps for another correction.
func (t *trail) restart() { t.known, t.last = 0, math.Inf(1) }

// full counts a sweep and returns whether it is time to extrapolate. Each round of three sweeps must gain what a single
// sweep is worth.
func (t *trail) full(change, alpha float64) bool {
	if t.known++; t.known < steps {
		return false
	}
	t.known = 0
	t.steady = t.steady || change > alpha*t.last
	t.last, t.dot = change, [steps][steps]float64{}
	return !t.steady
}

// compare sums the products of steps.
func (r *Run) compare(visits int) int {
	t := &r.trail
	d := t.dot
	i := r.at
	for ; visits > 0 && i < len(r.share); i++ {
		a, b, c := float64(t.step[0][i]), float64(t.step[1][i]), float64(t.step[2][i])
		d[0][0] += float64(a * a)
		d[0][1] += float64(a * b)
		d[0][2] += float64(a * c)
		d[1][1] += float64(b * b)
		d[1][2] += float64(b * c)
		d[2][2] += float64(c * c)
		visits--
	}
	r.at, t.dot = i, d
	return visits
}

// aim finds the mixture u, v, 1 − u − v of the ranks after the three sweeps whose steps cancel best: the least of
// |c + u(a − c) + v(b − c)|. It returns false where the steps do not tell two directions apart.
func (t *trail) aim() bool {
	d := t.dot
	aa := d[0][0] - float64(2*d[0][2]) + d[2][2]
	bb := d[1][1] - float64(2*d[1][2]) + d[2][2]
	ab := d[0][1] - d[0][2] - d[1][2] + d[2][2]
	ac, bc := d[0][2]-d[2][2], d[1][2]-d[2][2]
	det := float64(aa*bb) - float64(ab*ab)
	if !(det > 1e-10*float64(aa*bb)) {
		return false
	}
	u := (float64(ab*bc) - float64(ac*bb)) / det
	v := (float64(ab*ac) - float64(bc*aa)) / det
	t.one, t.two = u, u+v // ranks after the first sweep are the last ones less b and c, after the second less c
	return true
}

// leap moves the correction to the mixture.
func (r *Run) leap(visits int) int {
	t := &r.trail
	i := r.at
	for ; visits > 0 && i < len(r.fix); i++ {
		move := float64(t.one*float64(t.step[1][i])) + float64(t.two*float64(t.step[2][i]))
		if w := r.out[i]; w > 0 {
			r.fix[i] -= float32(move / w)
			r.total += float64(float64(r.fix[i]) * w)
		} else {
			r.fix[i] -= float32(move)
			r.total += float64(r.fix[i])
			r.stray += float64(r.fix[i])
		}
		visits--
	}
	r.at = i
	return visits
}
