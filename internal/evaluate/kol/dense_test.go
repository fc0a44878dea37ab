package kol

import (
	"cmp"
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/schemas"
)

// dense is the ranking of the page of the numbers (docs/metrics/kol.md) written down once more, as plainly as can be: full
// matrices, floats throughout, nothing shared with processors/kol.
type dense struct {
	c       *Community
	nodes   []uint32 // members who endorsed or were endorsed, if only by bots; no bots
	sum     [][]float64
	current [][]float64
	first   [][]int32   // local day; −1 where there is no edge
	against [][]float64 // what members said against others
	doubted [][]int32   // local day of the first of it; −1 where there is none
	vouched []bool
	settled int32 // what is of later days does not count yet
	restart []float64
	how     string
}

func newDense(c *Community) *dense {
	d := &dense{c: c}
	l := c.life()
	in := map[uint32]bool{}
	each := func(sign float64, f func(a *Action, w float64)) {
		for i := range c.actions {
			a := &c.actions[i]
			w := 0.0
			switch a.Kind {
			case schemas.KindComment, schemas.KindAnswer, schemas.KindReact, schemas.KindShare, schemas.KindMention,
				schemas.KindFollow, schemas.KindMessage:
				w = 1
			case schemas.KindVote:
				w = math.Round(1000*math.Max(-3, math.Min(3, a.Value))) / 1000
			case schemas.KindDownvote:
				w = -1
			}
			if w *= sign; w > 0 && a.Target != Nobody && a.Target != a.Member {
				f(a, w)
			}
		}
	}
	each(1, func(a *Action, _ float64) { in[a.Member], in[a.Target] = !c.bots[a.Member], !c.bots[a.Target] })
	at := map[uint32]int{}
	for m := range c.names {
		if in[uint32(m)] {
			at[uint32(m)] = len(d.nodes)
			d.nodes = append(d.nodes, uint32(m))
		}
	}
	n := len(d.nodes)
	d.sum, d.current, d.first = square(n, 0.0), square(n, 0.0), square[int32](n, -1)
	each(1, func(a *Action, w float64) {
		if c.bots[a.Member] || c.bots[a.Target] {
			return
		}
		i, j := at[a.Member], at[a.Target]
		d.sum[i][j] += w
		d.current[i][j] += math.Round(w*math.Exp2(-float64(l.end-a.Time)/(90*dayMS))*(1<<30)) / (1 << 30) // as stored
		if day := c.calendar.Day(a.Time); d.first[i][j] < 0 || day < d.first[i][j] {
			d.first[i][j] = day
		}
	})
	d.against, d.doubted = square(len(c.names), 0.0), square[int32](len(c.names), -1)
	each(-1, func(a *Action, w float64) {
		if i, j, day := a.Member, a.Target, c.calendar.Day(a.Time); !c.bots[i] && !c.bots[j] {
			d.against[i][j] += w
			if d.doubted[i][j] < 0 || day < d.doubted[i][j] {
				d.doubted[i][j] = day
			}
		}
	})
	d.vouch(l)
	return d
}

func square[T any](n int, fill T) [][]T {
	rows := make([][]T, n)
	for i := range rows {
		rows[i] = slices.Repeat([]T{fill}, n)
	}
	return rows
}

func (d *dense) vouch(l life) {
	n := len(d.nodes)
	today, born := d.c.calendar.Day(l.end), int32(math.MaxInt32)
	for _, m := range d.nodes {
		if l.since[m] >= 0 {
			born = min(born, l.since[m])
		}
	}
	age := max(0, today-born)
	d.vouched, d.restart = make([]bool, n), make([]float64, n)
	isStaff := make([]bool, n)
	anyStaff := false
	for i, m := range d.nodes {
		isStaff[i] = slices.Contains(d.c.staff, d.c.names[m])
		anyStaff = anyStaff || isStaff[i]
	}
	for i, m := range d.nodes {
		if anyStaff {
			d.vouched[i] = isStaff[i]
		} else if s := l.since[m]; s >= 0 {
			d.vouched[i] = float64(s-born) <= math.Min(180, float64(age)/10)
		}
	}
	for changed := true; changed; {
		changed = false
		for j := range d.vouched {
			by := 0
			for i := range d.vouched {
				if d.vouched[i] && d.sum[i][j] > 0 {
					by++
				}
			}
			if by >= 3 && !d.vouched[j] {
				d.vouched[j], changed = true, true
			}
		}
	}
	d.settled = today - min(90, age/2)
	fill := func(how string, part func(j int) float64) bool {
		total := 0.0
		for j := range d.restart {
			d.restart[j] = part(j)
			total += d.restart[j]
		}
		for j := range d.restart {
			d.restart[j] /= total
		}
		d.how = how
		return total > 0
	}
	won := func(j int) (w float64) {
		for i := range d.vouched {
			if d.vouched[i] && d.first[i][j] >= 0 && d.first[i][j] <= d.settled {
				w++
			}
		}
		return w
	}
	if fill("vouched", won) {
		return
	}
	one := func(of []bool) func(int) float64 {
		return func(j int) float64 {
			if len(of) == 0 || of[j] {
				return 1
			}
			return 0
		}
	}
	if !anyStaff || !fill("staff", one(isStaff)) {
		fill("uniform", one(nil))
	}
}

// trust is what is left of a member's influence by what others say against them.
func (d *dense) trust(j int) float64 {
	m := d.nodes[j]
	p := 0.0
	for i := range d.nodes {
		p += d.sum[i][j]
	}
	vouched, all := 0.0, 0.0
	for actor := range d.c.names {
		n := d.against[actor][m]
		if i := slices.Index(d.nodes, uint32(actor)); i >= 0 && d.vouched[i] {
			vouched += n
			all += n
		} else if d.doubted[actor][m] <= d.settled {
			all += n
		}
	}
	of := func(n float64) float64 {
		if n == 0 {
			return 1
		}
		return math.Pow(math.Max(0, (p-n)/(p+n)), 2)
	}
	return math.Max(of(all), of(vouched)/8)
}

// board returns influence by member, and the members in order: all who were ever endorsed.
func (d *dense) board(sums [][]float64) ([]float64, []uint32) {
	n := len(d.nodes)
	step := square(n, 0.0)
	for i := range step {
		total, rest := 0.0, 1.0
		for _, s := range sums[i] {
			total += math.Sqrt(s)
		}
		for j := range step[i] {
			if total > 0 {
				step[i][j] = math.Min(0.2, math.Sqrt(sums[i][j])/total)
				rest -= step[i][j]
			}
		}
		for j := range step[i] {
			step[i][j] += rest * d.restart[j]
		}
	}
	x := slices.Clone(d.restart)
	for change := 1.0; change > 1e-13; {
		next := make([]float64, n)
		for i := range step {
			for j, s := range step[i] {
				next[j] += 0.85 * x[i] * s
			}
		}
		change = 0
		for j := range next {
			next[j] += 0.15 * d.restart[j]
			change += math.Abs(next[j] - x[j])
		}
		x = next
	}
	l := d.c.life()
	scores := make([]float64, len(d.c.names))
	var order []uint32
	for j, m := range d.nodes {
		if slices.ContainsFunc(d.sum, func(row []float64) bool { return row[j] > 0 }) {
			scores[m] = x[j] * (1 + math.Log(math.Max(1, float64(l.days[m])))) * d.trust(j)
			order = append(order, m)
		}
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(d.c.names[a], d.c.names[b]))
	})
	return scores, order
}
