package spikes

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/activity"
	"github.com/rollcall-dev/rollcall/processors/state"
)

// Save writes the detectors.
func (d *Detectors) Save(w *state.Writer) {
	saveTold(w, d.told)
	w.Int(int64(d.at))
	w.Uint(uint64(len(d.segments)))
	for _, s := range d.segments {
		w.Int(int64(s.dimension))
		w.String(s.name)
		s.hour.save(w)
		s.five.save(w)
		w.Int(s.score)
		w.Bool(s.past != nil)
		if s.past != nil {
			s.past.save(w)
		}
	}
	d.leaves.save(w)
	for i := range d.runs {
		d.runs[i].save(w)
	}
	w.Uint(uint64(len(d.days)))
	for _, e := range d.days {
		e.save(w)
	}
}

// Load reads what Save wrote.
func Load(r *state.Reader) *Detectors {
	d := &Detectors{told: loadTold(r), at: minuteIn(r)}
	for range r.Len() {
		s := &segment{key: key{dimensionIn(r), r.String()}}
		s.hour, s.five, s.score = loadLine(r), loadLine(r), r.Between(0, maxCount)
		if r.Bool() {
			s.past = loadPast(r)
		}
		d.segments = append(d.segments, s)
	}
	d.leaves = loadLeaves(r)
	for i := range d.runs {
		d.runs[i] = loadRun(r)
		if d.runs[i].open && len(d.runs[i].keys) == 0 { // an alert of activity is always about somewhere
			r.Fail()
		}
	}
	for range r.Len() {
		d.days = append(d.days, loadEntries(r))
	}
	if r.Err() != nil || len(d.segments) == 0 || d.segments[0].key != (key{}) ||
		!slices.IsSortedFunc(d.segments, func(a, b *segment) int { return a.compare(b.key) }) {
		r.Fail()
		return New()
	}
	return d
}

func (r *run) save(w *state.Writer) {
	w.Bool(r.open)
	for _, v := range [...]int32{int32(r.scale), r.start, r.calm, r.blind, r.closed, r.ended, r.again} {
		w.Int(int64(v))
	}
	w.Float(r.ratio)
	w.String(r.outage)
	w.String(r.holiday)
	w.Uint(uint64(len(r.keys)))
	for _, k := range r.keys {
		w.Int(int64(k.dimension))
		w.String(k.name)
	}
}

func loadRun(r *state.Reader) run {
	x := run{open: r.Bool(), scale: int(r.Between(0, scales-1)), start: int32(r.Between(-never, never)), calm: minuteIn(r), blind: minuteIn(r),
		closed: minuteIn(r), ended: minuteIn(r), again: int32(r.Between(0, mostAgain)), ratio: number(r), outage: r.String(), holiday: r.String()}
	for range r.Len() {
		x.keys = append(x.keys, key{dimensionIn(r), r.String()})
	}
	return x
}

// minuteIn reads a minute, or a day, or a number of them.
func minuteIn(r *state.Reader) int32 { return int32(r.Between(0, never)) }

func dimensionIn(r *state.Reader) activity.Dimension {
	return activity.Dimension(r.Between(0, int64(activity.Platform)))
}
