package leiden

// move lets the nodes that wait go where they gain most, and those that their going concerns wait again, until none
// waits (Traag et al., MoveNodesFast).
func (r *Run) move(visits int) (done int) {
	for done < visits {
		if r.length == 0 {
			r.phase = (*Run).part
			return done + 1
		}
		v := r.order[r.head]
		r.head = r.wrap(r.head + 1)
		r.length--
		r.queued[v] = false
		edges := 1 + int(r.graph.Rows[v+1]-r.graph.Rows[v])
		if r.place(v) {
			r.disturb(v)
			done += edges
		}
		done += edges
	}
	return done
}

// place moves a node into the cluster where it gains most, which may be an empty one, if it gains at all.
func (r *Run) place(v uint32) (moved bool) {
	to, weights := r.graph.row(v)
	for i, u := range to {
		if w := weights[i]; w > 0 && u != v {
			r.tally.add(r.of[u], w)
		}
	}
	here, k := r.of[v], r.strength[v]
	r.total[here] -= k
	share := k / r.all
	stay := r.tally.sum[here] - float64(share*r.total[here])
	best, most := here, stay+float64(slack*k)
	if r.size[here] > 1 && most < 0 {
		best, most = r.free[len(r.free)-1], 0
	}
	for _, c := range r.tally.seen {
		if gain := r.tally.sum[c] - float64(share*r.total[c]); gain > most {
			best, most = c, gain
		}
	}
	r.tally.clear()
	if best == here {
		r.total[here] += k
		return false
	}
	if r.size[here]--; r.size[here] == 0 {
		r.total[here] = 0 // not what rounding left
		r.free = append(r.free, here)
	}
	if r.size[best] == 0 {
		r.free = r.free[:len(r.free)-1]
	}
	r.size[best]++
	r.total[best] += k
	r.of[v] = best
	return true
}

// disturb lets the neighbours of a node that moved wait again, but those in its new cluster, which it makes stay.
func (r *Run) disturb(v uint32) {
	to, weights := r.graph.row(v)
	for i, u := range to {
		if weights[i] > 0 && !r.queued[u] && r.of[u] != r.of[v] {
			r.queued[u] = true
			r.order[r.wrap(r.head+r.length)] = u
			r.length++
		}
	}
}

func (r *Run) wrap(i int) int {
	if i >= len(r.order) {
		return i - len(r.order)
	}
	return i
}
