package influence

// pass goes on with the pass that is under way, and returns what is left of the visits.
func (r *Run) pass(visits int) int {
	switch r.phase {
	case weighing:
		return r.weigh(visits)
	case starting:
		return r.begin(visits)
	case judging:
		return r.judge(visits)
	case sweeping:
		return r.sweep(visits)
	case comparing:
		return r.compare(visits)
	case leaping:
		return r.leap(visits)
	case correcting:
		return r.correct(visits)
	default:
		return r.finish(visits)
	}
}

// turn ends a pass and begins the next.
func (r *Run) turn() {
	switch r.phase {
	case weighing:
		r.open(starting)
	case starting, correcting:
		r.mass = r.total
		r.open(judging)
	case judging:
		r.rounds++
		r.judged()
	case sweeping:
		r.rounds++
		r.swept()
	case comparing:
		if r.trail.aim() {
			r.open(leaping)
		} else {
			r.open(sweeping)
		}
	case leaping:
		r.open(sweeping)
	default:
		r.phase = done
	}
}

// open begins a phase. Restarts get all that does not follow an edge.
func (r *Run) open(p phase) {
	r.phase = p
	r.jumps = float64((1-r.o.Alpha)*r.total) + float64(r.o.Alpha*r.stray)
	r.total, r.stray, r.change = 0, 0, 0
}

// judged decides what follows a pass over the edges.
func (r *Run) judged() {
	switch {
	case r.change <= r.o.Tolerance*r.mass || r.rounds >= r.o.Most:
		r.open(scaling)
	case r.o.Plain:
		r.open(correcting)
	default:
		r.goal = max(r.o.Tolerance*r.mass, enough/(1-r.o.Alpha)*r.change)
		r.trail.restart()
		clear(r.fix)
		r.open(sweeping)
	}
}

// swept decides what follows a sweep.
func (r *Run) swept() {
	switch {
	case r.change <= r.goal || r.rounds >= r.o.Most-1:
		r.open(correcting)
	case r.trail.full(r.change, r.o.Alpha):
		r.phase = comparing
	default:
		r.open(sweeping)
	}
}
