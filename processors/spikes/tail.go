package spikes

import (
	"math"
	"slices"
)

// atMost and atLeast are the tails of a negative binomial with mean m and variance m + a·m²: the chance of y or fewer, and
// of y or more. They are regularized incomplete beta functions of p = 1/(1+a·m) and r = 1/a.
func atMost(y, m, a float64) float64 {
	if m <= 0 {
		return 1
	}
	r := 1 / a
	return beta(r, y+1, r/(r+m))
}

func atLeast(y, m, a float64) float64 {
	if y <= 0 {
		return 1
	}
	if m <= 0 {
		return 0
	}
	r := 1 / a
	return beta(y, r, m/(r+m))
}

// beta is the regularized incomplete beta function I_x(a, b), by its continued fraction (Lentz; Press et al., Numerical
// Recipes, 6.4).
func beta(a, b, x float64) float64 {
	if x <= 0 {
		return 0
	}
	if x >= 1 {
		return 1
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab - la - lb + a*math.Log(x) + b*math.Log1p(-x))
	if x > (a+1)/(a+b+2) {
		return 1 - front*fraction(b, a, 1-x)/b
	}
	return front * fraction(a, b, x) / a
}

func fraction(a, b, x float64) float64 {
	const tiny = 1e-300
	safe := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/safe(1-(a+b)*x/(a+1))
	h := d
	for m := 1.0; m <= 500; m++ {
		for _, n := range [2]float64{m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m)), -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))} {
			d = 1 / safe(1+n*d)
			c = safe(1 + n/c)
			h *= d * c
		}
		if math.Abs(d*c-1) < 1e-12 {
			break
		}
	}
	return h
}

// discoveries returns the largest p that Benjamini and Hochberg reject at rate q, of which tested were tested; those not in
// p are taken to be 1. It returns -1 where none is, and sorts p.
func discoveries(p []float64, tested int, q float64) float64 {
	slices.Sort(p)
	for i := len(p) - 1; i >= 0; i-- {
		if p[i] <= q*float64(i+1)/float64(tested) {
			return p[i]
		}
	}
	return -1
}

// middle is the mean of the middle half of v (the interquartile mean): nearly as sharp as a mean, and deaf to a week or two
// that were unlike the others. It sorts v.
func middle(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	cut := len(v) / 4
	if len(v) == 3 {
		cut = 1
	}
	v = v[cut : len(v)-cut]
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

func median(v []float64) float64 {
	slices.Sort(v)
	n := len(v)
	if n%2 == 1 {
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) / 2
}
