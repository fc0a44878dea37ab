package kol

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rollcall-dev/rollcall/schemas"
)

// agree compares the product's ranking with the plain one.
func agree(t interface {
	Helper()
	Errorf(string, ...any)
}, c *Community) {
	t.Helper()
	d := newDense(c)
	ours := c.ours()
	for b, got := range ours {
		scores, order := d.board([][][]float64{d.sum, d.current}[b])
		if got.how != d.how {
			t.Errorf("%s: restart %s, want %s", got.name, got.how, d.how)
		}
		for m, want := range scores {
			if math.Abs(got.scores[m]-want) > 1e-9 {
				t.Errorf("%s: %s has %v, want %v", got.name, c.names[m], got.scores[m], want)
				return
			}
		}
		if len(got.order) != len(order) {
			t.Errorf("%s: %d are ranked, want %d", got.name, len(got.order), len(order))
		}
		for j, m := range d.nodes {
			if math.Abs(got.restart[m]-d.restart[j]) > 1e-12 {
				t.Errorf("%s: walks restart at %s with %v, want %v", got.name, c.names[m], got.restart[m], d.restart[j])
				return
			}
		}
	}
}

func TestInfluenceAgreesWithMatrices(t *testing.T) {
	t.Run("french-meta", func(t *testing.T) { agree(t, french(t)) })
	t.Run("town", func(t *testing.T) { agree(t, town(t, 80, 200)) })
	t.Run("collegemsg", func(t *testing.T) { agree(t, college(t, 4000)) })
}

func TestInfluenceOfAnyCommunityAgreesWithMatrices(t *testing.T) {
	names := []string{"ada", "bo", "cy", "dee", "eve", "flo", "gus", "hal"}
	kinds := []schemas.Kind{schemas.KindPost, schemas.KindReact, schemas.KindVote, schemas.KindDownvote, schemas.KindReward, schemas.KindLeave}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names)
		c, err := New(rapid.SampledFrom([]string{"UTC", "America/New_York", "Asia/Kathmandu"}).Draw(t, "zone"),
			rapid.SliceOfNDistinct(name, 0, 2, rapid.ID).Draw(t, "bots"), rapid.SliceOfNDistinct(name, 0, 2, rapid.ID).Draw(t, "staff"))
		if err != nil {
			t.Fatal(err)
		}
		days := rapid.Int64Range(0, 600).Draw(t, "days")
		for range rapid.IntRange(0, 60).Draw(t, "actions") {
			target := ""
			if rapid.IntRange(0, 5).Draw(t, "with a target") > 0 {
				target = name.Draw(t, "target")
			}
			at := 1.7e12 + rapid.Int64Range(0, days*dayMS).Draw(t, "time")
			c.act(at, name.Draw(t, "member"), target, rapid.SampledFrom(kinds).Draw(t, "kind"), float64(rapid.IntRange(-2, 5).Draw(t, "value")))
		}
		agree(t, c)
	})
}

// Whatever day something is of, both agree from when on it counts.
func TestInfluenceOfEachDayAgreesWithMatrices(t *testing.T) {
	for day := range int64(240) {
		c := empty(t)
		at := func(day int64) int64 { return 1.7e12 + day*dayMS }
		for _, founder := range []string{"ada", "bo", "cy"} {
			c.act(at(0), founder, "", schemas.KindPost, 1)
			c.act(at(day), founder, "dee", schemas.KindReact, 1)
		}
		c.act(at(day), "eve", "", schemas.KindPost, 1) // a founder, or not
		c.act(at(100), "eve", "flo", schemas.KindReact, 1)
		c.act(at(200), "ada", "eve", schemas.KindReact, 1)
		c.act(at(day), "gus", "dee", schemas.KindDownvote, 1)
		c.act(at(239), "bo", "dee", schemas.KindComment, 1)
		agree(t, c)
	}
}

// The floors are those that the ranking was made for.
func TestUpvotesOfFrenchMeta(t *testing.T) {
	truth := upvotes(t)
	r, err := french(t).Measure(Truth{Worth: truth})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Contenders {
		t.Logf("%-20s Spearman %.3f, Kendall %.3f, top 10 %d, 20 %d, 50 %d", s.Name, s.Spearman, s.Kendall, s.Top10, s.Top20, s.Top50)
	}
	t.Logf("%d members, %d elsewhere, %v of the truth", r.Members, r.Elsewhere, r.TopOfTruth)
	if r.Members != 139 || r.Restart != "vouched" {
		t.Errorf("%d members, restart %s", r.Members, r.Restart)
	}
	if ours := r.Contenders[0]; ours.Spearman < 0.72 || ours.Top50 < 39 {
		t.Errorf("Spearman %.3f, top 50 %d: want 0.72 and 39", ours.Spearman, ours.Top50)
	}
	if raw := r.Contenders[4]; raw.Name != "raw PageRank" || raw.Top50 != 35 {
		t.Errorf("%+v", raw)
	}
}

