package simulate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

const never = math.MaxInt64

// population is the plan of a community. Members are numbered in the order in which they come; times are milliseconds
// after the start.
type population struct {
	members   []person
	joins     []int64 // 0 for founders
	leaves    []int64 // never for those who stay
	leaving   []int32 // leavers in the order of leaving
	fades     []fade
	leaders   []int32 // strongest first
	rings     [][]int32
	founders  int
	weightSum float64
}

// person is what an action needs to know of a member, in one piece of memory.
type person struct {
	weight   uint32 // of activity, in thousandths
	ring     int32  // 1 + number of the ring; 0 is none; −1 − number of the plant for a raider
	posts    uint32 // written so far
	rhythm   uint8
	channel  uint8 // favourite
	platform uint8 // favourite
	leads    bool
	explicit bool  // leaves with a word
	follows  uint8 // 1 + place among the leaders; 0 is none
	off      bool  // in a spell of days without activity
	tired    uint8 // of 255, how much of the weight has faded
}

func (m *person) raider() bool { return m.ring < 0 }

// sigma is the spread of ln(activity) over the members: at 1.2 a tenth of them does half of everything.
const sigma = 1.2

// plan draws a population. Raiders' draws come from luck, so that the others are as without them.
func plan(o *Options, plants []Plant, start, span int64, rng, luck *rand.Rand) *population {
	p := &population{joins: make([]int64, o.Members)}
	p.founders = min(o.Members, max(1, o.Leaders, int(math.Round(o.Founders*float64(o.Members)))))
	coming := span * 9 / 10 // the last tenth of the time sees no newcomer
	if o.Daily > 0 {
		coming = span - 1
	}
	for i := p.founders; i < o.Members; i++ {
		p.joins[i] = 1 + rng.Int64N(max(1, coming))
	}
	slices.Sort(p.joins)
	var raids []int32
	p.joins, raids = recruit(o, p.joins, plants, start, luck)
	n := len(p.joins)
	p.members, p.leaves = make([]person, n), make([]int64, n)
	for i := range p.members {
		rng := rng
		if raids[i] > 0 {
			rng = luck
		}
		w := math.Exp(sigma * rng.NormFloat64())
		p.members[i] = person{
			weight: uint32(math.Round(1000 * min(max(w, 0.01), 200))), rhythm: rhythmOf(rng.Float64()), ring: -raids[i],
			channel: skewed(rng, len(o.Channels)), platform: skewed(rng, len(o.Platforms)),
		}
		p.leaves[i] = never
	}
	p.plantLeaders(o, rng)
	p.plantRings(o, rng)
	p.plantLeavers(o, rng, span)
	for i := range p.members {
		if !p.members[i].raider() {
			p.weightSum += float64(p.members[i].weight)
		}
	}
	if o.Ties > 0 {
		p.tie(o, rand.New(rand.NewPCG(o.Seed, 0x74696573)))
	}
	return p
}

// tied is the share of members who follow a leader.
const tied = 0.6

// tie gives each leader a channel, and lets members follow one of their channel's.
func (p *population) tie(o *Options, rng *rand.Rand) {
	at := map[uint8][]uint8{}
	for k, i := range p.leaders[:min(len(p.leaders), 255)] {
		if n := len(o.Channels); n > 0 {
			p.members[i].channel = uint8(k % n)
		}
		c := p.members[i].channel
		at[c] = append(at[c], uint8(k+1))
	}
	for i := range p.members {
		m := &p.members[i]
		if m.raider() {
			continue
		}
		u, v := rng.Float64(), rng.Float64()
		if there := at[m.channel]; u < tied && len(there) > 0 && !m.steady() {
			m.follows = there[int(v*float64(len(there)))]
		}
	}
}

// schedule puts those who leave in the order of leaving.
func (p *population) schedule() {
	for i, at := range p.leaves {
		if at != never {
			p.leaving = append(p.leaving, int32(i))
		}
	}
	slices.SortFunc(p.leaving, func(a, b int32) int {
		return cmp.Or(cmp.Compare(p.leaves[a], p.leaves[b]), cmp.Compare(a, b))
	})
}

// appendName appends a member's name: m and seven digits.
func appendName(dst []byte, i int) []byte {
	dst = append(dst, "m0000000"...)
	for at, n := len(dst)-1, i+1; n > 0; at, n = at-1, n/10 {
		dst[at] = byte('0' + n%10)
	}
	return dst
}

func name(i int) string { return string(appendName(nil, i)) }

// plantLeaders picks founders: who leads was there early. They are never idle.
func (p *population) plantLeaders(o *Options, rng *rand.Rand) {
	for _, i := range rng.Perm(p.founders)[:o.Leaders] {
		p.leaders = append(p.leaders, int32(i))
		m := &p.members[i]
		m.leads = true
		m.weight = max(m.weight, 3000)
	}
}

// plantRings turns neighbours in the order of joining into rings: false accounts come in a bunch, and are busy. Where
// there are few newcomers, founders who do not lead fill the ranks.
func (p *population) plantRings(o *Options, rng *rand.Rand) {
	var free []int32 // newcomers first
	for i := len(p.members) - 1; i >= 0; i-- {
		if !p.members[i].steady() {
			free = append(free, int32(i))
		}
	}
	newcomers := o.Members - p.founders
	for r := range o.Rings {
		at := 0
		if newcomers > o.RingSize {
			at = rng.IntN(newcomers - o.RingSize)
		}
		ring := slices.Clone(free[at : at+o.RingSize])
		free = slices.Delete(free, at, at+o.RingSize)
		newcomers -= o.RingSize
		for _, i := range ring {
			m := &p.members[i]
			m.ring = int32(r + 1)
			m.weight = 2000
		}
		p.rings = append(p.rings, ring)
	}
}

// plantLeavers lets a share of those leave who neither lead nor belong to a ring; the first member stays, so that there
// is always somebody. By share, nobody leaves in the first tenth of their time.
func (p *population) plantLeavers(o *Options, rng *rand.Rand, span int64) {
	for i := range p.members {
		m := &p.members[i]
		if m.raider() {
			continue
		}
		u, v, at := rng.Float64(), rng.Float64(), rng.Float64()
		time := p.joins[i] + 1 + int64((0.1+0.9*at)*float64(span-p.joins[i]-1))
		quits := u < o.Leavers
		if o.Daily > 0 {
			quits, time = true, p.joins[i]+1+int64(min(-math.Log(1-at)/o.Daily, 1e6)*24*3600*1000)
		}
		if !quits || m.ring > 0 || m.leads || i == 0 || time >= span {
			continue
		}
		p.leaves[i] = time
		m.explicit = v < o.Explicit
	}
}

// skewed draws a number below n, the small ones more often; 0 where n is 0.
func skewed(rng *rand.Rand, n int) uint8 {
	u := rng.Float64()
	return uint8(u * u * float64(n))
}
