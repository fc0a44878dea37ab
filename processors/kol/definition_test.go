package kol

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/schemas"
)

func drawModel(r *rand.Rand) *model {
	m := &model{n: 2 + r.IntN(12), day: begins + 1 + r.Int32N(pick[int32](r, 400, 1500)), bots: map[int]bool{}, staff: map[int]bool{}}
	span := int64(m.day-begins) * dayMS
	for i := range m.n {
		since := begins + r.Int32N(m.day-begins)
		if r.IntN(3) == 0 {
			since = begins
		}
		m.who = append(m.who, Member{Since: since, ActiveDays: r.Uint32N(50)})
		if r.IntN(8) == 0 {
			m.who[i] = Member{Since: -1}
		}
		m.bots[i] = r.IntN(10) == 0
	}
	if r.IntN(3) == 0 {
		m.staff[r.IntN(m.n)] = true
	}
	for range r.IntN(120) {
		m.ties = append(m.ties, Tie{Time: begins*dayMS + r.Int64N(span), Actor: r.Uint32N(uint32(m.n)), Target: r.Uint32N(uint32(m.n)),
			Object: r.Uint64N(6), Weight: pick[uint32](r, 1000, 1000, 2500), Against: r.IntN(5) == 0})
	}
	return m
}

func modelName(m uint32) string { return string(rune('a' + m)) }

func (m *model) community(t interface{ Fatal(args ...any) }) (*Community, *Place) {
	c := New()
	var bots, staff []string
	for i := range m.n {
		switch {
		case m.bots[i] && i%2 == 0:
			bots = append(bots, modelName(uint32(i)))
		case m.bots[i]:
			c.Bot(uint32(i), begins*dayMS)
		}
		if m.staff[i] {
			staff = append(staff, modelName(uint32(i)))
		}
	}
	c.Use(0, bots, staff)
	for _, tie := range m.ties {
		c.Tie(tie)
	}
	cal, err := calendar.New("")
	if err != nil {
		t.Fatal(err)
	}
	return c, &Place{Label: "c", Now: int64(m.day) * dayMS, Calendar: cal, Name: modelName,
		Member: func(i uint32) Member { return m.who[i] }, Channel: func(uint32) string { return "" }}
}

func TestStandingsAreTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2)))
		c, p := m.community(t)
		if rapid.Bool().Draw(t, "merged") { // and then all at once
			c.Midnight(m.day-rapid.Int32Range(0, 3).Draw(t, "before"), p, new(Rows))
		}
		got := c.Standings(int64(m.day)*dayMS, p)
		want := map[Board]map[uint32]Standing{AllTime: {}, Current: {}}
		now := *m
		now.board = Current
		now.matrices()
		for b := range boards {
			m.board = b
			m.matrices()
			restart, how, keep := m.restarts()
			x := m.pagerank(restart)
			if slices.ContainsFunc(m.ties, func(t Tie) bool { return !t.Against && t.Actor != t.Target }) && how != got.Restart {
				t.Fatalf("walks restart %s, want %s", got.Restart, how)
			}
			for i := range m.n {
				s := Standing{Member: uint32(i), Influence: x[i], Score: x[i] * (1 + math.Log(max(1, float64(m.who[i].ActiveDays)))) * keep[i],
					HIndex: m.hIndex(i), Reach: m.reach(i), Dependents: now.dependents(i)}
				ever := false
				for a := range m.n {
					ever = ever || m.ever[a][i]
					if m.won[a][i] {
						s.Endorsers++
					}
				}
				if ever {
					want[b][uint32(i)] = s
				}
			}
			have := map[uint32]Standing{}
			for i, s := range got.Boards[b] {
				have[s.Member] = s
				if i > 0 && (got.Boards[b][i-1].Score < s.Score || got.Boards[b][i-1].Score == s.Score && got.Boards[b][i-1].Member > s.Member) {
					t.Fatal("places are not in order")
				}
			}
			if diff := gocmp.Diff(want[b], have, cmpopts.EquateApprox(1e-5, 1e-9)); diff != "" {
				t.Fatalf("%s: %s", b, diff)
			}
			for _, mass := range got.Masses {
				if math.Abs(mass.Restart-restart[mass.Member]) > 1e-12 {
					t.Fatalf("%d gets %v of restarts, want %v", mass.Member, mass.Restart, restart[mass.Member])
				}
			}
		}
	})
}

