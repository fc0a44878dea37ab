package simulate

import (
	"strconv"

	"github.com/rollcall-dev/rollcall/schemas"
)

// mix says how often members do what, in thousandths.
var mix = []struct {
	kind  schemas.Kind
	often int
}{
	{schemas.KindView, 400}, {schemas.KindVisit, 100}, {schemas.KindMessage, 180}, {schemas.KindReact, 100},
	{schemas.KindComment, 70}, {schemas.KindPost, 40}, {schemas.KindAnswer, 30}, {schemas.KindVote, 30},
	{schemas.KindShare, 12}, {schemas.KindMention, 10}, {schemas.KindFollow, 8}, {schemas.KindAttend, 6},
	{schemas.KindPurchase, 4}, {schemas.KindFeedback, 3}, {schemas.KindSurvey, 3}, {schemas.KindDownvote, 2},
	{schemas.KindInvite, 2},
}

// ringMix is what a ring's members do among themselves.
var ringMix = []schemas.Kind{
	schemas.KindReact, schemas.KindReact, schemas.KindComment, schemas.KindVote, schemas.KindAnswer, schemas.KindFollow,
}

// kinds is mix as a table to draw from.
var kinds = func() (table [1000]schemas.Kind) {
	i := 0
	for _, m := range mix {
		for range m.often {
			table[i] = m.kind
			i++
		}
	}
	return table
}()

// event is the one object that members attend.
var event = []byte("event")

const (
	ringShare   = 0.9 // of a ring member's actions that endorse another of the ring
	leaderShare = 0.5 // of actions with a target that go to a leader
)

// deed makes an action of somebody who is there.
func (s *Simulation) deed(a *schemas.Action) {
	actor := s.someone(&s.habit)
	ring := s.people.members[actor].ring
	if ring < 0 {
		s.flood(a, actor)
		return
	}
	if ring > 0 && s.rng.Float64() < ringShare {
		s.begin(a, actor, ringMix[s.rng.IntN(len(ringMix))])
		s.aim(a, actor, s.mate(actor, s.people.rings[ring-1]))
		s.place(a, actor)
		return
	}
	s.begin(a, actor, kinds[s.rng.IntN(len(kinds))])
	switch a.Kind {
	case schemas.KindVisit, schemas.KindInvite:
		return
	case schemas.KindPost:
		posts := &s.people.members[actor].posts
		*posts++
		a.Object = s.post(actor, *posts)
	case schemas.KindAttend:
		a.Object = event
	case schemas.KindPurchase:
		a.HasValue, a.Value = true, float64(5+s.rng.IntN(95))
	case schemas.KindSurvey:
		a.HasValue, a.Value = true, float64(s.rng.IntN(11))
	case schemas.KindFeedback:
	case schemas.KindView, schemas.KindMessage: // often said or read without anyone in particular
		if s.rng.Float64() < 0.4 {
			s.aim(a, actor, s.admired(actor))
		}
	default:
		s.aim(a, actor, s.admired(actor))
	}
	s.place(a, actor)
}

// floodMix is what raiders do.
var floodMix = []schemas.Kind{schemas.KindMessage, schemas.KindMessage, schemas.KindPost, schemas.KindMention}

// flood makes an action of a raider: in their channel, at nobody.
func (s *Simulation) flood(a *schemas.Action, actor int) {
	s.begin(a, actor, floodMix[s.rng.IntN(len(floodMix))])
	s.inChannel = int(s.people.members[actor].channel)
	a.Channel = s.channels[s.inChannel]
}

// someone draws a member who is there, in proportion to their weight and what their rhythm makes of it.
func (s *Simulation) someone(habit *[len(rhythms)]float64) int {
	var total float64
	for g := range s.present {
		total += float64(habit[g] * float64(s.present[g].total))
	}
	u := s.rng.Float64() * total
	last := 0
	for g := range s.present {
		there := s.present[g].total
		if there == 0 {
			continue
		}
		last = g
		if u -= float64(habit[g] * float64(there)); u < 0 {
			break
		}
	}
	return s.present[last].find(s.rng.Uint64N(s.present[last].total))
}

// admired draws whose content is acted on: often the leader whom actor follows; else half of the time a leader, the first
// most often, else anybody who is there. It returns actor where it found nobody else.
func (s *Simulation) admired(actor int) int {
	if k := s.people.members[actor].follows; k > 0 && s.rng.Float64() < s.options.Ties {
		if i := int(s.people.leaders[k-1]); s.there(i) {
			return i
		}
	}
	if leaders := s.people.leaders; len(leaders) > 0 && s.rng.Float64() < leaderShare {
		u := s.rng.Float64()
		if i := int(leaders[int(u*u*float64(len(leaders)))]); i != actor && s.there(i) {
			return i
		}
	}
	for range 4 {
		if i := s.someone(&s.habit); i != actor {
			return i
		}
	}
	return actor
}

func (s *Simulation) there(i int) bool { return float64(s.people.leaves[i]) > s.now }

// mate draws another member of the ring who is there by now.
func (s *Simulation) mate(actor int, ring []int32) int {
	for range 4 {
		if i := int(ring[s.rng.IntN(len(ring))]); i != actor && i < s.joined {
			return i
		}
	}
	return actor
}

// aim sets the target and, where the target has written something, one of their newer posts. Nobody aims at themselves.
func (s *Simulation) aim(a *schemas.Action, actor, target int) {
	if target == actor {
		return
	}
	s.target = appendName(s.target[:0], target)
	a.Target = s.target
	if a.Kind == schemas.KindVote {
		a.HasValue, a.Value = true, 1
	}
	if n := s.people.members[target].posts; n > 0 && a.Kind != schemas.KindFollow && a.Kind != schemas.KindMessage {
		a.Object = s.post(target, n-uint32(s.rng.IntN(int(min(n, 8)))))
	}
}

// post names the nth post of a member.
func (s *Simulation) post(member int, n uint32) []byte {
	s.object = appendName(s.object[:0], member)
	s.object = append(s.object, '/')
	s.object = strconv.AppendUint(s.object, uint64(n), 10)
	return s.object
}

func (s *Simulation) place(a *schemas.Action, member int) {
	if n := len(s.channels); n > 0 {
		s.inChannel = s.usually(s.people.members[member].channel, n, 0.7)
		a.Channel = s.channels[s.inChannel]
	}
}
