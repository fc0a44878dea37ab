package spikes

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/state"
)

const (
	hoursOfWeek = 168
	lags        = 5 // weeks back that tell an hour's usual
	leastLags   = 3 // fewer are no basis
	levelDays   = 14
	pastHours   = (lags+levelDays/7)*hoursOfWeek + 48
	pastLooks   = 2*12 + 1 // five-minute looks that the scale of three hours reaches back

	scales = 3
)

// scaleHours are the spans that are looked at: a sum of so many hourly counts. The long ones are for small segments.
var scaleHours = [scales]int32{1, 3, 24}

// span is what is usual for one sum of hourly counts: the least and the greatest that recent weeks allow, and the middle.
// lo < 0 says that there is no basis yet.
type span struct{ lo, mid, hi float64 }

var noSpan = span{lo: -1}

// past is what is kept of one segment's hourly counts. The hour of a count is the one at whose beginning its window ends.
type past struct {
	first, last int32 // hours kept; first > last: none
	sums        [pastHours]uint32
	looks       [pastLooks]uint32
	level       [2]float64 // of the last seven days and of the seven before, against the weeks before them
	usual       [scales][2]span
	spread      [scales]spread
	since       [2][scales]int32 // the look since which it is unusual, by direction; 0: it is not
	silent      int32            // looks without anybody
}

// spread estimates over-dispersion a, of counts whose variance is m + a·m², from their distance to what was expected.
type spread struct{ above, weight, n float64 }

// guess is what is believed of a spread before there are counts, and how many expected events and how many counts that is
// worth: the luck of a day is in all of its hours, so that many of them tell little. keep is what is left of a count's
// say at the next: a half-life of four weeks. misfit is the largest squared deviation that counts: one spike is no spread.
type guess struct{ value, weight, counts, least, keep, misfit float64 }

var (
	hourSpread  = guess{value: 0.05, weight: 200, counts: 72, least: 1, keep: 0.99897, misfit: 25}
	leaveSpread = guess{value: 0.3, weight: 20, counts: 72, least: 0.01, keep: 0.99897, misfit: 25}
	entrySpread = [len(scaleDays)]guess{
		{value: 0.1, weight: 100, counts: 7, least: 1, keep: 0.976, misfit: 6},
		{value: 0.03, weight: 100, counts: 7, least: 1, keep: 0.84, misfit: 4},
	}
)

const leastSpread = 0.005

func (s *spread) add(y, m float64, g guess) {
	s.above, s.weight, s.n = s.above*g.keep, s.weight*g.keep, s.n*g.keep
	if m < g.least {
		return
	}
	s.above += min((y-m)*(y-m)/m, g.misfit*(1+s.value(g)*m)) - 1
	s.weight += m
	s.n++
}

func (s *spread) value(g guess) float64 {
	prior := g.weight
	if s.n > 0 {
		prior += g.counts * s.weight / s.n
	}
	return max(leastSpread, (s.above+g.value*prior)/(s.weight+prior))
}

func newPast(hour int32) *past {
	p := &past{first: hour, last: hour - 1, level: [2]float64{1, 1}}
	for s := range p.usual {
		p.usual[s] = [2]span{noSpan, noSpan}
	}
	return p
}

func (p *past) sum(hour int32) uint32 { return p.sums[uint32(hour)%pastHours] }

// has reports whether the counts of the n hours up to hour are kept.
func (p *past) has(hour, n int32) bool {
	return hour <= p.last && hour-n+1 >= max(p.first, p.last-pastHours+2)
}

// count is the sum of the n hourly counts up to hour. They must be kept.
func (p *past) count(hour, n int32) float64 {
	before := uint32(0)
	if hour-n >= p.first {
		before = p.sum(hour - n)
	}
	return float64(p.sum(hour) - before)
}

// append keeps the count of the hour after the last.
func (p *past) append(n uint32) {
	before := uint32(0)
	if p.last >= p.first {
		before = p.sum(p.last)
	}
	p.last++
	p.sums[uint32(p.last)%pastHours] = before + n
}

// empty reports whether nobody was there for as long as the past reaches.
func (p *past) empty() bool {
	return p.last-p.first >= pastHours && p.sum(p.last) == p.sum(p.last+1)
}

