package logit

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Features is how many a row has.
const Features = 7

// Row is what was known, raw, of so many members, and what came true: Label is the share of them for whom it did.
type Row struct {
	X     [Features]float32
	Label float32
	Count float32
}

// Batch is rows of one weight a member.
type Batch struct {
	Rows   []Row
	Weight float64
}

// Scale standardises features.
type Scale struct {
	Means      [Features]float64
	Deviations [Features]float64
}

// Coefficients are the slopes of standardised features, and the intercept last.
type Coefficients [Features + 1]float64

// Prior is a normal distribution of each coefficient. A precision of zero says nothing.
type Prior struct {
	Mean, Precision Coefficients
}

const (
	steps    = 50
	halvings = 30
	enough   = 1e-9
)

// Fit returns the coefficients of the greatest posterior, by Newton steps from the prior's mean.
func Fit(batches []Batch, scale Scale, prior Prior) Coefficients {
	at := prior.Mean
	here := derive(batches, scale, prior, at)
	for range steps {
		step, ok := here.step()
		if !ok {
			break
		}
		next, there := at, here
		for range halvings {
			for i := range next {
				next[i] = at[i] - step[i]
			}
			if there = derive(batches, scale, prior, next); there.loss <= here.loss {
				break
			}
			for i := range step {
				step[i] /= 2
			}
		}
		if !(there.loss <= here.loss) {
			break
		}
		at, here = next, there
		if largest(step) < enough {
			break
		}
	}
	return at
}

func largest(step Coefficients) float64 {
	m := 0.0
	for _, v := range step {
		m = max(m, math.Abs(v))
	}
	return m
}

// derivatives of the negative log posterior. Of the second ones the upper half is filled.
type derivatives struct {
	loss   float64
	first  Coefficients
	second [Features + 1]Coefficients
}

func derive(batches []Batch, scale Scale, prior Prior, at Coefficients) derivatives {
	var d derivatives
	var z Coefficients
	z[Features] = 1
	for _, b := range batches {
		for i := range b.Rows {
			row := &b.Rows[i]
			logit := at[Features]
			for k, x := range row.X {
				z[k] = (float64(x) - scale.Means[k]) / scale.Deviations[k]
				logit += at[k] * z[k]
			}
			e := math.Exp(-math.Abs(logit))
			p, y := 1/(1+e), float64(row.Label)
			if logit < 0 {
				p = e * p
			}
			weight := b.Weight * float64(row.Count)
			d.loss += weight * (max(logit, 0) + math.Log1p(e) - y*logit) // ln(1 + e^logit) − y·logit
			d.add(&z, weight*(p-y), weight*p*(1-p))
		}
	}
	for i := range at {
		off := at[i] - prior.Mean[i]
		d.loss += prior.Precision[i] * off * off / 2
		d.first[i] += prior.Precision[i] * off
		d.second[i][i] += prior.Precision[i]
	}
	return d
}

func (d *derivatives) add(z *Coefficients, first, second float64) {
	for i := range z {
		d.first[i] += first * z[i]
		by := second * z[i]
		row := &d.second[i]
		for j := i; j < len(z); j++ {
			row[j] += by * z[j]
		}
	}
}

// step solves second · step = first; false where there is no single answer.
func (d *derivatives) step() (Coefficients, bool) {
	n := Features + 1
	second := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			second.SetSym(i, j, d.second[i][j])
		}
	}
	var step Coefficients
	var chol mat.Cholesky
	if !chol.Factorize(second) {
		return step, false
	}
	err := chol.SolveVecTo(mat.NewVecDense(n, step[:]), mat.NewVecDense(n, d.first[:]))
	return step, err == nil
}

// Sigmoid is the probability whose logit is x.
func Sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}