func TestAttacksLandLow(t *testing.T) {
	for name, set := range map[string]func(*testing.T) *Community{
		"french-meta": french,
		"town":        func(t *testing.T) *Community { return town(t, 300, 90) },
		"collegemsg":  func(t *testing.T) *Community { return college(t, math.MaxInt) },
	} {
		t.Run(name, func(t *testing.T) {
			c := set(t)
			landings, err := c.Attack(Attacks()...)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range landings {
				for i, x := range l.Contenders {
					t.Logf("%-12s %-12s target %4d, best fake %4d of %4d, kept %d of %d", l.Attack, x.Name, x.Target, x.Fake, x.Ranked, x.Kept, x.Of)
					patient := strings.HasPrefix(l.Attack, "patient") // they are vouched for by who replied
					low := min(50, x.Honest)                          // the site was quiet at the end: few are ranked on the current board
					if i < 2 && !patient && (x.Target > 0 && x.Target <= low || x.Fake > 0 && x.Fake <= low || x.Kept < x.Of-1 || *x.Restart > 0.001) {
						t.Errorf("%s, %s: %+v, restart %v", l.Attack, x.Name, x, *x.Restart)
					}
				}
				if raw := l.Contenders[2]; l.Attack == "star" && (raw.Target == 0 || raw.Target > 10) {
					t.Errorf("a star lets its target to place %d of raw PageRank: the attack is none", raw.Target)
				}
			}
		})
	}
}

// Whom the others rate down on balance does not lead, however many praise them.
func TestNobodyDistrustedLeads(t *testing.T) {
	for name, file := range map[string]string{"otc": "soc-sign-bitcoinotc.csv.gz", "alpha": "soc-sign-bitcoinalpha.csv.gz"} {
		t.Run(name, func(t *testing.T) {
			c, net := bitcoin(t, file)
			for _, board := range c.ours() {
				for i, m := range board.order {
					if net[c.names[m]] < 0 {
						t.Logf("%s: the first is at place %d of %d", board.name, i+1, len(board.order))
						if i < 100 {
							t.Errorf("%s has place %d of %s with %v", c.names[m], i+1, board.name, net[c.names[m]])
						}
						break
					}
				}
			}
		})
	}
}

func TestAttackChangesNothing(t *testing.T) {
	c := town(t, 100, 30)
	names, actions, before := slices.Clone(c.names), slices.Clone(c.actions), c.ours()
	if _, err := c.Attack("ring", "copy"); err != nil {
		t.Fatal(err)
	}
	if after := c.ours(); !slices.Equal(c.names, names) || !slices.Equal(c.actions, actions) || !slices.Equal(after[0].scores, before[0].scores) {
		t.Error("the community is another after an attack in a copy")
	}
	if _, err := c.Attack("hug"); err == nil {
		t.Error("an attack that there is not")
	}
	if _, err := empty(t).Attack("ring"); err == nil {
		t.Error("an attack on nobody")
	}
}

func TestMeasureNeedsMembersOfTheGraph(t *testing.T) {
	c := empty(t)
	c.act(1.7e12, "ada", "bo", schemas.KindReact, 1)
	c.act(1.7e12, "cy", "", schemas.KindPost, 1)
	if _, err := c.Measure(Truth{Worth: map[string]float64{"ada": 1, "cy": 2, "someone": 2}}); err == nil {
		t.Error("measured by one member")
	}
	r, err := c.Measure(Truth{Worth: map[string]float64{"ada": 1, "bo": 1, "someone": 2}})
	if err != nil || r.Members != 2 || r.Elsewhere != 1 || !math.IsNaN(float64(r.Contenders[0].Spearman)) {
		t.Errorf("%+v, %v", r, err)
	}
	if diff := cmp.Diff([3]int{2, 2, 2}, r.TopOfTruth); diff != "" {
		t.Error(diff)
	}
}
