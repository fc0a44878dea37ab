package churn

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/churn/risk"
)

// State is where a member stands.
type State uint8

// The states. StateNone is a member who was never active.
const (
	StateNone State = iota
	StateNew
	StateActive
	StateAtRisk
	StateChurned
	StateResurrected
	StateLeft
	states
)

// String returns the state's name in the read model.
func (s State) String() string {
	return [...]string{"", "new", "active", "at_risk", "churned", "resurrected", "left"}[s]
}

// settle is for how many days members stay new, or resurrected.
const settle = 7

// record is what is kept of a member: 56 bytes.
type record struct {
	risk.History
	mark        int64   // since when it is in its state, Unix milliseconds, then a bit for being in Community.seen, then the state
	risk, alive float32 // as of the last midnight; NaN for unknown, and unasked
}

const (
	stateBits = 3
	seenBit   = 1 << stateBits
)

// unasked is a probability that nobody has needed so far.
const unasked = -1

var unknown = float32(math.NaN())

func (r *record) state() State { return State(r.mark & (seenBit - 1)) }

func (r *record) since() int64 { return r.mark >> (stateBits + 1) }

func (r *record) enter(s State, at int64) { r.mark = at<<(stateBits+1) | r.mark&seenBit | int64(s) }

func (r *record) seen() bool { return r.mark&seenBit != 0 }

// ask computes what is unasked, as of midnight d.
func (r *record) ask(m *risk.Model, d int32) {
	if r.risk == unasked {
		r.risk = float32(m.Risk(&r.History, d))
	}
	if r.alive == unasked {
		r.alive = float32(m.Alive(&r.History, d))
	}
}

// afterFact is the state that follows an active action, or a leave.
func (s State) afterFact(leave bool) State {
	switch {
	case leave:
		return StateLeft
	case s == StateNone:
		return StateNew
	case s == StateChurned || s == StateLeft:
		return StateResurrected
	}
	return s
}

// rules are what the states depend on.
type rules struct {
	after  int32   // days of silence until churned
	atRisk float64 // the risk from which a member is at risk
}

// undecided reports whether it takes the risk to say which state midnight d makes of a member.
func (r *record) undecided(d int32, by rules) bool {
	s := r.state()
	return s != StateNone && s != StateLeft && s != StateChurned && r.Total >= enough && d-int32(r.Last) <= by.after
}

// enough active days make a pattern that a risk can be told from.
const enough = 3

// afterMidnight is the state that midnight d makes of a member whose risk is p; settled is whether the state began at least
// a week before.
func (r *record) afterMidnight(d int32, p float64, settled bool, by rules) State {
	switch s := r.state(); {
	case s == StateNone || s == StateLeft || s == StateChurned:
		return s
	case d-int32(r.Last) > by.after:
		return StateChurned
	case r.Total >= enough && p >= by.atRisk:
		return StateAtRisk
	case s == StateAtRisk, settled && (s == StateNew || s == StateResurrected):
		return StateActive
	default:
		return s
	}
}
