package influence

import "math"

// Products are rounded before they are added (the conversions to float64), so that no processor fuses the two and every
// machine finds the same bits.

// weigh sums the weights of the edges that leave each node.
func (r *Run) weigh(visits int) int {
	out, rows, i := r.out, r.g.Rows, r.at
	for start := rows[i]; visits > 0 && i < len(out); i++ {
		end := rows[i+1]
		from := r.g.From[start:end]
		weight := r.g.Weight[start:end]
		weight = weight[:len(from)] // spares a check for each edge, here and below
		for k, j := range from {
			out[j] += weight[k]
		}
		start = end
		visits -= 1 + len(from)
	}
	r.at = i
	return visits
}

// home is the part of restarts that a node gets.
func (r *Run) home(i int) float64 {
	if r.restart == nil {
		return r.scale
	}
	return r.restart[i] * r.scale
}

// begin sets the first ranks.
func (r *Run) begin(visits int) int {
	for visits > 0 && r.at < len(r.share) {
		rank := 0.0
		if r.warm != nil {
			rank = r.warm[r.at] / r.heat
		} else {
			rank = r.home(r.at)
		}
		r.total += rank
		if out := r.out[r.at]; out > 0 {
			rank /= out
		} else {
			r.stray += rank
		}
		r.share[r.at] = rank
		visits--
		r.at++
	}
	return visits
}

// judge finds what an iteration of power iteration would change.
func (r *Run) judge(visits int) int {
	share, rows, change, i := r.share, r.g.Rows, r.change, r.at
	for start := rows[i]; visits > 0 && i < len(share); i++ {
		end := rows[i+1]
		from := r.g.From[start:end]
		weight := r.g.Weight[start:end]
		weight = weight[:len(from)]
		sum := 0.0
		for k, j := range from {
			sum += float64(weight[k] * share[j])
		}
		start = end
		rank := share[i]
		if w := r.out[i]; w > 0 {
			rank *= w
		}
		fault := float64(r.o.Alpha*sum) + float64(r.jumps*r.home(i)) - rank
		r.fault[i] = fault
		change += math.Abs(fault)
		visits -= 1 + len(from)
	}
	r.at, r.change = i, change
	return visits
}

// sweep finds the correction more closely: what the corrections of the nodes with edges into a node bring, its part of the
// restarts, and its own fault.
func (r *Run) sweep(visits int) int {
	fix, rows, step := r.fix, r.g.Rows, r.trail.current()
	total, stray, change, i := r.total, r.stray, r.change, r.at
	for start := rows[i]; visits > 0 && i < len(fix); i++ {
		end := rows[i+1]
		from := r.g.From[start:end]
		weight := r.g.Weight[start:end]
		weight = weight[:len(from)]
		sum := 0.0
		for k, j := range from {
			sum += float64(weight[k] * float64(fix[j]))
		}
		start = end
		rank := float64(r.o.Alpha*sum) + float64(r.jumps*r.home(i)) + r.fault[i]
		total += rank
		old := float64(fix[i])
		if w := r.out[i]; w > 0 {
			old *= w
			fix[i] = float32(rank / w)
		} else {
			stray += rank
			fix[i] = float32(rank)
		}
		change += math.Abs(rank - old)
		step[i] = float32(rank - old)
		visits -= 1 + len(from)
	}
	r.at, r.total, r.stray, r.change = i, total, stray, change
	return visits
}

// correct corrects the ranks by what the sweeps found or, if plain, by what the pass over the edges found.
func (r *Run) correct(visits int) int {
	i := r.at
	for ; visits > 0 && i < len(r.share); i++ {
		w := r.out[i]
		if w <= 0 {
			w = 1
		}
		if r.o.Plain {
			r.share[i] += r.fault[i] / w
		} else {
			r.share[i] += float64(r.fix[i])
		}
		rank := float64(r.share[i] * w)
		r.total += rank
		if r.out[i] <= 0 {
			r.stray += rank
		}
		visits--
	}
	r.at = i
	return visits
}

// finish turns shares into ranks, as the last pass over the edges would change them, with a sum of 1. A correction may
// leave a grain below 0 where there is no rank.
func (r *Run) finish(visits int) int {
	for visits > 0 && r.at < len(r.share) {
		rank := r.share[r.at]
		if w := r.out[r.at]; w > 0 {
			rank *= w
		}
		r.share[r.at] = max(0, (rank+r.fault[r.at])/r.mass)
		visits--
		r.at++
	}
	return visits
}
