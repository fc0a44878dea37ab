package risk

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/churn/bgnbd"
	"github.com/rollcall-dev/rollcall/processors/churn/risk/logit"
)

// provisional is how many days of history a community's probabilities stay provisional.
const provisional = 84

// Members are a community's, by their numbers. At returns nil where there is none.
type Members interface {
	Len() int
	At(i int) *History
}

// Model is what a community has learned of silence.
type Model struct {
	shipped Shipped
	ended   counts
	pending []pending
	matured []matured
	fit     Fit
	curves  Curves
	fitted  bool
	line    line
}

// NewModel returns a model that knows what ships with the program.
func NewModel() *Model { return NewModelFrom(shipped) }

// NewModelFrom returns a model that starts from another fit than the one that ships.
func NewModelFrom(from Shipped) *Model {
	m := &Model{shipped: from}
	m.fit.Alive = bgnbd.Published
	m.curves = survival(&m.ended, &counts{}, &from.Hazards, usualGaps)
	m.line = newLine(from.Scale, from.Coefficients)
	return m
}

// line is a fit as it is used: the terms of raw features and their sum.
type line struct {
	means, weights [7]float64
	intercept      float64
}

func newLine(s logit.Scale, c logit.Coefficients) line {
	l := line{means: s.Means, intercept: c[logit.Features]}
	for k := range l.weights {
		l.weights[k] = c[k] / s.Deviations[k]
	}
	return l
}

func (l *line) terms(x *Features) (terms [7]float64) {
	for k := range terms {
		terms[k] = l.weights[k] * (x[k] - l.means[k])
	}
	return terms
}

func (l *line) logit(x *Features) float64 {
	sum := l.intercept
	for _, v := range l.terms(x) {
		sum += v
	}
	return sum
}

// Gap tells of a silence that ended: after the total-th active day came the next, so many days later.
func (m *Model) Gap(total uint16, days int32) { m.ended.add(total, days) }

// Risk is the probability that a member has no active day in d … d+55, as of midnight d. NaN where the last active day is
// more than 90 days ago, or there is none before d.
func (m *Model) Risk(h *History, d int32) float64 {
	x, ok := h.At(d)
	if !ok || d-int32(h.Last) > Reach {
		return math.NaN()
	}
	return logit.Sigmoid(m.line.logit(&x))
}

// Terms are what each feature adds to the logit of Risk, against a member who is average in it. They sum to the logit less
// the intercept; all are zero where Risk knows nothing.
func (m *Model) Terms(h *History, d int32) [7]float64 {
	x, ok := h.At(d)
	if !ok {
		return [7]float64{}
	}
	return m.line.terms(&x)
}

// Alive is the probability as of midnight d that a member has not left for good, by BG/NBD; for a member with one active
// day, of whom BG/NBD knows nothing, that the silence ends within 56 days, by the gap table. NaN as in Risk.
func (m *Model) Alive(h *History, d int32) float64 {
	silence := d - int32(h.Last)
	switch {
	case h.Total == 0 || silence <= 0 || silence > Reach:
		return math.NaN()
	case h.Total == 1:
		return 1 - m.curves.silence(1, silence)
	}
	return m.fit.Alive.Alive(h.behaviour(d))
}

// behaviour is a history as BG/NBD sees it.
func (h *History) behaviour(d int32) (x, tx, t float64) {
	return float64(h.Total) - 1, float64(h.Last) - float64(h.First), float64(d) - float64(h.First)
}