// weekly is the middle of the sums of n hours up to hour, some weeks ago, and how many weeks are kept. shift holds how many
// hours an hour of the week lies elsewhere, since clocks moved.
func (p *past) weekly(hour, n int32, shift *[lags]int32) (float64, int) {
	var v [lags]float64
	k := 0
	for w := range lags {
		at := hour - int32(w+1)*hoursOfWeek + shift[w]
		if p.has(at, n) {
			v[k] = p.count(at, n)
			k++
		}
	}
	return middle(v[:k]), k
}

// relevel compares each of the last fourteen days with its usual. The median of seven is deaf to three that were not.
func (p *past) relevel(shift *[lags]int32) {
	for week := range p.level {
		var v [7]float64
		k := 0
		for d := range 7 {
			at := p.last - int32(week*7+d)*24
			if !p.has(at, 24) {
				break
			}
			if usual, n := p.weekly(at, 24, shift); n >= leastLags-1 {
				v[k] = (p.count(at, 24) + 1) / (usual + 1)
				k++
			}
		}
		switch {
		case k >= 3:
			p.level[week] = median(v[:k])
		case week == 0:
			p.level[0] = 1
		default:
			p.level[week] = p.level[0]
		}
	}
}

// expect works out what is usual at an hour.
func (p *past) expect(hour int32, shift *[lags]int32) {
	for s, n := range scaleHours {
		p.usual[s][0] = p.usual[s][1]
		usual, k := p.weekly(hour, n, shift)
		if k < leastLags {
			p.usual[s][1] = noSpan
			continue
		}
		now, before := p.level[0], p.level[1]
		p.usual[s][1] = span{lo: usual * min(now, before), mid: usual * now, hi: usual * max(now, before)}
	}
}

// between is what is usual at a look: between two hours the least and the greatest of both, since counts may come at once.
func (p *past) between(scale int, atHour bool) span {
	a, b := p.usual[scale][0], p.usual[scale][1]
	if atHour || a.lo < 0 || b.lo < 0 {
		return b
	}
	return span{lo: min(a.lo, b.lo), mid: (a.mid + b.mid) / 2, hi: max(a.hi, b.hi)}
}

func (p *past) save(w *state.Writer) {
	w.Int(int64(p.first))
	w.Int(int64(p.last))
	from := max(p.first, p.last-pastHours+1)
	before := uint32(0)
	for h := from; h <= p.last; h++ {
		w.Uint(uint64(p.sum(h) - before))
		before = p.sum(h)
	}
	for _, n := range p.looks {
		w.Uint(uint64(n))
	}
	w.Float(p.level[0])
	w.Float(p.level[1])
	for s := range scales {
		for _, u := range p.usual[s] {
			w.Float(u.lo)
			w.Float(u.mid)
			w.Float(u.hi)
		}
		p.spread[s].save(w)
		w.Int(int64(p.since[0][s]))
		w.Int(int64(p.since[1][s]))
	}
	w.Int(int64(p.silent))
}

func loadPast(r *state.Reader) *past {
	p := &past{first: int32(r.Between(0, never/60)), last: int32(r.Between(-1, never/60))}
	if p.last < p.first-1 {
		r.Fail()
		return p
	}
	before := uint32(0)
	for h := max(p.first, p.last-pastHours+1); h <= p.last && r.Err() == nil; h++ {
		before += uint32(r.Uint())
		p.sums[uint32(h)%pastHours] = before
	}
	for i := range p.looks {
		p.looks[i] = uint32(r.Uint())
	}
	p.level[0], p.level[1] = number(r), number(r)
	for s := range scales {
		for i := range p.usual[s] {
			p.usual[s][i] = span{number(r), number(r), number(r)}
		}
		p.spread[s] = loadSpread(r)
		p.since[0][s], p.since[1][s] = int32(r.Between(0, never)), int32(r.Between(0, never))
	}
	p.silent = int32(r.Between(0, never))
	return p
}

func (s *spread) save(w *state.Writer) {
	w.Float(s.above)
	w.Float(s.weight)
	w.Float(s.n)
}

func loadSpread(r *state.Reader) spread {
	s := spread{number(r), number(r), number(r)}
	if s.weight < 0 || s.n < 0 {
		r.Fail()
	}
	return s
}

// number reads a float that a sum of counts can be.
func number(r *state.Reader) float64 {
	v := r.Float()
	if math.IsNaN(v) || math.Abs(v) > 1e18 {
		r.Fail()
		return 0
	}
	return v
}
