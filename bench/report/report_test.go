package report

import (
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/bench/measure"
)

// Each run of a peer is compared with the run of ours that stood next to it, not with one of another minute.
func TestRatiosAreOfNeighbours(t *testing.T) {
	run := func(name string, round, place int, cpu float64) Run {
		return Run{Result: measure.Result{Name: name, Events: 1000, CPU: cpu}, Load: "l", Round: round, Place: place}
	}
	runs := []Run{
		run("ours", 0, 0, 1), run("a", 0, 1, 2), run("b", 0, 2, 8), run("ours", 0, 3, 2),
		run("ours", 1, 0, 2), run("a", 1, 1, 8),
	}
	got := Ratios(runs, []Pair{{"ours", "a", 8}, {"ours", "b", 0}, {"ours", "c", 0}})
	if len(got) != 2 || got[0].Median != 3 || got[0].Least != 2 || got[0].Most != 4 || got[1].Median != 4 {
		t.Errorf("%+v", got)
	}
	var text strings.Builder
	WriteRatios(&text, got)
	WriteRuns(&text, runs)
	for _, want := range []string{"ours to a | ≥ 8.00 × | 3.00 × | 2.00–4.00, 2", "| b | 8000000 |"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
}
