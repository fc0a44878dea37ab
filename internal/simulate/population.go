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
	leaders   []int32 // strongest first
	rings     [][]int32
	founders  int
	weightSum float64
}

// person is what an action needs to know of a member, in one piece of memory.
type person struct {
	weight   uint32 // of activity, in thousandths
	ring     int32  // 1 + number of the ring; 0 is none
	posts    uint32 // written so far
	rhythm   uint8
	channel  uint8 // favourite
	platform uint8 // favourite
	leads    bool
	explicit bool // leaves with a word
}

// sigma is the spread of ln(activity) over the members: at 1.2 a tenth of them does half of everything.
const sigma = 1.2

func plan(o *Options, rng *rand.Rand, span int64) *population {
	n := o.Members
	p := &population{members: make([]person, n), joins: make([]int64, n), leaves: make([]int64, n)}
	p.founders = min(n, max(1, o.Leaders, int(math.Round(o.Founders*float64(n)))))
	for i := p.founders; i < n; i++ {
		p.joins[i] = 1 + rng.Int64N(max(1, span*9/10)) // the last tenth of the time sees no newcomer
	}
	slices.Sort(p.joins)
	for i := range p.members {
		w := math.Exp(sigma * rng.NormFloat64())
		p.members[i] = person{
			weight: uint32(math.Round(1000 * min(max(w, 0.01), 200))), rhythm: rhythmOf(rng.Float64()),
			channel: skewed(rng, len(o.Channels)), platform: skewed(rng, len(o.Platforms)),
		}
	}
	p.plantLeaders(o, rng)
	p.plantRings(o, rng)
	p.plantLeavers(o, rng, span)
	for i := range p.members {
		p.weightSum += float64(p.members[i].weight)
	}
	return p
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
	for i := o.Members - 1; i >= 0; i-- {
		if !p.members[i].leads {
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
// is always somebody. Nobody leaves in the first tenth of their time.
func (p *population) plantLeavers(o *Options, rng *rand.Rand, span int64) {
	for i := range p.members {
		m := &p.members[i]
		p.leaves[i] = never
		u, v, at := rng.Float64(), rng.Float64(), rng.Float64()
		time := p.joins[i] + 1 + int64((0.1+0.9*at)*float64(span-p.joins[i]-1))
		if u >= o.Leavers || m.ring > 0 || m.leads || i == 0 || time >= span {
			continue
		}
		p.leaves[i] = time
		m.explicit = v < o.Explicit
		p.leaving = append(p.leaving, int32(i))
	}
	slices.SortFunc(p.leaving, func(a, b int32) int {
		return cmp.Or(cmp.Compare(p.leaves[a], p.leaves[b]), cmp.Compare(a, b))
	})
}

// skewed draws a number below n, the small ones more often; 0 where n is 0.
func skewed(rng *rand.Rand, n int) uint8 {
	u := rng.Float64()
	return uint8(u * u * float64(n))
}
