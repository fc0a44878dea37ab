package spikes

import (
	"cmp"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// rule is what a count must be to be a spike of its kind.
type rule struct {
	off         bool
	probability float64 // of the tail, below which a count is no chance
	least       float64 // of the count, or of the expected count where it is a drop
	ratio       float64
}

var defaultRule = rule{probability: 0.001, least: 10, ratio: 1.5}

// told are settings and the minute from which on they are in force.
type told struct {
	at  int32
	set *actionpb.Alerting
}

// mostTold bounds how many settings are remembered; a midnight may be judged by those of a while ago.
const mostTold = 16

// Use takes over how the community's detectors are set; nil is the default. from is as in Apply: every partition tells of
// a change at its own place, and the first of these places counts.
func (d *Detectors) Use(from int64, set *actionpb.Alerting) {
	at := int32(0)
	if from >= 0 {
		at = int32(from/minuteMS) + 1
	}
	i := len(d.told)
	for i > 0 && d.told[i-1].at > at {
		i--
	}
	if i > 0 && proto.Equal(d.told[i-1].set, set) || i == 0 && proto.Size(set) == 0 {
		return // another partition has told it
	}
	set, _ = proto.Clone(set).(*actionpb.Alerting)
	d.told = slices.Insert(d.told, i, told{at, set})
	if i+1 < len(d.told) && proto.Equal(d.told[i+1].set, set) {
		d.told = slices.Delete(d.told, i+1, i+2)
	}
	if len(d.told) > mostTold {
		d.told = slices.Delete(d.told, 0, 1)
	}
}

// inForce returns the settings at a minute, nil for the defaults.
func (d *Detectors) inForce(minute int32) *actionpb.Alerting {
	for i := len(d.told) - 1; i >= 0; i-- {
		if d.told[i].at <= minute {
			return d.told[i].set
		}
	}
	return nil
}

// Off reports whether alerts of a kind are switched off at an instant of stream time.
func (d *Detectors) Off(kind string, at int64) bool {
	return ruleOf(d.inForce(int32(at/minuteMS)), kind).off
}

// ruleOf returns the rule of a kind.
func ruleOf(set *actionpb.Alerting, kind string) rule {
	out := defaultRule
	for _, r := range set.GetRules() {
		if r.Kind != kind {
			continue
		}
		out.off = r.Off
		if r.Probability > 0 && r.Probability < 1 {
			out.probability = r.Probability
		}
		if r.MinCount > 0 {
			out.least = float64(r.MinCount)
		}
		if r.Ratio > 1 {
			out.ratio = r.Ratio
		}
	}
	return out
}

// holiday returns the name of the holiday that a local day is, and whether it is one.
func holiday(set *actionpb.Alerting, day int32) (string, bool) {
	for _, h := range set.GetHolidays() {
		if day >= h.From && day <= h.To {
			return h.Name, true
		}
	}
	return "", false
}

// holidayAt is holiday at a minute.
func (d *Detectors) holidayAt(set *actionpb.Alerting, minute int32) (string, bool) {
	if len(set.GetHolidays()) == 0 {
		return "", false
	}
	return holiday(set, d.calendar.Day(int64(minute)*minuteMS-1))
}

func saveTold(w *state.Writer, list []told) {
	w.Uint(uint64(len(list)))
	for _, x := range list {
		w.Int(int64(x.at))
		b, err := proto.MarshalOptions{Deterministic: true}.Marshal(x.set)
		if err != nil {
			b = nil // only a string that is not UTF-8 can do that: the settings would not have been decoded
		}
		w.String(string(b))
	}
}

func loadTold(r *state.Reader) []told {
	var list []told
	for range r.Len() {
		x := told{at: int32(r.Between(0, never)), set: new(actionpb.Alerting)}
		if proto.Unmarshal([]byte(r.String()), x.set) != nil {
			r.Fail()
		}
		list = append(list, x)
	}
	if !slices.IsSortedFunc(list, func(a, b told) int { return cmp.Compare(a.at, b.at) }) {
		r.Fail()
	}
	return list
}
