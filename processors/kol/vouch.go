package kol

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/kol/graph"
	"github.com/rollcall-dev/rollcall/processors/kol/work"
)

// Where walks restart.
const (
	restartVouched = "vouched"
	restartStaff   = "staff"
	restartUniform = "uniform"
)

const (
	vouchers = 3   // vouched endorsers make vouched
	settled  = 90  // days after which an endorsement counts for restarts, or half the community's age if that is less
	founding = 180 // days at most in which founders were first active, or a tenth of the community's age if that is less
)

// trust says who is vouched for, and where walks restart (docs/metrics/kol.md). The community's life begins with the first
// active day of anyone in the graph who is no bot.
type trust struct {
	vouched []bool
	first   []bool    // with whom vouching begins: founders, or staff
	won     []uint32  // distinct vouched endorsers, those of long enough ago
	restart []float64 // sums to 1, or all 0 where there is nobody
	how     string    // restartVouched, …
	old     int32     // the last day on which what happened was long enough ago
}

// vouch is trust in the members of a graph, as of a day, and the stages that find it.
func vouch(g *graph.Graph, who *census, day int32) (*trust, work.Stages) {
	n := g.Nodes()
	t := &trust{vouched: make([]bool, n), won: make([]uint32, n), restart: make([]float64, n)}
	changed := false
	found := func() {
		born := int32(never)
		if who.born > 0 {
			born = who.born
		}
		for node := range uint32(n) {
			if !who.isBot(node) {
				born = min(born, int32(who.since[node]))
			}
		}
		age := max(0, day-born)
		t.old = day - min(settled, age/2)
		anyStaff := false
		for node := range uint32(n) {
			t.vouched[node] = who.isStaff(node)
			anyStaff = anyStaff || t.vouched[node]
		}
		for node := range uint32(n) {
			since := who.since[node]
			founder := since != never && 10*(int32(since)-born) <= age && int32(since)-born <= founding
			t.vouched[node] = t.vouched[node] || !anyStaff && founder && !who.isBot(node)
		}
		t.first = slices.Clone(t.vouched)
	}
	spread := func(node uint32) int {
		if t.vouched[node] || who.isBot(node) {
			return 1
		}
		from, to := g.Row(node)
		by := 0
		for _, actor := range g.From[from:to] {
			if t.vouched[actor] {
				if by++; by == vouchers {
					t.vouched[node], changed = true, true
					break
				}
			}
		}
		return 1 + int(to-from)
	}
	again := func() bool {
		more := changed
		changed = false
		return more
	}
	weigh := func(node uint32) int {
		from, to := g.Row(node)
		if who.isBot(node) {
			return 1
		}
		for e := from; e < to; e++ {
			if t.vouched[g.From[e]] && int32(g.First[e]) <= t.old {
				t.won[node]++
			}
		}
		return 1 + int(to-from)
	}
	return t, work.Stages{work.Once(found), work.Repeat(n, spread, again), work.Each(n, weigh), work.Once(func() { t.share(who) })}
}

// share parts restarts among nodes.
func (t *trust) share(who *census) {
	part := func(how string, count func(node uint32) uint32) bool {
		total := uint64(0)
		for node := range t.restart {
			total += uint64(count(uint32(node)))
		}
		if total == 0 {
			return false
		}
		for node := range t.restart {
			t.restart[node] = float64(count(uint32(node))) / float64(total)
		}
		t.how = how
		return true
	}
	one := func(is func(node uint32) bool) func(node uint32) uint32 {
		return func(node uint32) uint32 {
			if is(node) {
				return 1
			}
			return 0
		}
	}
	switch {
	case part(restartVouched, func(node uint32) uint32 { return t.won[node] }):
	case part(restartStaff, one(who.isStaff)):
	default:
		t.how = restartUniform // also of nobody
		part(restartUniform, one(func(node uint32) bool { return !who.isBot(node) }))
	}
}
