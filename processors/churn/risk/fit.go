package risk

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/churn/bgnbd"
	"github.com/rollcall-dev/rollcall/processors/churn/risk/logit"
)

const (
	week         = 7
	monday       = 4 // of days since 1970, which began on a Thursday
	weeksPending = Horizon / week
	weeksMatured = 52
	rowWeight    = 1.0 / weeksPending // weekly snapshots of 56 days overlap eightfold
	slopePrior   = 20
	levelPrior   = 16
	usualGaps    = 30 // by which a day's hazard is drawn towards the usual one: chosen by calibration on the public sets
)

// Fit is what a row of churn_models says: a risk can be recomputed from it by hand.
type Fit struct {
	Day          int32              `json:"day"` // local, since 1970: fitted at its midnight
	Names        [7]string          `json:"names"`
	Scale        logit.Scale        `json:"scale"`
	Coefficients logit.Coefficients `json:"coefficients"` // of standardised features, the intercept last
	Level        float64            `json:"level"`        // by how much the shipped intercept was shifted before the refit
	Rows         int                `json:"rows"`         // matured rows learned from
	Population   int                `json:"population"`   // members active in the last 28 days
	Provisional  bool               `json:"provisional"`
	GapTable     [][]float64        `json:"gap_table"` // by bucket: the share of gaps longer than 0, 1, 2, … days
	Alive        bgnbd.Params       `json:"bgnbd"`     // Alpha in days
}

// pending is a weekly snapshot whose 56 days have not passed.
type pending struct {
	day  int32
	rows []row
}

// matured is one that knows what came true.
type matured struct{ rows []logit.Row }

// Fitted returns the fit in force; false before the first.
func (m *Model) Fitted() (Fit, bool) {
	f := m.fit
	f.Names, f.Scale = Names, m.shipped.Scale
	for b := range m.curves {
		f.GapTable = append(f.GapTable, slices.Clone(m.curves[b][:]))
	}
	return f, m.fitted
}

// Fit learns at midnight d. It keeps a snapshot of the population if d is a Monday.
func (m *Model) Fit(d int32, members Members) {
	m.mature(d, members)
	seen := m.look(d, members)
	var shift float64
	if len(seen.rows) > 0 {
		shift = level(seen.rows, newLine(m.shipped.Scale, m.shipped.Coefficients), seen.target)
	}
	prior := logit.Prior{Mean: m.shipped.Coefficients}
	for k := range prior.Precision {
		prior.Precision[k] = slopePrior
	}
	prior.Precision[logit.Features] = levelPrior
	prior.Mean[logit.Features] += shift
	batches := make([]logit.Batch, len(m.matured))
	rows := 0
	for i, s := range m.matured {
		batches[i] = logit.Batch{Rows: s.rows, Weight: rowWeight}
		rows += len(s.rows)
	}
	c := logit.Fit(batches, m.shipped.Scale, prior)
	m.line = newLine(m.shipped.Scale, c)
	m.fit = Fit{Day: d, Coefficients: c, Level: shift, Rows: rows, Population: seen.population,
		Provisional: d-seen.first < provisional, Alive: alive(d, members)}
	m.fitted = true
	if Refits(d) {
		m.pending = append(m.pending, pending{d, seen.rows})
	}
}

// Refits reports whether day d begins with a new fit.
func Refits(d int32) bool { return d%week == monday }

// mature labels the snapshots whose 56 days have passed before d.
func (m *Model) mature(d int32, members Members) {
	for len(m.pending) > 0 && m.pending[0].day+Horizon <= d {
		s := m.pending[0]
		m.pending = slices.Delete(m.pending, 0, 1)
		known := make([]logit.Row, len(s.rows))
		for i := range s.rows {
			known[i] = s.rows[i].label(s.day, members)
		}
		m.matured = append(m.matured, matured{known})
		if n := len(m.matured) - weeksMatured; n > 0 {
			m.matured = slices.Delete(m.matured, 0, n)
		}
	}
}

// activeIn reports whether one of the 64 days up to the last active one lies in from … to−1 and was active.
func (h *History) activeIn(from, to int32) bool {
	if h.Total == 0 {
		return false
	}
	last := int32(h.Last)
	days := h.Days
	if last >= to {
		skip := last - to + 1
		days, last = days>>skip, last-skip
	}
	if last < from {
		return false
	}
	if span := last - from + 1; span < 64 {
		days &= 1<<span - 1
	}
	return days != 0
}

// label says what came true of a row's members.
func (r *row) label(day int32, members Members) logit.Row {
	silent := 0
	for _, i := range r.members {
		if int(i) >= members.Len() {
			continue
		}
		if h := members.At(int(i)); h != nil && !h.activeIn(day, day+Horizon) {
			silent++
		}
	}
	out := r.Row
	out.Label = float32(silent) / float32(max(1, len(r.members)))
	return out
}
