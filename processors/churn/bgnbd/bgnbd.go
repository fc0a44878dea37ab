package bgnbd

import "math"

// Params are the model's four parameters. Alpha is in days.
type Params struct {
	R     float64 `json:"r"`
	Alpha float64 `json:"alpha"`
	A     float64 `json:"a"`
	B     float64 `json:"b"`
}

// Published are the parameters that Fader, Hardie and Lee found for the customers of CDNOW, with weeks turned to days.
var Published = Params{R: 0.243, Alpha: 4.414 * 7, A: 0.793, B: 2.426}

// Alive is the probability that a member has not left for good. For x = 0 the model says 1 whatever the silence.
func (p Params) Alive(x, tx, t float64) float64 {
	if x <= 0 {
		return 1
	}
	return 1 / (1 + p.A/(p.B+x-1)*math.Pow((p.Alpha+t)/(p.Alpha+tx), p.R+x))
}

// Silence is the probability of no active day in the next so many days.
func (p Params) Silence(x, tx, t, days float64) float64 {
	return 1 - p.Alive(x, tx, t)*(1-math.Pow((p.Alpha+t)/(p.Alpha+t+days), p.R+x))
}
