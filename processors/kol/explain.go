package kol

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/processors/kol/graph"
)

// Explanation is why a member has the influence that Standings gives, as of an instant.
type Explanation struct {
	Member       uint32
	Bot          bool            // a bot has no influence, and nothing counts
	Vouched      string          // founder, staff, endorsed: by enough vouched members; "" is not vouched for
	Restart      string          // where walks begin: vouched, staff, uniform
	Begin        float64         // share of walks that begin at the member
	Direct       float64         // share of the influence that comes from there, and not over an endorsement
	Trust        float64         // what those who speak against the member leave, of 1; 1 where there is no rank
	Influence    [boards]float64 // PageRank
	Ranks        [boards]uint32  // places; 0 is none
	Endorsements []Endorsement   // of all times: the greatest share first, then the greatest weight, then by name
	Against      []Objection     // the heaviest first, then by name
}

// Endorsement is what one member gives another, on the board all_time.
type Endorsement struct {
	Actor   uint32
	Weight  float64 // sum of all weights
	First   int32   // local day of the first
	Vouched bool    // for the actor
	Begins  bool    // it counts for where walks begin: the actor is vouched for, and it was won long enough ago
	Share   float64 // of the influence, what comes over it; these and Direct sum to 1, or to 0 where there is none
	Why     string  // WhyBot, WhyNothing, WhyCapped, or "" where all of it counts
}

// Why an endorsement does not count, or not for all it is.
const (
	WhyBot     = "bot"          // one of both is a bot
	WhyNothing = "no_influence" // nobody vouched stands behind the actor, at whatever distance
	WhyCapped  = "capped"       // a fifth of what the actor has was all that passed
)

// Objection is what one member says against another.
type Objection struct {
	Actor   uint32
	Weight  float64 // sum of all weights
	First   int32   // local day of the first
	Vouched bool    // for the actor
	Counts  string  // CountsNow, CountsLater, WhyBot
}

// Whether what is said against a member counts.
const (
	CountsNow   = "now"
	CountsLater = "too_new" // nobody vouches for the actor, and it was said not long enough ago
)

// How a member came to be vouched for.
const (
	vouchedFounder  = "founder"
	vouchedStaff    = "staff"
	vouchedEndorsed = "endorsed"
)

// Explain says why a member stands where Standings at the same instant has them. It changes nothing. Of a member whom nobody
// endorsed there is little to say, and of one whom nobody knows nothing. Nil: it was over before.
func (c *Community) Explain(member uint32, at int64, p *Place) *Explanation {
	k, all := c.standings(at, p)
	if !all.FinishUnless(p.Over) {
		return nil
	}
	x := &Explanation{Member: member, Restart: k.trust.how, Trust: 1}
	if node, ok := k.g.Node(member); ok {
		k.explain(node, x)
	} else {
		x.Bot = k.doubts.isBot(member)
	}
	k.object(member, x)
	of := p.Name
	slices.SortFunc(x.Endorsements, func(a, b Endorsement) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(b.Weight, a.Weight), strings.Compare(of(a.Actor), of(b.Actor)))
	})
	slices.SortFunc(x.Against, func(a, b Objection) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), strings.Compare(of(a.Actor), of(b.Actor)))
	})
	return x
}

func (k *ranking) explain(node uint32, x *Explanation) {
	x.Bot = k.who.isBot(node)
	switch {
	case !k.trust.vouched[node]:
	case k.who.isStaff(node):
		x.Vouched = vouchedStaff
	case k.trust.first[node]:
		x.Vouched = vouchedFounder
	default:
		x.Vouched = vouchedEndorsed
	}
	x.Begin = k.trust.restart[node]
	for b := range boards {
		x.Influence[b] = k.boards[b].influence[node]
		x.Ranks[b] = uint32(slices.Index(k.boards[b].order, node) + 1)
	}
	if x.Ranks[AllTime] > 0 {
		x.Trust = k.doubts.keeps(node)
	}
	k.flow(node, x)
}

// flow finds what comes over each edge into a node, and what of no edge: walks begin anew with the rest of all influence.
func (k *ranking) flow(node uint32, x *Explanation) {
	c := &capped{}
	all := k.cut(AllTime, c)
	all.Finish()
	influence := k.boards[AllTime].influence
	passed := 0.0
	for a, out := range c.out {
		if out > 0 {
			passed += alpha * influence[a] * c.passed[a] / out
		}
	}
	x.Direct = (1 - passed) * x.Begin
	total := x.Direct
	from, to := k.g.Row(node)
	for e := from; e < to; e++ {
		a := k.g.From[e]
		one := Endorsement{Actor: k.g.Members[a], Weight: float64(k.g.Sum[e]) / 1000, First: int32(k.g.First[e]), Vouched: k.trust.vouched[a]}
		switch {
		case x.Bot || k.who.isBot(a):
			one.Why = WhyBot
		case influence[a] <= 0:
			one.Why = WhyNothing
		case c.weight[e] < (1-1e-12)*k.weight(AllTime, e): // and not for the rounding of a fifth
			one.Why = WhyCapped
		}
		if c.out[a] > 0 {
			one.Share = alpha * max(0, influence[a]) * c.weight[e] / c.out[a]
		}
		one.Begins = !x.Bot && one.Vouched && one.First <= k.trust.old
		total += one.Share
		x.Endorsements = append(x.Endorsements, one)
	}
	if total > 0 {
		x.Direct /= total
		for i := range x.Endorsements {
			x.Endorsements[i].Share /= total
		}
	}
}

// object finds what is said against a member.
func (k *ranking) object(member uint32, x *Explanation) {
	against := k.doubts.against
	row, ok := against.Node(member)
	if !ok {
		return
	}
	from, to := against.Row(row)
	for e := from; e < to; e++ {
		actor := against.Members[against.From[e]]
		one := Objection{Actor: actor, Weight: float64(against.Sum[e]) / 1000, First: int32(against.First[e])}
		one.Vouched, one.Counts = k.hears(against, e)
		x.Against = append(x.Against, one)
	}
}

// hears says whether the word against a member counts that an edge is.
func (k *ranking) hears(against *graph.Graph, e uint32) (vouched bool, counts string) {
	actor := against.Members[against.From[e]]
	if k.doubts.isBot(actor) {
		return false, WhyBot
	}
	node, ok := k.g.Node(actor)
	if vouched = ok && k.trust.vouched[node]; !vouched && int32(against.First[e]) > k.trust.old {
		return false, CountsLater
	}
	return vouched, CountsNow
}
