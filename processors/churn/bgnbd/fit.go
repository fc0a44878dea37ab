package bgnbd

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/optimize"
)

// Member is what the model knows of a member, and how many there are like that: times come back, when last, and now, both
// since the first time.
type Member struct{ X, Last, Now, Count float64 }

// doubt is the precision of a normal prior on the logarithm of each parameter around the start. It is too weak to show
// where the members say anything, and keeps the parameters finite where they do not.
const doubt = 1e-4

// most steps of the optimizer. CDNOW takes about thirty.
const most = 200

// Fit returns the parameters of maximum likelihood, found from start. The result is the same for the same members in the
// same order. Where no better parameters than start are found, it is start.
func Fit(members []Member, start Params) Params {
	l := newLikelihood(members)
	origin := start.logs()
	problem := optimize.Problem{
		Func: func(at []float64) float64 {
			f, _ := l.at(exps(at))
			return prior(at, origin) - f
		},
		Grad: func(into, at []float64) {
			p := exps(at)
			_, g := l.at(p)
			for i, by := range [4]float64{p.R, p.Alpha, p.A, p.B} {
				into[i] = doubt*(at[i]-origin[i]) - g[i]*by
			}
		},
	}
	settings := optimize.Settings{MajorIterations: most, GradientThreshold: 1e-4,
		Converger: &optimize.FunctionConverge{Relative: 1e-12, Iterations: 5}}
	found, _ := optimize.Minimize(problem, origin[:], &settings, &optimize.BFGS{})
	if found == nil {
		return start // it stops at once where the likelihood is not finite
	}
	p := exps(found.X)
	if f, _ := l.at(p); math.IsNaN(f) || math.IsInf(f, 0) {
		return start
	}
	return p
}

// LogLikelihood of the members, per the model.
func LogLikelihood(members []Member, p Params) float64 {
	f, _ := newLikelihood(members).at(p)
	return f
}

func prior(at []float64, origin [4]float64) float64 {
	sum := 0.0
	for i := range at {
		sum += doubt / 2 * (at[i] - origin[i]) * (at[i] - origin[i])
	}
	return sum
}

func (p Params) logs() [4]float64 {
	return [4]float64{math.Log(p.R), math.Log(p.Alpha), math.Log(p.A), math.Log(p.B)}
}

func exps(v []float64) Params {
	return Params{math.Exp(v[0]), math.Exp(v[1]), math.Exp(v[2]), math.Exp(v[3])}
}

// likelihood keeps apart what depends on x alone, since the gamma functions are the dear part.
type likelihood struct {
	members []Member
	times   []float64 // distinct X
	count   []float64 // members of each
	of      []int     // a member's place in times
	all     float64
}

func newLikelihood(members []Member) *likelihood {
	l := &likelihood{members: members, of: make([]int, len(members))}
	place := map[float64]int{}
	for i, m := range members {
		k, ok := place[m.X]
		if !ok {
			k = len(l.times)
			place[m.X] = k
			l.times, l.count = append(l.times, m.X), append(l.count, 0)
		}
		l.count[k] += m.Count
		l.all += m.Count
		l.of[i] = k
	}
	return l
}

// at returns the log likelihood and its derivatives by r, alpha, a and b.
func (l *likelihood) at(p Params) (sum float64, by [4]float64) {
	n := l.all
	left := make([]float64, len(l.times)) // ln a/(b+x−1)
	for k, x := range l.times {
		c := l.count[k]
		sum += c * (lgamma(p.R+x) + lgamma(p.B+x) - lgamma(p.A+p.B+x))
		both := mathext.Digamma(p.A + p.B + x)
		by[0] += c * mathext.Digamma(p.R+x)
		by[2] -= c * both
		by[3] += c * (mathext.Digamma(p.B+x) - both)
		left[k] = math.Log(p.A / (p.B + x - 1))
	}
	sum += n * (p.R*math.Log(p.Alpha) - lgamma(p.R) + lgamma(p.A+p.B) - lgamma(p.B))
	by[0] += n * (math.Log(p.Alpha) - mathext.Digamma(p.R))
	by[1] += n * p.R / p.Alpha
	both := mathext.Digamma(p.A + p.B)
	by[2] += n * both
	by[3] += n * (both - mathext.Digamma(p.B))
	for i, m := range l.members {
		now, last := math.Log(p.Alpha+m.Now), math.Log(p.Alpha+m.Last)
		shape := p.R + m.X
		// Of the two ways to have been silent since, being alive has the share w.
		alive, w := -shape*now, 1.0
		f := alive
		if m.X > 0 {
			gone := left[l.of[i]] - shape*last
			f = max(alive, gone) + math.Log1p(math.Exp(-math.Abs(alive-gone)))
			w = math.Exp(alive - f)
			by[2] += m.Count * (1 - w) / p.A
			by[3] -= m.Count * (1 - w) / (p.B + m.X - 1)
		}
		sum += m.Count * f
		by[0] -= m.Count * (w*now + (1-w)*last)
		by[1] -= m.Count * shape * (w/(p.Alpha+m.Now) + (1-w)/(p.Alpha+m.Last))
	}
	return sum, by
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}
