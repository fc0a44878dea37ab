package simulate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// fade lets a member's activity go down to nothing between two instants, in milliseconds after the start.
type fade struct {
	member   int32
	from, to int64
}

// at returns how tired the member is at an instant.
func (f *fade) at(now int64) uint8 {
	left := min(max(float64(f.to-now)/float64(f.to-f.from), 0), 1)
	return uint8(math.Round(254 * (1 - left*left)))
}

// window is a time in which a segment says nothing, or all do more or less than usual.
type window struct {
	from, to          int64 // milliseconds after the start
	factor            float64
	platform, channel int // of the options; -1: none
}

// planter carries what plants do to a plan.
type planter struct {
	o       *Options
	p       *population
	rng     *rand.Rand
	start   int64
	end     int64 // milliseconds after start
	plants  []Plant
	windows []window
}

func (pl *planter) ms(t time.Time) int64 { return t.UnixMilli() - pl.start }

// apply does what a plant does, and returns whom it concerns.
func (pl *planter) apply(k int) []int32 {
	t := &pl.plants[k]
	from, to := pl.ms(t.From), pl.ms(t.To)
	w := window{from: from, to: to, factor: 1, platform: -1, channel: -1}
	switch t.Name {
	case GradualLeavers:
		out := pl.some(pl.at(from, t.Dimension, t.Segment), 0.6, 60)
		for _, i := range out {
			begin := from + pl.rng.Int64N(max(1, (to-from)/4))
			pl.fade(i, begin, begin+(to-from)*3/4)
		}
		return out
	case LeaderLeaves:
		return pl.pull(t, from, to)
	case MassLeave:
		out := pl.some(pl.at(from, t.Dimension, t.Segment), 0.25, 30)
		for _, i := range out {
			pl.leave(i, from+pl.soon(to-from), true)
		}
		return out
	case SlowDecline:
		out := pl.some(pl.at(from, "", ""), 0.4, 0)
		for _, i := range out {
			begin := from + pl.rng.Int64N(max(1, (to-from)*3/4))
			pl.fade(i, begin, begin+(to-from)/4)
		}
		return out
	case Raid:
		return pl.raid(k, from, to)
	case DeadChannel:
		w.to, w.channel = never, slices.Index(pl.o.Channels, t.Segment)
	case PlatformOutage:
		w.platform = slices.Index(pl.o.Platforms, t.Segment)
	case Holiday:
		w.factor = 0.35
	case ActivityDrop:
		w.factor = 0.25
	case ActivitySurge:
		w.factor = 4
	}
	pl.windows = append(pl.windows, w)
	return nil
}

// pull lets the leader of a channel leave, and three of five of those tied to them over the time after. Of these a
// quarter say so.
func (pl *planter) pull(t *Plant, from, to int64) []int32 {
	channel := slices.Index(pl.o.Channels, t.Segment)
	leader := 0
	for k, i := range pl.p.leaders {
		if len(pl.o.Channels) > 0 && int(pl.p.members[i].channel) == channel {
			leader = k
			break
		}
	}
	gone := pl.p.leaders[leader]
	pl.leave(gone, from, true)
	if n := len(pl.o.Channels); n > 0 { // the channel is where the leader was
		t.Segment = pl.o.Channels[pl.p.members[gone].channel]
	} else {
		t.Dimension, t.Segment = "", ""
	}
	var tied []int32
	for _, i := range pl.at(from, "", "") {
		if int(pl.p.members[i].follows) == leader+1 {
			tied = append(tied, i)
		}
	}
	out := append([]int32{gone}, pl.some(tied, 0.6, 0)...)
	for _, i := range out[1:] {
		pl.leave(i, from+1+pl.rng.Int64N(max(1, to-from)), pl.rng.IntN(4) == 0)
	}
	slices.Sort(out)
	return out
}

