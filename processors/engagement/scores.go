package engagement

import (
	"math"

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
	weights Weights
	open    int // half-lives kept open a member
	members []sum
	sums    []uint64 // open a member: the terms of half-life q at q mod open, in units of 2^q
}

// sum is a member's: settled holds the half-lives before the open ones, in units of 2^(newest − open).
type sum struct {
	newest  int32
	settled float64
}

// NewScores returns empty scores for actions at most lateness milliseconds behind stream time.
func NewScores(weights Weights, lateness int64) *Scores {
	return &Scores{weights: weights, open: int((lateness+HalfLifeMS-1)/HalfLifeMS) + 1}
}

// Add adds one action of event time t.
func (s *Scores) Add(member uint32, t int64, k schemas.Kind) {
	q := int32(t / HalfLifeMS)
	for int(member) >= len(s.members) {
		s.members = append(s.members, sum{newest: -1})
		s.sums = append(s.sums, make([]uint64, s.open)...)
	}
	m, open := &s.members[member], s.sums[int(member)*s.open:][:s.open]
	if m.newest < 0 {
		m.newest = q
	}
	for ; m.newest < q; m.newest++ {
		at := int(m.newest+1) % s.open // the oldest makes room for the next
		m.settled = m.settled/2 + float64(open[at])
		open[at] = 0
	}
	term := s.weights[k] * math.Exp2(float64(t%HalfLifeMS)/HalfLifeMS)
	open[int(q)%s.open] += uint64(math.Round(term * unit))
}

// At returns the score at t, which is not before the member's newest half-life, to nine digits: what a term may be off by
// stays below.
func (s *Scores) At(member uint32, t int64) float64 {
	m, open := s.members[member], s.sums[int(member)*s.open:][:s.open]
	v := m.settled
	for q := m.newest - int32(s.open) + 1; q <= m.newest; q++ {
		v /= 2
		if q >= 0 {
			v += float64(open[int(q)%s.open])
		}
	}
	v = v / unit * math.Exp2(-float64(t-int64(m.newest)*HalfLifeMS)/HalfLifeMS)
	if v < math.SmallestNonzeroFloat32 {
		return 0
	}
	digits := math.Pow10(8 - int(math.Floor(math.Log10(v))))
	return math.Round(v*digits) / digits
}

// Save writes the scores, but not the weights.
func (s *Scores) Save(w *state.Writer) {
	w.Int(int64(s.open))
	words := make([]uint64, 0, 2*len(s.members))
	for _, m := range s.members {
		words = append(words, uint64(uint32(m.newest)), math.Float64bits(m.settled))
	}
	w.Words(words)
	w.Words(s.sums)
}

// LoadScores reads what Save wrote.
func LoadScores(weights Weights, r *state.Reader) *Scores {
	s := &Scores{weights: weights, open: int(r.Between(1, 100))}
	for words := r.Words(); len(words) >= 2; words = words[2:] {
		if m := (sum{int32(words[0]), math.Float64frombits(words[1])}); m.newest >= -1 {
			s.members = append(s.members, m)
		}
	}
	s.sums = r.Words()
	if len(s.sums) != len(s.members)*s.open {
		r.Fail()
	}
	return s
}
