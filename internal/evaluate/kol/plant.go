package kol

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/rollcall-dev/rollcall/schemas"
)

type attack struct {
	name, help string
	plant      func(*planter)
}

// In all but the last two, 100 new accounts endorse a new target five times each, and three of the first ten leaders.
var attacks = []attack{
	{"star", "100 new accounts endorse one target, within a week, and some leaders", func(p *planter) { p.week().star() }},
	{"ring", "a star whose fakes also endorse the next in a circle", func(p *planter) { p.week().star(); p.ring() }},
	{"star-replies", "a star whose target answers every fake", func(p *planter) { p.week().star(); p.replies() }},
	{"complete", "a star whose fakes all endorse one another", func(p *planter) { p.week().star(); p.complete() }},
	{"adaptive", "a star of which every fake is endorsed by three others", func(p *planter) { p.week().star(); p.adaptive() }},
	{"drip", "a star over the last 60 days", func(p *planter) { p.last(60).star() }},
	{"copy", "a star over the last year whose fakes do what real members do, when they do it", func(p *planter) { p.last(365).star(); p.copy() }},
	{"patient", "a star over the last year; three real members reply to each fake", func(p *planter) { p.last(365).star(); p.wins(fakes) }},
	{"patient-20", "the same, but only 20 of the fakes win replies", func(p *planter) { p.last(365).star(); p.wins(20) }},
	{"smear", "100 new accounts vote the ten first leaders down, within a week", func(p *planter) { p.week().smear() }},
	{"busybody", "no fakes: one new account comments on or answers 300 members", func(p *planter) { p.last(30).busybody() }},
}

const (
	fakes  = 100
	rounds = 5 // endorsements of the target by each fake
	dayMS  = 86_400_000
)

// planter writes what an attack adds to a community.
type planter struct {
	c       *Community
	rng     *rand.Rand
	leaders []uint32
	from    int64 // the attack's first instant
	end     int64 // the community's last
	begin   int64 // and first
	target  uint32
	fakes   []uint32
	names   []string
	actions []Action
}

func newPlanter(c *Community) *planter {
	p := &planter{c: c, rng: rand.New(rand.NewPCG(1, 0x6b6f6c))}
	leaders := c.endorsers(c.pairs()).order
	p.leaders = leaders[:min(10, len(leaders))]
	first := func(a, b Action) int { return cmp.Compare(a.Time, b.Time) }
	p.begin, p.end = slices.MinFunc(c.actions, first).Time, slices.MaxFunc(c.actions, first).Time
	p.target = p.join("target")
	return p
}

// join makes an account. Its name is nobody's.
func (p *planter) join(name string) uint32 {
	for {
		if _, taken := p.c.numbers[name]; !taken {
			break
		}
		name += "'"
	}
	p.names = append(p.names, name)
	return uint32(len(p.c.names) + len(p.names) - 1)
}

// last lets an attack begin so many days before the end, but in the second half of the community's life.
func (p *planter) last(days int64) *planter {
	p.from = max(p.end-days*dayMS, p.begin+(p.end-p.begin)/2)
	return p
}

func (p *planter) week() *planter { return p.last(7) }

func (p *planter) when() int64 { return p.from + p.rng.Int64N(p.end-p.from+1) }

func (p *planter) do(member, target uint32, kinds ...schemas.Kind) {
	p.actions = append(p.actions, Action{Time: p.when(), Member: member, Target: target, Kind: kinds[p.rng.IntN(len(kinds))], Value: 1})
}

func (p *planter) endorse(member, target uint32) {
	p.do(member, target, schemas.KindReact, schemas.KindComment, schemas.KindVote, schemas.KindAnswer)
}

func (p *planter) joins() {
	for i := range fakes {
		p.fakes = append(p.fakes, p.join(fmt.Sprintf("fake %d", i)))
	}
}

func (p *planter) star() {
	p.joins()
	for _, f := range p.fakes {
		for range rounds {
			p.do(f, Nobody, schemas.KindPost)
			p.do(p.target, Nobody, schemas.KindPost)
			p.endorse(f, p.target)
		}
		for _, k := range p.rng.Perm(len(p.leaders))[:min(3, len(p.leaders))] {
			p.endorse(f, p.leaders[k])
		}
	}
}

func (p *planter) ring() {
	for i, f := range p.fakes {
		for range rounds {
			p.endorse(f, p.fakes[(i+1)%len(p.fakes)])
		}
	}
}

func (p *planter) replies() {
	for _, f := range p.fakes {
		for range rounds {
			p.endorse(p.target, f)
		}
	}
}

func (p *planter) complete() {
	for i, f := range p.fakes {
		p.endorse(p.target, f)
		for k, other := range p.fakes {
			if k != i {
				p.endorse(f, other)
			}
		}
	}
}

func (p *planter) adaptive() {
	for i, f := range p.fakes {
		for k := range 3 {
			p.endorse(p.fakes[(i+1+k*33)%len(p.fakes)], f)
		}
	}
}

// copy lets each fake do what a real member did since the attack began, up to an hour later; what that was to somebody it
// is to the target half of the time.
func (p *planter) copy() {
	by := map[uint32][]Action{}
	for _, a := range p.c.actions {
		if a.Time >= p.from && a.Kind.Active() && !p.c.bots[a.Member] {
			by[a.Member] = append(by[a.Member], a)
		}
	}
	var models []uint32
	for m := range by {
		models = append(models, m)
	}
	slices.Sort(models)
	for _, f := range p.fakes {
		if len(models) == 0 {
			return
		}
		for _, a := range by[models[p.rng.IntN(len(models))]] {
			a.Member, a.Time = f, min(p.end, a.Time+p.rng.Int64N(3_600_000))
			if a.Target != Nobody && p.rng.IntN(2) == 0 {
				a.Target = p.target
			}
			p.actions = append(p.actions, a)
		}
	}
}

// wins lets three real members reply to each of the first fakes, who they are by how much they endorse.
func (p *planter) wins(lucky int) {
	var ties []Action
	for i := range p.c.actions {
		if _, ok := p.c.endorsement(&p.c.actions[i]); ok {
			ties = append(ties, p.c.actions[i])
		}
	}
	for _, f := range p.fakes[:lucky] {
		won := map[uint32]bool{}
		for try := 0; len(won) < 3 && try < 1000 && len(ties) > 0; try++ {
			if m := ties[p.rng.IntN(len(ties))].Member; !won[m] {
				won[m] = true
				p.do(m, f, schemas.KindComment, schemas.KindAnswer)
			}
		}
	}
}

func (p *planter) smear() {
	p.joins()
	for _, f := range p.fakes {
		for _, l := range p.leaders {
			p.do(f, l, schemas.KindDownvote)
		}
	}
}

func (p *planter) busybody() {
	for _, m := range p.rng.Perm(len(p.c.names))[:min(300, len(p.c.names))] {
		p.do(p.target, uint32(m), schemas.KindComment, schemas.KindAnswer)
	}
}
