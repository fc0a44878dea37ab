package report

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// fewestWeeks is how many whole weeks it takes to say what is usual.
const fewestWeeks = 4

// certainty of the usual range: a number of a week like those before lies within it 99 times of 100, so that of thirteen
// numbers one stands out by chance in one report of eight.
const certainty = 0.99

// Verdict says where a number lies.
type Verdict int

// Verdicts. Unknown: too few weeks, or the week is not over.
const (
	Unknown Verdict = iota
	Within
	Above
	Below
)

// trendWeeks is how many whole weeks it takes to see a trend.
const trendWeeks = 6

// Usual is the range in which a number of this week would lie if nothing were different.
type Usual struct {
	Low, High float64
	Trend     float64 // what is added each week; 0: no trend is certain
	Weeks     int     // it was learned from; fewer than four: there is no range
}

// Usual returns the prediction interval of the next value after the whole weeks before, at most Past: mean ± t · √(s² (1 +
// 1/n)), with Student's t of n − 1 degrees. Where a straight line through them rises or falls with the same certainty, what
// is usual goes on along it: a + b·0 ± t · √(s² (1 + 1/n + x̄²/Σ(x − x̄)²)), x counting weeks from this one, with n − 2 degrees.
// What comes one by one (new members, leaves, …) varies at least as chance has it, so its s² is not below the mean (Poisson);
// who is active is largely the same people every week, so there the weeks themselves say how much it varies, and 1 is the
// least. What is negative or a share above 1 cannot be.
func (r *Report) Usual(n Number) Usual {
	var xs, past []float64
	for i := 1; i <= Past; i++ {
		w, ok := r.Before(i)
		if !ok || w.Week.Start(r.Zone).Before(r.Begun) { // the first week was not whole
			break
		}
		if v := w.Values[n]; !math.IsNaN(v) {
			xs, past = append(xs, float64(-i)), append(past, v)
		}
	}
	u := Usual{Weeks: len(past)}
	if u.Weeks < fewestWeeks {
		return u
	}
	count := float64(len(past))
	atLeast := func(variance, mean float64) float64 {
		switch n {
		case Stickiness:
			return variance
		case New, Resurrecting, Dormant, EnteredAtRisk, Churned, Left:
			return math.Max(variance, math.Max(mean, 1))
		default:
			return math.Max(variance, 1)
		}
	}
	middle, variance := stat.MeanVariance(past, nil)
	half := quantile(count-1) * math.Sqrt(atLeast(variance, middle)*(1+1/count))
	if u.Weeks >= trendWeeks {
		from, slope := stat.LinearRegression(xs, past, nil, false)
		left := 0.0
		for i, x := range xs {
			off := past[i] - from - slope*x
			left += off * off
		}
		left /= count - 2
		away, spread := stat.MeanVariance(xs, nil)
		spread *= count - 1
		if left := atLeast(left, middle); math.Abs(slope) > quantile(count-2)*math.Sqrt(left/spread) {
			u.Trend, middle = slope, from
			half = quantile(count-2) * math.Sqrt(left*(1+1/count+away*away/spread))
		}
	}
	u.Low, u.High = math.Max(0, middle-half), math.Max(0, middle+half)
	if n == Stickiness {
		u.High = math.Min(u.High, 1)
	} else { // counts are whole
		u.Low, u.High = math.Ceil(u.Low), math.Floor(u.High)
	}
	return u
}

// quantile of Student's t within which certainty lies.
func quantile(degrees float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: degrees}.Quantile(1 - (1-certainty)/2)
}

// Verdict says where this week's number lies. Of a week that is not over nothing can be said.
func (r *Report) Verdict(n Number) Verdict {
	u, v := r.Usual(n), r.This().Values[n]
	switch {
	case u.Weeks < fewestWeeks || math.IsNaN(v) || !r.Over():
		return Unknown
	case v > u.High:
		return Above
	case v < u.Low:
		return Below
	}
	return Within
}

// mean of the weeks before, up to four, and how many they are.
func (r *Report) mean(n Number) (float64, int) {
	sum, weeks := 0.0, 0
	for i := 1; i <= 4; i++ {
		w, ok := r.Before(i)
		if !ok || math.IsNaN(w.Values[n]) {
			break
		}
		sum += w.Values[n]
		weeks++
	}
	if weeks == 0 {
		return math.NaN(), 0
	}
	return sum / float64(weeks), weeks
}

// extreme tells whether the week's number is the highest (1) or lowest (-1) of all weeks that are drawn, and how many those
// are; 0 where it is neither, or equals another.
func (r *Report) extreme(n Number) (sign, weeks int) {
	v, most, least := r.This().Values[n], true, true
	for _, w := range r.Weeks[:len(r.Weeks)-1] {
		most, least = most && v > w.Values[n], least && v < w.Values[n]
	}
	switch {
	case len(r.Weeks) < fewestWeeks+1:
		return 0, len(r.Weeks)
	case most:
		return 1, len(r.Weeks)
	case least:
		return -1, len(r.Weeks)
	}
	return 0, len(r.Weeks)
}