// at returns the ordinary members who are there at an instant, of one segment if it is named.
func (pl *planter) at(now int64, dimension, segment string) []int32 {
	index := slices.Index(pl.o.segments(dimension), segment)
	var out []int32
	for i := range pl.p.members {
		m := &pl.p.members[i]
		favourite := int(m.platform)
		if dimension == "channel" {
			favourite = int(m.channel)
		}
		there := pl.p.joins[i] < now && pl.p.leaves[i] > now
		if there && !m.steady() && i != 0 && (index < 0 || favourite == index) {
			out = append(out, int32(i))
		}
	}
	return out
}

// some draws a share of members, but not fewer than least while there are as many.
func (pl *planter) some(of []int32, share float64, least int) []int32 {
	n := min(max(least, int(math.Round(share*float64(len(of))))), len(of))
	pl.rng.Shuffle(len(of), func(a, b int) { of[a], of[b] = of[b], of[a] })
	out := slices.Clone(of[:n])
	slices.Sort(out)
	return out
}

// soon draws a time below span, most often early: half of them in its first sixth.
func (pl *planter) soon(span int64) int64 {
	for {
		if t := int64(pl.rng.ExpFloat64() * float64(span) / 4); t < span {
			return t
		}
	}
}

// leave lets a member leave; after the end, never.
func (pl *planter) leave(i int32, at int64, explicit bool) {
	if at >= pl.end {
		at = never
	}
	pl.p.leaves[i], pl.p.members[i].explicit = at, explicit
}

func (pl *planter) fade(i int32, from, to int64) {
	pl.leave(i, to, false)
	pl.p.fades = append(pl.p.fades, fade{i, from, to})
}

// raidSize is how many accounts a raid has.
func raidSize(o *Options) int { return max(60, o.Members/8) }

// raidDeeds is how much one of them does in an hour.
const raidDeeds = 15

// raid makes the accounts of a raid busy in its channel until it ends, whatever the hour.
func (pl *planter) raid(k int, from, to int64) []int32 {
	perDay := pl.o.PerDay
	if pl.o.Rate > 0 {
		perDay = pl.o.Rate * 24 * 3600 / float64(pl.o.Members)
	}
	hour, rhythm := hourOfWeek(pl.plants[k].From), 0
	for g := range habits {
		if habits[g][hour] > habits[rhythm][hour] {
			rhythm = g
		}
	}
	weight := pl.p.weightSum / float64(pl.o.Members) * raidDeeds * 24 / perDay / habits[rhythm][hour]
	var out []int32
	for i := range pl.p.members {
		m := &pl.p.members[i]
		if m.ring != int32(-1-k) {
			continue
		}
		m.weight, m.rhythm = uint32(min(max(1, weight), 1e9)), uint8(rhythm)
		m.channel = uint8(slices.Index(pl.o.Channels, pl.plants[k].Segment))
		pl.leave(int32(i), to, false)
		out = append(out, int32(i))
	}
	return out
}

// recruit adds the accounts of raids to the sorted joins, and says of each join of which raid it is (1 + number of the
// plant; 0 of none). They come in the first half hour.
func recruit(o *Options, joins []int64, plants []Plant, start int64, rng *rand.Rand) ([]int64, []int32) {
	type join struct {
		at   int64
		raid int32
	}
	var raiders []join
	for k := range plants {
		for n := 0; plants[k].Name == Raid && n < raidSize(o); n++ {
			raiders = append(raiders, join{plants[k].From.UnixMilli() - start + 1 + rng.Int64N(30*60*1000), int32(k + 1)})
		}
	}
	raids := make([]int32, len(joins), len(joins)+len(raiders))
	if len(raiders) == 0 {
		return joins, raids
	}
	all := raiders
	for _, at := range joins {
		all = append(all, join{at, 0})
	}
	slices.SortFunc(all, func(a, b join) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.raid, b.raid)) })
	joins, raids = joins[:0], raids[:0]
	for _, j := range all {
		joins, raids = append(joins, j.at), append(raids, j.raid)
	}
	return joins, raids
}
