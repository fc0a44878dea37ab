package churn

import (
	"encoding/json"
	"math"

	"github.com/rollcall-dev/rollcall/processors/churn/bgnbd"
	"github.com/rollcall-dev/rollcall/processors/churn/risk/logit"
	"github.com/rollcall-dev/rollcall/schemas"
)

// nothing is a list in JSON.
const nothing = "[]"

func (p *publishing) transition(m uint32, at int64, from, to State, deleted uint8) {
	r := &p.rows.Transitions
	r.Community = append(r.Community, p.Label)
	r.Member = append(r.Member, p.Name(m))
	r.Time = append(r.Time, at)
	r.From = append(r.From, from.String())
	r.To = append(r.To, to.String())
	r.Reasons = append(r.Reasons, nothing) // explain fills in what it knows
	r.Deleted = append(r.Deleted, deleted)
	r.Version = append(r.Version, p.Version)
	r.Definition = append(r.Definition, Definition)
}

// memberRow writes what holds of a member; its probabilities are as of midnight d.
func (p *publishing) memberRow(m uint32, x *record, d int32) {
	why := nothing
	if w, ok := p.kept[m]; ok && x.state() == StateAtRisk {
		why = p.why.Text(w, p.Name)
	}
	r := &p.rows.Members
	r.Community.AppendString(p.Label)
	r.Member.AppendString(p.Name(m))
	r.State.AppendString(x.state().String())
	r.Since = append(r.Since, x.since())
	known(&r.Alive, x.alive)
	known(&r.Risk, x.risk)
	r.Reasons.AppendString(why)
	r.Version = append(r.Version, p.Version)
	r.Definition = append(r.Definition, Definition)
}

// known appends a probability, NULL where there is none.
func known(to *schemas.Floats, v float32) {
	x := float64(v)
	to.Append(x, !math.IsNaN(x))
}

// openDays writes the days that are not over for good.
func (p *publishing) openDays() {
	t := p.tally
	for i, o := range p.overlay.changes {
		if i > 0 {
			t.open()
		}
		for s := range states {
			t.in[s] += o.in[s]
			t.entered[s] += o.entered[s]
		}
		p.dayRow(p.overlay.begins+int32(i), &t)
	}
}

func (p *publishing) dayRow(day int32, t *tally) {
	r := &p.rows.Days
	r.Community = append(r.Community, p.Label)
	r.Day = append(r.Day, day)
	r.New = append(r.New, uint64(t.in[StateNew]))
	r.Active = append(r.Active, uint64(t.in[StateActive]))
	r.AtRisk = append(r.AtRisk, uint64(t.in[StateAtRisk]))
	r.Churned = append(r.Churned, uint64(t.in[StateChurned]))
	r.Resurrected = append(r.Resurrected, uint64(t.in[StateResurrected]))
	r.Left = append(r.Left, uint64(t.in[StateLeft]))
	r.EnteredAtRisk = append(r.EnteredAtRisk, uint64(t.entered[StateAtRisk]))
	r.EnteredChurned = append(r.EnteredChurned, uint64(t.entered[StateChurned]))
	r.EnteredLeft = append(r.EnteredLeft, uint64(t.entered[StateLeft]))
	r.ChurnRate = append(r.ChurnRate, ratio(t.entered[StateChurned]+t.entered[StateLeft], t.start))
	r.Version = append(r.Version, p.Version)
	r.Definition = append(r.Definition, Definition)
}

// ratio is NULL where there is nothing to divide by.
func ratio(a, b int64) *float64 {
	if b <= 0 {
		return nil
	}
	v := float64(a) / float64(b)
	return &v
}

// coefficients are the JSON of the column: risk = 1 / (1 + exp(−intercept − Σ slope · (feature − mean) / deviation)), and
// the parameters of p_alive, in days.
type coefficients struct {
	Names      [logit.Features]string  `json:"names"`
	Means      [logit.Features]float64 `json:"means"`
	Deviations [logit.Features]float64 `json:"deviations"`
	Slopes     []float64               `json:"slopes"`
	Intercept  float64                 `json:"intercept"`
	Alive      bgnbd.Params            `json:"bgnbd"`
}

func (p *publishing) modelRow(d midnight) {
	f, ok := p.model.Fitted()
	if !ok {
		return
	}
	r := &p.rows.Models
	r.Community = append(r.Community, p.Label)
	r.FittedAt = append(r.FittedAt, d.at)
	r.Day = append(r.Day, d.day)
	r.Coefficients = append(r.Coefficients, text(coefficients{f.Names, f.Scale.Means, f.Scale.Deviations,
		f.Coefficients[:logit.Features], f.Coefficients[logit.Features], f.Alive}))
	r.GapTable = append(r.GapTable, text(f.GapTable))
	r.Rows = append(r.Rows, uint64(f.Rows))
	provisional := uint8(0)
	if f.Provisional {
		provisional = 1
	}
	r.Provisional = append(r.Provisional, provisional)
	r.Version = append(r.Version, p.Version)
	r.Definition = append(r.Definition, Definition)
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // a number that is none
		return "null"
	}
	return string(b)
}
