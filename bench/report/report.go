package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/rollcall-dev/rollcall/bench/measure"
)

// Run is one contender's result and its place in the order of all runs.
type Run struct {
	measure.Result
	Load  string `json:"load"`
	Round int    `json:"round"`
	Place int    `json:"place"` // in its round
}

// Pair is a ratio to report: events a CPU second of ours to that of a peer.
type Pair struct {
	Ours, Peer string
	Aim        float64
}

// Ratio is what a pair's rounds gave.
type Ratio struct {
	Ours   string    `json:"ours"`
	Peer   string    `json:"peer"`
	Load   string    `json:"load"`
	Aim    float64   `json:"aim"`
	Median float64   `json:"median"`
	Least  float64   `json:"least"`
	Most   float64   `json:"most"`
	Each   []float64 `json:"each"`
}

// Ratios pairs each run of a peer with the run of ours that stood nearest to it in the same round.
func Ratios(runs []Run, pairs []Pair) []Ratio {
	var out []Ratio
	for _, load := range loads(runs) {
		for _, p := range pairs {
			r := Ratio{Ours: p.Ours, Peer: p.Peer, Load: load, Aim: p.Aim}
			for _, peer := range runs {
				if peer.Name != p.Peer || peer.Load != load {
					continue
				}
				if ours, ok := nearest(runs, p.Ours, peer); ok {
					r.Each = append(r.Each, ours.PerCPU()/peer.PerCPU())
				}
			}
			if len(r.Each) > 0 {
				r.Median, r.Least, r.Most = Spread(r.Each)
				out = append(out, r)
			}
		}
	}
	return out
}

func loads(runs []Run) []string {
	var out []string
	for _, r := range runs {
		if !slices.Contains(out, r.Load) {
			out = append(out, r.Load)
		}
	}
	return out
}

func nearest(runs []Run, name string, peer Run) (best Run, ok bool) {
	for _, r := range runs {
		if r.Name != name || r.Load != peer.Load || r.Round != peer.Round {
			continue
		}
		if !ok || abs(r.Place-peer.Place) < abs(best.Place-peer.Place) {
			best, ok = r, true
		}
	}
	return best, ok
}

func abs(n int) int { return max(n, -n) }

// Spread returns the median, the least and the most of values.
func Spread(values []float64) (median, least, most float64) {
	v := slices.Sorted(slices.Values(values))
	if len(v) == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	n := len(v)
	return (v[(n-1)/2] + v[n/2]) / 2, v[0], v[n-1]
}

// WriteRatios writes the ratios as a table.
func WriteRatios(w io.Writer, ratios []Ratio) {
	fmt.Fprintln(w, "| load | events a CPU second | aim | median | range, pairs |\n|---|---|---|---|---|")
	for _, r := range ratios {
		aim := ""
		if r.Aim > 0 {
			aim = "≥ " + figure(r.Aim) + " ×"
		}
		fmt.Fprintf(w, "| %s | %s to %s | %s | %s × | %s–%s, %d |\n", r.Load, r.Ours, r.Peer, aim, figure(r.Median), figure(r.Least), figure(r.Most), len(r.Each))
	}
}

// WriteRuns writes the raw figures, a line for each load and contender.
func WriteRuns(w io.Writer, runs []Run) {
	fmt.Fprintln(w, "| load | contender | ns CPU an event | range, runs | events/s wall | peak memory | other |\n|---|---|---|---|---|---|---|")
	type key struct{ load, name string }
	groups := map[key][]Run{}
	var order []key
	for _, r := range runs {
		k := key{r.Load, r.Name}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], r)
	}
	for _, k := range order {
		var ns, wall, peak []float64
		for _, r := range groups[k] {
			ns, wall = append(ns, r.NSPerEvent()), append(wall, float64(r.Events)/r.Wall)
			peak = append(peak, float64(r.PeakRSS)/(1<<20))
		}
		m, least, most := Spread(ns)
		rate, _, _ := Spread(wall)
		_, _, memory := Spread(peak)
		fmt.Fprintf(w, "| %s | %s | %.0f | %.0f–%.0f, %d | %s | %.0f MiB | %s |\n", k.load, k.name, m, least, most, len(ns),
			thousands(rate), memory, extras(groups[k]))
	}
}

// extras are the medians of what else a contender reported.
func extras(runs []Run) string {
	values := map[string][]float64{}
	for _, r := range runs {
		for name, v := range r.Extra {
			values[name] = append(values[name], v)
		}
	}
	var out []string
	for name, v := range values {
		m, _, _ := Spread(v)
		out = append(out, fmt.Sprintf("%s %s", strings.ReplaceAll(name, "_", " "), thousands(m)))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// figure writes a ratio with two significant digits, three from 10 on.
func figure(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// thousands groups a whole number's digits.
func thousands(v float64) string {
	s := fmt.Sprintf("%.0f", v)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// ByLoad sorts runs by load, then round, then place.
func ByLoad(runs []Run) {
	slices.SortStableFunc(runs, func(a, b Run) int {
		return cmp.Or(cmp.Compare(a.Load, b.Load), cmp.Compare(a.Round, b.Round), cmp.Compare(a.Place, b.Place))
	})
}
