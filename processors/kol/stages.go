package kol

import "math"

// stage is work that is done in slices: about so many visits of edges or nodes. It returns what is left of them, and whether
// it is done. How it is sliced does not show in what comes out.
type stage func(visits int) (left int, done bool)

// each visits so many nodes, or what else there is, in turn; visit returns how many visits it took.
func each(n int, visit func(i uint32) (visits int)) stage {
	at := 0
	return func(visits int) (int, bool) {
		for ; at < n && visits > 0; at++ {
			visits -= visit(uint32(at))
		}
		return visits, at >= n
	}
}

// repeat goes over all of them until again says no at the end of a pass.
func repeat(n int, visit func(i uint32) (visits int), again func() bool) stage {
	pass := each(n, visit)
	return func(visits int) (int, bool) {
		for visits > 0 {
			var over bool
			if visits, over = pass(visits); !over {
				break
			}
			if !again() {
				return visits, true
			}
			pass, visits = each(n, visit), visits-1
		}
		return visits, false
	}
}

// once is work in one piece, the last of a slice.
func once(do func()) stage {
	return func(int) (int, bool) {
		do()
		return 0, true
	}
}

// stages are done one after the other.
type stages []stage

// step is a stage.
func (s *stages) step(visits int) (left int, done bool) {
	for len(*s) > 0 && visits > 0 {
		if visits, done = (*s)[0](visits); done {
			*s = (*s)[1:]
		}
	}
	return visits, len(*s) == 0
}

// finish does all that is left.
func (s *stages) finish() { s.finishUnless(nil) }

// finishUnless does all that is left, unless it is over before.
func (s *stages) finishUnless(over func() bool) (finished bool) {
	visits := math.MaxInt
	if over != nil {
		visits = defaults.slice
	}
	for done := false; !done; {
		if over != nil && over() {
			return false
		}
		_, done = s.step(visits)
	}
	return true
}

// later are stages that are known once those before are done.
func later(begin func() stages) stage {
	var all stages
	begun := false
	return func(visits int) (int, bool) {
		if !begun {
			begun, all = true, begin()
		}
		return all.step(visits)
	}
}
