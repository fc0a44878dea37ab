package work

import "math"

// Stage is work that is done in slices: about so many visits of edges or nodes. It returns what is left of them, and whether
// it is done. How it is sliced does not show in what comes out.
type Stage func(visits int) (left int, done bool)

// Each visits so many nodes, or what else there is, in turn; visit returns how many visits it took.
func Each(n int, visit func(i uint32) (visits int)) Stage {
	at := 0
	return func(visits int) (int, bool) {
		for ; at < n && visits > 0; at++ {
			visits -= visit(uint32(at))
		}
		return visits, at >= n
	}
}

// Repeat goes over all of them until again says no at the end of a pass.
func Repeat(n int, visit func(i uint32) (visits int), again func() bool) Stage {
	pass := Each(n, visit)
	return func(visits int) (int, bool) {
		for visits > 0 {
			var over bool
			if visits, over = pass(visits); !over {
				break
			}
			if !again() {
				return visits, true
			}
			pass, visits = Each(n, visit), visits-1
		}
		return visits, false
	}
}

// Once is work in one piece, the last of a slice.
func Once(do func()) Stage {
	return func(int) (int, bool) {
		do()
		return 0, true
	}
}

// Stages are done one after the other.
type Stages []Stage

// Step is a stage.
func (s *Stages) Step(visits int) (left int, done bool) {
	for len(*s) > 0 && visits > 0 {
		if visits, done = (*s)[0](visits); done {
			*s = (*s)[1:]
		}
	}
	return visits, len(*s) == 0
}

// slice is how many visits are done between two looks at whether it is over.
const slice = 2_000_000

// Finish does all that is left.
func (s *Stages) Finish() { s.FinishUnless(nil) }

// FinishUnless does all that is left, unless it is over before.
func (s *Stages) FinishUnless(over func() bool) (finished bool) {
	visits := math.MaxInt
	if over != nil {
		visits = slice
	}
	for done := false; !done; {
		if over != nil && over() {
			return false
		}
		_, done = s.Step(visits)
	}
	return true
}

// Later are stages that are known once those before are done.
func Later(begin func() Stages) Stage {
	var all Stages
	begun := false
	return func(visits int) (int, bool) {
		if !begun {
			begun, all = true, begin()
		}
		return all.Step(visits)
	}
}
