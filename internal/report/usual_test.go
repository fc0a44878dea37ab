package report

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// past makes a report whose number n had these values, oldest first, the last in this week.
func past(n Number, values ...float64) *Report {
	last := Week{2026, 40}
	r := &Report{Week: last, Zone: time.UTC, Begun: last.Add(-30).Start(time.UTC), Now: last.End(time.UTC)}
	for i, v := range values {
		w := Numbers{Week: last.Add(i + 1 - len(values))}
		w.Values[n] = v
		r.Weeks = append(r.Weeks, w)
	}
	return r
}

func TestVerdicts(t *testing.T) {
	for name, c := range map[string]struct {
		n      Number
		values []float64
		want   Verdict
	}{
		"as ever":                 {Active, []float64{100, 103, 98, 101, 99, 102, 100, 97, 101}, Within},
		"far fewer":               {Active, []float64{100, 103, 98, 101, 99, 102, 100, 97, 80}, Below},
		"far more":                {Actions, []float64{1000, 1030, 980, 1010, 990, 1020, 1000, 970, 1400}, Above},
		"chance of few":           {New, []float64{9, 9, 9, 9, 9, 9, 9, 9, 15}, Within}, // alike by chance: √9 is what chance allows
		"of few too many":         {New, []float64{9, 9, 9, 9, 9, 9, 9, 9, 24}, Above},
		"growth goes on":          {Active, []float64{100, 110, 121, 130, 139, 151, 160, 170, 181}, Within},
		"growth ends":             {Active, []float64{100, 110, 121, 130, 139, 151, 160, 170, 150}, Below},
		"three weeks say nothing": {Active, []float64{100, 100, 100, 500}, Unknown},
		"shares":                  {Stickiness, []float64{0.30, 0.31, 0.29, 0.30, 0.31, 0.30, 0.29, 0.30, 0.2}, Below},
		"nothing ever":            {Left, []float64{0, 0, 0, 0, 0, 0, 0, 0, 0}, Within},
		"what is not known":       {AbsenceFactor, []float64{1, 1, 1, 1, 1, 1, 1, 1, math.NaN()}, Unknown},
	} {
		r := past(c.n, c.values...)
		if got := r.Verdict(c.n); got != c.want {
			t.Errorf("%s: %d, want %d, of %+v", name, got, c.want, r.Usual(c.n))
		}
	}
	young := past(Active, 10, 100, 100, 100, 100, 100)
	if got := young.Usual(Active).Weeks; got != 5 {
		t.Errorf("%d weeks", got)
	}
	young.Begun = young.Weeks[0].Week.Start(time.UTC).Add(time.Hour) // so the first was not whole
	if got := young.Usual(Active).Weeks; got != 4 {
		t.Errorf("%d whole weeks", got)
	}
	young.Now = young.Now.Add(-time.Millisecond)
	if got := young.Verdict(Active); got != Unknown {
		t.Errorf("a week that is not over: %d", got)
	}
}

// Of weeks that are alike but for chance, about one in a hundred stands out.
func TestChanceIsSeldomNotable(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []Number{Active, New} {
		odd := 0
		const looks = 2000
		for range looks {
			var values []float64
			for range Past + 1 {
				values = append(values, math.Round(60+math.Sqrt(60)*random.NormFloat64()))
			}
			if v := past(n, values...).Verdict(n); v != Within {
				odd++
			}
		}
		if share := float64(odd) / looks; share > 0.025 || odd == 0 && n == Active {
			t.Errorf("%s: %.4f stand out, want about 0.01", keys[n], share)
		}
	}
}
