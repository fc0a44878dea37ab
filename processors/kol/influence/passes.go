package influence

import "math"

// Products are rounded before they are added (the conversions to float64), so that no processor fuses the two and every
// machine finds the same bits.

// weigh sums the weights of the edges that leave each node.
func (r *Run) weigh(visits int) int {
	for visits > 0 && r.at < len(r.out) {
		from, to := r.g.Rows[r.at], r.g.Rows[r.at+1]
		for e := from; e < to; e++ {
			r.out[r.g.From[e]] += r.g.Weight[e]
		}
		visits -= 1 + int(to-from)
		r.at++
	}
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
			rank = r.warm[r.at]
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

// sweep is an iteration: what the edges into a node bring, and its part of the restarts.
func (r *Run) sweep(visits int) int {
	share, next, out, rows := r.share, r.next, r.out, r.g.Rows
	trace := r.trail.current()
	total, stray, change := r.total, r.stray, r.change
	i := r.at
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
		rank := float64(r.o.Alpha*sum) + float64(r.jumps*r.home(i))
		total += rank
		old, w := share[i], out[i]
		if w > 0 {
			old *= w
			next[i] = rank / w
		} else {
			stray += rank
			next[i] = rank
		}
		change += math.Abs(rank - old)
		if trace != nil {
			trace[i] = float32(rank - old)
		}
		visits -= 1 + len(from)
	}
	r.at, r.total, r.stray, r.change = i, total, stray, change
	return visits
}

// finish turns shares into ranks with a sum of 1. An extrapolation may leave a grain below 0 where there is no rank.
func (r *Run) finish(visits int) int {
	for visits > 0 && r.at < len(r.share) {
		rank := r.share[r.at]
		if out := r.out[r.at]; out > 0 {
			rank *= out
		}
		r.share[r.at] = max(0, rank/r.total)
		visits--
		r.at++
	}
	return visits
}
