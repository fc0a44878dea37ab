package bgnbd

import (
	"bufio"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

var weekly = Params{R: 0.243, Alpha: 4.414, A: 0.793, B: 2.426}

// cdnow reads the 2,357 customers of the published fit, in weeks.
func cdnow(t testing.TB) []Member {
	f, err := os.Open("../../../../shared/data/cdnow/cdnow_customers_summary.csv")
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = f.Close() }()
	var out []Member
	in := bufio.NewScanner(f)
	for in.Scan() {
		v := strings.Split(in.Text(), ",")
		if v[0] == "ID" {
			continue
		}
		var n [3]float64
		for i := range n {
			if n[i], err = strconv.ParseFloat(v[i+1], 64); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, Member{n[0], n[1], n[2], 1})
	}
	if len(out) != 2357 {
		t.Fatalf("%d customers", len(out))
	}
	return out
}

// Fader, Hardie and Lee, table 2.
func TestCDNOWGivesThePublishedParameters(t *testing.T) {
	members := cdnow(t)
	got := Fit(members, Params{1, 1, 1, 1})
	for name, v := range map[string][2]float64{"r": {got.R, weekly.R}, "alpha": {got.Alpha, weekly.Alpha},
		"a": {got.A, weekly.A}, "b": {got.B, weekly.B}} {
		if off := v[0]/v[1] - 1; math.Abs(off) > 0.01 {
			t.Errorf("%s is %.4f, published %.3f", name, v[0], v[1])
		}
	}
	if l := LogLikelihood(members, got); math.Abs(l+9582.4) > 0.05 {
		t.Errorf("log likelihood %.3f", l)
	}
	for i := range members {
		members[i].Last, members[i].Now = members[i].Last*7, members[i].Now*7
	}
	days := Fit(members, Published)
	if off := days.Alpha/7/got.Alpha - 1; math.Abs(off) > 1e-3 {
		t.Errorf("in days alpha is %.4f, in weeks %.4f", days.Alpha, got.Alpha)
	}
}

func TestExpectedIsThePublishedOne(t *testing.T) {
	if got := weekly.Expected(2, 30.43, 38.86, 39); math.Abs(got-1.226) > 5e-4 {
		t.Errorf("%.4f", got)
	}
}

// Alive and Silence are the same in weeks and in days, and a time without end is silence but for the ones alive.
func TestUnitsAndLimits(t *testing.T) {
	if a, b := weekly.Alive(2, 30, 39), Published.Alive(2, 210, 273); math.Abs(a-b) > 1e-12 {
		t.Error(a, b)
	}
	if a, b := weekly.Silence(2, 30, 39, 8), Published.Silence(2, 210, 273, 56); math.Abs(a-b) > 1e-12 {
		t.Error(a, b)
	}
	if s := weekly.Silence(2, 30, 39, 0); s != 1 {
		t.Error("no time at all, and not silent:", s)
	}
	if s, a := weekly.Silence(2, 30, 39, 1e12), weekly.Alive(2, 30, 39); math.Abs(s+a-1) > 1e-6 {
		t.Error(s, a)
	}
	if a := weekly.Alive(0, 0, 100); a != 1 {
		t.Error(a)
	}
}

func TestGradientIsTheSlope(t *testing.T) {
	members := []Member{{0, 0, 10, 1}, {1, 3, 10, 2}, {7, 9, 12, 3}}
	l := newLikelihood(members)
	_, by := l.at(weekly)
	at := weekly
	for i, v := range []*float64{&at.R, &at.Alpha, &at.A, &at.B} {
		const h = 1e-6
		*v += h
		up, _ := l.at(at)
		*v -= 2 * h
		down, _ := l.at(at)
		*v += h
		if slope := (up - down) / (2 * h); math.Abs(slope-by[i]) > 1e-5 {
			t.Errorf("%d: %g, slope %g", i, by[i], slope)
		}
	}
}

// Whatever the members, the parameters are finite.
func TestFitOfLittle(t *testing.T) {
	for name, members := range map[string][]Member{
		"nobody":        nil,
		"never back":    {{0, 0, 10, 1}, {0, 0, 20, 1}},
		"always":        {{30, 30, 30, 2}},
		"first day":     {{0, 0, 0, 1}},
		"one of a kind": {{1, 1000, 1001, 1}},
	} {
		p := Fit(members, Published)
		for _, v := range []float64{p.R, p.Alpha, p.A, p.B} {
			if !(v > 0) || math.IsInf(v, 0) {
				t.Errorf("%s: %+v", name, p)
			}
		}
	}
}

func BenchmarkFit(b *testing.B) {
	members := cdnow(b)
	for b.Loop() {
		Fit(members, weekly)
	}
}
