package kol

import (
	"math"
	"math/rand/v2"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// explain is what the definition says of a member, from matrices.
func (m *model) explain(i int, s *Standings) *Explanation {
	m.board = AllTime
	m.matrices()
	restart, _, keep := m.restarts()
	x := m.pagerank(restart)
	e := &Explanation{Member: uint32(i), Bot: m.bots[i], Restart: s.Restart, Trust: 1, Begin: restart[i]}
	for b, places := range s.Boards {
		for n, p := range places {
			if p.Member == uint32(i) {
				e.Ranks[b] = uint32(n + 1)
			}
		}
	}
	if e.Ranks[AllTime] > 0 {
		e.Trust = keep[i]
	}
	switch {
	case !m.vouched[i]:
	case m.staff[i]:
		e.Vouched = "staff"
	case m.begun[i]:
		e.Vouched = "founder"
	default:
		e.Vouched = "endorsed"
	}
	e.Influence[AllTime] = x[i]
	e.Direct = 1
	for a := range m.n {
		sum, first := 0.0, int32(math.MaxInt32)
		for _, t := range m.ties {
			if int(t.Actor) == a && int(t.Target) == i && a != i && !t.Against {
				sum += float64(t.Weight) / 1000
				first = min(first, int32(t.Time/dayMS))
			}
		}
		if sum == 0 {
			continue
		}
		one := Endorsement{Actor: uint32(a), Weight: sum, First: first, Vouched: m.vouched[a]}
		one.Begins = one.Vouched && !m.bots[i] && m.day-first >= m.wait
		out := 0.0
		for b := range m.n {
			out += m.w[a][b]
		}
		switch {
		case m.bots[a] || m.bots[i]:
			one.Why = "bot"
		case x[a] == 0:
			one.Why = "no_influence"
		default:
			if m.w[a][i]/out > 0.2+1e-12 {
				one.Why = "capped"
			}
			one.Share = 0.85 * x[a] * min(0.2, m.w[a][i]/out) / x[i]
		}
		e.Direct -= one.Share
		e.Endorsements = append(e.Endorsements, one)
	}
	if x[i] == 0 {
		e.Direct = 0
	}
	for a := range m.n {
		one := Objection{Actor: uint32(a), First: math.MaxInt32, Vouched: m.vouched[a], Counts: "now"}
		for _, t := range m.ties {
			if int(t.Actor) == a && int(t.Target) == i && a != i && t.Against {
				one.Weight += float64(t.Weight) / 1000
				one.First = min(one.First, int32(t.Time/dayMS))
			}
		}
		switch {
		case one.Weight == 0:
			continue
		case m.bots[a]:
			one.Counts = "bot"
		case !m.vouched[a] && m.day-one.First < m.wait:
			one.Counts = "too_new"
		}
		e.Against = append(e.Against, one)
	}
	return e
}

func TestExplanationsAreTheDefinition(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2)))
		c, p := m.community(t)
		if rapid.Bool().Draw(t, "merged") {
			c.Midnight(m.day-rapid.Int32Range(0, 3).Draw(t, "before"), p, new(Rows))
		}
		at := int64(m.day) * dayMS
		s := c.Standings(at, p)
		for i := range m.n {
			got, want := c.Explain(uint32(i), at, p), m.explain(i, s)
			sum := got.Direct
			for n, e := range got.Endorsements {
				sum += e.Share
				seen[e.Why]++
				if n > 0 && e.Share > got.Endorsements[n-1].Share {
					t.Fatal("endorsements are not in order")
				}
			}
			if got.Influence[AllTime] > 0 && math.Abs(sum-1) > 1e-12 || got.Influence[AllTime] == 0 && sum != 0 {
				t.Fatalf("%d has %v of an influence of %v explained", i, sum, got.Influence[AllTime])
			}
			seen[got.Vouched]++
			want.Influence[Current] = got.Influence[Current] // as Standings has it
			if diff := gocmp.Diff(want, got, cmpopts.EquateApprox(1e-6, 1e-7), cmpopts.EquateEmpty(),
				cmpopts.SortSlices(func(a, b Endorsement) bool { return a.Actor < b.Actor }),
				cmpopts.SortSlices(func(a, b Objection) bool { return a.Actor < b.Actor })); diff != "" {
				t.Fatalf("member %d: %s", i, diff)
			}
			for _, o := range got.Against {
				seen[o.Counts]++
			}
		}
	})
	for _, what := range []string{"", WhyBot, WhyNothing, WhyCapped, CountsNow, CountsLater, "founder", "staff", "endorsed"} {
		if seen[what] == 0 {
			t.Errorf("no case of %q", what)
		}
	}
}

func TestWhereAllAreBotsNobodyHasInfluence(t *testing.T) {
	day := int32(begins + 30)
	m := &model{n: 2, day: day, who: []Member{{Since: begins, ActiveDays: 3}, {Since: begins, ActiveDays: 3}}, bots: map[int]bool{0: true, 1: true},
		ties: []Tie{{Time: (begins + 1) * dayMS, Actor: 0, Target: 1, Weight: 1000}, {Time: (begins + 2) * dayMS, Actor: 1, Target: 0, Weight: 1000}}}
	c, p := m.community(t)
	for i := range uint32(2) {
		if got := c.Explain(i, int64(day)*dayMS, p); !got.Bot || got.Influence != [boards]float64{} || got.Direct != 0 {
			t.Errorf("bot %d: %+v", i, got)
		}
	}
}