// What a refresh publishes is what the standings are, though it began at the ranks of others.
func TestRefreshesAreStandings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, r := drawStory(t, 150)
		x := plainShape(&s)
		x.sizes.rare, x.sizes.small, x.sizes.daily = pick(r, 1, 2, 32), pick(r, 5, 1000), pick(r, 0, 20)
		_, f := play(t, &s, x)
		if f.c.last.day == unset {
			return
		}
		f.day = f.c.last.day
		want := f.c.Standings(f.calendar.Midnight(f.day), f.place())
		for b := range boards {
			var ranked []int
			for i, rank := range f.c.last.ranks[b] {
				if rank > 0 {
					ranked = append(ranked, i)
				}
			}
			if f.c.graph.Forgotten == 0 && len(ranked) != len(want.Boards[b]) {
				t.Fatalf("%s: %d members have a rank, want %d", b, len(ranked), len(want.Boards[b]))
			}
			for i, y := range want.Boards[b] {
				node, _ := f.c.graph.Node(y.Member)
				if d := math.Abs(f.c.last.influence[b][node] - y.Influence); d > 1e-9 {
					t.Fatalf("%s, place %d: influence is off by %v", b, i+1, d)
				}
			}
		}
	})
}

// Where there is hardly anything, there is hardly anything to say.
func TestSmallCommunities(t *testing.T) {
	tie := func(a, b uint32) Tie { return Tie{Time: begins * dayMS, Actor: a, Target: b, Weight: 1000} }
	for name, c := range map[string]struct {
		ties []Tie
		bots []int
		want []uint32 // members from the first place on
	}{
		"nobody":        {},
		"one, oneself":  {ties: []Tie{tie(0, 0)}},
		"two":           {ties: []Tie{tie(0, 1)}, want: []uint32{1}},
		"by name":       {ties: []Tie{tie(2, 1), tie(1, 2), tie(0, 3), tie(3, 0)}, want: []uint32{0, 1, 2, 3}},
		"everyone bots": {ties: []Tie{tie(0, 1), tie(1, 2)}, bots: []int{0, 1, 2}},
		"of a bot":      {ties: []Tie{tie(0, 1), tie(2, 3)}, bots: []int{0}, want: []uint32{3}},
		"to a bot":      {ties: []Tie{tie(0, 1), tie(2, 3)}, bots: []int{1}, want: []uint32{3}},
		"doubted":       {ties: []Tie{tie(0, 1), tie(0, 2), {Time: begins * dayMS, Actor: 3, Target: 1, Weight: 1000, Against: true}}, want: []uint32{2, 1}},
		"no weight":     {ties: []Tie{{Time: begins * dayMS, Actor: 0, Target: 1}}},
	} {
		m := &model{n: 4, day: begins + 7, ties: c.ties, bots: map[int]bool{}, who: make([]Member, 4)}
		for i := range m.who {
			m.who[i] = Member{Since: begins, ActiveDays: 1}
		}
		for _, b := range c.bots {
			m.bots[b] = true
		}
		k, p := m.community(t)
		var got []uint32
		for _, s := range k.Standings(int64(m.day)*dayMS, p).Boards[AllTime] {
			got = append(got, s.Member)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: places %v, want %v", name, got, c.want)
		}
		var rows Rows
		k.Publish(p, &rows)
		k.Midnight(m.day, p, &rows)
		k.Midnight(m.day+7, p, &rows)
		k.Publish(p, &rows)
		for i, member := range c.want {
			if rank := k.Rank(AllTime, member); rank != uint32(i+1) {
				t.Errorf("%s: member %d has rank %d, want %d", name, member, rank, i+1)
			}
		}
		if rows.Members.Len() != len(c.want) {
			t.Errorf("%s: %d members have ranks, want %d", name, rows.Members.Len(), len(c.want))
		}
	}
}

func TestWeight(t *testing.T) {
	for _, c := range []struct {
		kind  schemas.Kind
		value float64
		want  uint32
	}{{schemas.KindComment, 1, 1000}, {schemas.KindReact, 0, 1000}, {schemas.KindVote, 1, 1000}, {schemas.KindVote, 2.0004, 2000},
		{schemas.KindVote, 7, 3000}, {schemas.KindVote, 0, 0}, {schemas.KindVote, -2, 0}, {schemas.KindVote, math.NaN(), 0},
		{schemas.KindVote, math.Inf(1), 3000}, {schemas.KindDownvote, 1, 0}, {schemas.KindPost, 1, 0}, {schemas.KindVisit, 1, 0}} {
		if got, ok := Weight(c.kind, c.value); ok != (c.want > 0) || ok && got != c.want {
			t.Errorf("%s of %v weighs %d, %v; want %d", c.kind, c.value, got, ok, c.want)
		}
	}
}

func TestDoubt(t *testing.T) {
	for _, c := range []struct {
		kind  schemas.Kind
		value float64
		want  uint32
	}{{schemas.KindDownvote, 0, 1000}, {schemas.KindVote, -1, 1000}, {schemas.KindVote, -10, 3000}, {schemas.KindVote, 0, 0},
		{schemas.KindVote, 1, 0}, {schemas.KindVote, math.NaN(), 0}, {schemas.KindReport, 1, 0}} {
		if got, ok := Doubt(c.kind, c.value); ok != (c.want > 0) || got != c.want {
			t.Errorf("%s of %v weighs %d, %v; want %d", c.kind, c.value, got, ok, c.want)
		}
	}
}
