package bgnbd

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Params are the model's four parameters. Alpha is in the unit of time of the members it was fitted on, here days.
type Params struct {
	R     float64 `json:"r"`
	Alpha float64 `json:"alpha"`
	A     float64 `json:"a"`
	B     float64 `json:"b"`
}

// Published are the parameters that Fader, Hardie and Lee found for the customers of CDNOW, with weeks turned to days.
var Published = Params{R: 0.243, Alpha: 4.414 * 7, A: 0.793, B: 2.426}

// odds of having left for good, as the model has them after x > 0 times.
func (p Params) odds(x, tx, t float64) float64 {
	return p.A / (p.B + x - 1) * math.Pow((p.Alpha+t)/(p.Alpha+tx), p.R+x)
}

// Alive is the probability that a member has not left for good. For x = 0 the model says 1 whatever the silence.
func (p Params) Alive(x, tx, t float64) float64 {
	if x <= 0 {
		return 1
	}
	return 1 / (1 + p.odds(x, tx, t))
}

// Silence is the probability of not coming back in a time that long.
func (p Params) Silence(x, tx, t, time float64) float64 {
	return 1 - p.Alive(x, tx, t)*(1-math.Pow((p.Alpha+t)/(p.Alpha+t+time), p.R+x))
}

// Expected is how often a member is expected to come back in a time that long: E[Y(time) | x, tx, t], equation 10 of the
// paper.
func (p Params) Expected(x, tx, t, time float64) float64 {
	to := p.Alpha + t + time
	hyper := mathext.Hypergeo(p.R+x, p.B+x, p.A+p.B+x-1, time/to)
	times := (p.A + p.B + x - 1) / (p.A - 1) * (1 - math.Pow((p.Alpha+t)/to, p.R+x)*hyper)
	return times * p.Alive(x, tx, t)
}
