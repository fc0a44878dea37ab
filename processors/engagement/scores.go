package engagement

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/slab"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Definition is the version of the formula of this package, written beside its rows.
const Definition = 1

// HalfLifeMS is h in milliseconds.
const HalfLifeMS = 7 * 86_400_000

// unit is the fixed point. A term is at most 2 · schemas.MaxWeight, so a member has room for eight million of the heaviest actions
// a week, and the lightest default is exact to eight digits.
const unit = 1 << 30

// Weights are the weights of all kinds.
type Weights [schemas.Kinds]float64

var defaults = Weights{
	schemas.KindView: 0.1, schemas.KindVisit: 0.2, schemas.KindReact: 1, schemas.KindVote: 1, schemas.KindFollow: 1,
	schemas.KindShare: 3, schemas.KindMention: 1, schemas.KindMessage: 1, schemas.KindComment: 3, schemas.KindAnswer: 5,
	schemas.KindPost: 5, schemas.KindRegister: 2, schemas.KindAttend: 5, schemas.KindInvite: 5, schemas.KindFeedback: 4,
	schemas.KindSurvey: 2, schemas.KindPurchase: 8,
}

// WeightsOf returns the defaults with a community's own laid over them. What is no weight is left out.
func WeightsOf(own []*actionpb.Weight) Weights {
	w := defaults
	for _, o := range own {
		if k := int(o.Kind); k > 0 && k < len(w) && o.Weight >= 0 && o.Weight <= schemas.MaxWeight {
			w[k] = o.Weight
		}
	}
	return w
}

// Scores are the sums of the members of one community in one partition.
type Scores struct {
	weights  Weights
	lateness int64
	size     int // half-lives that are open at most
	members  slab.Of[record]
	blocks   slab.Blocks[uint64]
}

// NewScores returns empty scores for actions at most lateness milliseconds behind stream time.
func NewScores(weights Weights, lateness int64) *Scores {
	size := openOf(lateness)
	return &Scores{weights: weights, lateness: lateness, size: size, blocks: slab.NewBlocks[uint64](size)}
}

func openOf(lateness int64) int { return int((lateness+HalfLifeMS-1)/HalfLifeMS) + 1 }

// Add counts an action of kind k at t, which is not before 1970.
func (s *Scores) Add(member uint32, t int64, k schemas.Kind) {
	s.members.Reach(member)
	term := s.weights[k] * math.Exp2(float64(t%HalfLifeMS)/HalfLifeMS)
	final := int32(max(0, t-s.lateness) / HalfLifeMS) // the first half-life in which a later action may be
	s.add(s.members.At(member), int32(t/HalfLifeMS), final, uint64(math.Round(term*unit)))
}

// Touch loads a member's record, and returns a number of no meaning: a caller that touches many members before it adds to
// the first lets the memory fetch them side by side.
func (s *Scores) Touch(member uint32) uint64 {
	if int(member) < s.members.Len() {
		return s.members.At(member).state
	}
	return 0
}

// At returns the score at t, which is not before the member's newest half-life, to nine digits: what a term may be off by
// stays below.
func (s *Scores) At(member uint32, t int64) float64 {
	if int(member) >= s.members.Len() {
		return 0
	}
	m := s.members.At(member)
	return nine(s.sum(m) / unit * math.Exp2(-float64(t-int64(m.newest())*HalfLifeMS)/HalfLifeMS))
}

// Save writes the scores, but not the weights.
func (s *Scores) Save(w *state.Writer) {
	w.Int(s.lateness)
	s.members.Save(w)
	s.blocks.Save(w)
}

// LoadScores reads what Save wrote.
func LoadScores(weights Weights, r *state.Reader) *Scores {
	s := NewScores(weights, r.Between(0, 100*HalfLifeMS))
	s.members = slab.Load(r, func(_ uint32, m *record) bool { return !math.IsNaN(m.settled) && m.settled >= 0 })
	s.blocks = slab.LoadBlocks(r, s.size, func(uint64) bool { return true })
	for i := range s.members.Len() {
		if m := s.members.At(uint32(i)); m.blocked() && (m.newest() < 0 || int(m.block()) >= s.blocks.Len()) {
			r.Fail()
		}
	}
	if r.Err() != nil {
		return NewScores(weights, 0)
	}
	return s
}
