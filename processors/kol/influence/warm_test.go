package influence

import (
	"math"
	"slices"
	"testing"
)

var usual = Options{Alpha: .85, Tolerance: 1e-10}

// grown is a graph of communities, and what it was before the newest hundredth of its ties.
func grown(nodes, edges int) (before, g *Graph, restart []float64) {
	c := crowds[2]
	c.size = nodes / 10
	ties := c.ties(nodes, edges)
	return weave(nodes, ties[:edges/100*99]), weave(nodes, ties), elders(nodes)
}

func TestWarmIsColdIsPlain(t *testing.T) {
	before, g, restart := grown(5_000, 50_000)
	plain := Start(g, restart, nil, Options{Alpha: .85, Tolerance: 1e-10, Plain: true})
	exact := finish(Start(g, restart, nil, Options{Alpha: .85, Tolerance: 1e-14}))
	cold := Start(g, restart, nil, usual)
	warm := Start(g, restart, finish(Start(before, restart, nil, usual)), usual)
	for name, r := range map[string]*Run{"plain": plain, "cold": cold, "warm": warm} {
		near(t, finish(r), exact, .85/.15*1e-10+1e-13)
		t.Logf("%s: %d rounds, off by %.2g", name, r.Rounds(), distance(r.Ranks(), exact))
	}
	near(t, warm.Ranks(), cold.Ranks(), 1e-9)
	if 3*cold.Rounds() > 2*plain.Rounds() || 3*warm.Rounds() > plain.Rounds() {
		t.Errorf("plain takes %d rounds, cold %d, warm %d", plain.Rounds(), cold.Rounds(), warm.Rounds())
	}
	again := Start(g, restart, exact, usual)
	if sameAs := finish(again); again.Rounds() != 1 || distance(sameAs, exact) > 1e-9 {
		t.Errorf("from the solution it takes %d rounds", again.Rounds())
	}
}

// Wherever a run begins, it arrives.
func TestAnyStartArrives(t *testing.T) {
	_, g, restart := grown(2_000, 20_000)
	want := finish(Start(g, restart, nil, usual))
	one := make([]float64, len(want))
	one[7] = 1e9
	late := slices.Clone(want)
	slices.Reverse(late)
	for _, warm := range [][]float64{one, late, even(len(want))} {
		near(t, finish(Start(g, restart, warm, usual)), want, 1e-9)
	}
}

// Corrections may be as bad as they like: only a pass over the edges ends a run.
func TestBadCorrectionsOnlyTakeTime(t *testing.T) {
	_, g, restart := grown(2_000, 20_000)
	want := finish(Start(g, restart, nil, usual))
	for name, spoil := range map[string]func(r *Run){
		"leaps away": func(r *Run) { r.trail.one, r.trail.two = -40, 60 },
		"nonsense": func(r *Run) {
			for i := range r.fix {
				r.fix[i] = float32(math.Sin(float64(i))) * 1e-3
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := Start(g, restart, nil, usual)
			for spoiled := 0; !r.Step(1); {
				if r.phase == leaping && r.at == 0 && spoiled < 30 {
					spoil(r)
					spoiled++
				}
			}
			near(t, r.Ranks(), want, 1e-9)
			t.Logf("%d rounds", r.Rounds())
			if r.Rounds() > 200 {
				t.Errorf("%d rounds", r.Rounds())
			}
		})
	}
}

func TestBitsOfALargerGraphDoNotShowSlices(t *testing.T) {
	before, g, restart := grown(5_000, 50_000)
	warm := finish(Start(before, restart, nil, usual))
	want := finish(Start(g, restart, warm, usual))
	for _, visits := range []int{1, 777, 20_000, 1_000_000} {
		r := Start(g, restart, warm, usual)
		for !r.Step(visits) {
			continue
		}
		sameBits(t, r.Ranks(), want)
	}
}

func TestStepsAreShortAndAllocateNothing(t *testing.T) {
	_, g, restart := grown(2_000, 20_000)
	r := Start(g, restart, nil, usual)
	steps := 0
	if n := testing.AllocsPerRun(200, func() { r.Step(500); steps++ }); n > 0 {
		t.Errorf("%v allocations a step", n)
	}
	for !r.Step(500) {
		steps++
	}
	if least := (len(g.From) + 2_000) * r.Rounds() / 2000; steps < least {
		t.Errorf("%d steps, at least %d expected", steps, least)
	}
}
