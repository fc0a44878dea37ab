package churn

import (
	"maps"
	"math"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/churn/reasons"
	"github.com/rollcall-dev/rollcall/processors/churn/risk"
	"github.com/rollcall-dev/rollcall/processors/state"
)

const (
	recordWords = 7
	lastDay     = math.MaxUint16
)

// Save writes the community after a Publish.
func (c *Community) Save(w *state.Writer) {
	w.Int(int64(c.rules.after))
	w.Float(c.rules.atRisk)
	c.model.Save(w)
	words := make([]uint64, 0, recordWords*c.members.Len())
	for i := range c.members.Len() {
		words = c.members.of(uint32(i)).appendTo(words)
	}
	w.Words(words)
	w.Uint32s(c.seen)
	state.Put(w, c.waiting) // after a restart all of them are as if they had just come
	recent := slices.Sorted(maps.Keys(c.recent))
	w.Uint32s(recent)
	for _, m := range recent {
		w.Int(c.recent[m])
	}
	for _, v := range []int64{int64(c.first), int64(c.day), int64(c.fitted), int64(c.today), c.tally.start} {
		w.Int(v)
	}
	for s := range states {
		w.Int(c.tally.in[s])
		w.Int(c.tally.entered[s])
	}
	c.why.Save(w)
	kept := slices.Sorted(maps.Keys(c.kept))
	all := make([]reasons.Why, len(kept))
	for i, m := range kept {
		all[i] = c.kept[m]
	}
	w.Uint32s(kept)
	state.Put(w, all)
}

// Load reads what Save wrote. Damage fails r; the community is then of no meaning.
func Load(r *state.Reader) *Community {
	c := New()
	c.rules = rules{int32(r.Between(1, lastDay)), r.Float()}
	c.model = risk.LoadModel(r)
	words := r.Words()
	for ; len(words) >= recordWords; words = words[recordWords:] {
		x := c.members.of(c.members.all.Add())
		if x.read(words); x.state() >= states {
			r.Fail()
			return New()
		}
	}
	c.seen, c.waiting = r.Uint32s(), state.Get[fact](r)
	for _, m := range r.Uint32s() {
		c.recent[m] = r.Int()
	}
	day := func() int32 { return int32(r.Between(unset, lastDay)) }
	c.first, c.day, c.fitted, c.today, c.tally.start = int32(r.Between(0, math.MaxInt32)), day(), day(), day(), r.Int()
	for s := range states {
		c.tally.in[s], c.tally.entered[s] = r.Int(), r.Int()
	}
	c.why = reasons.Load(r)
	kept, all := r.Uint32s(), state.Get[reasons.Why](r)
	for i, m := range kept {
		if len(all) != len(kept) || int(m) >= c.members.Len() || !c.why.Sound(&all[i]) {
			r.Fail()
			return New()
		}
		c.kept[m] = all[i]
	}
	for _, m := range c.seen {
		if int(m) >= c.members.Len() || !c.members.of(m).seen() {
			r.Fail()
			return New()
		}
	}
	for _, f := range c.waiting {
		if int(f.member) >= c.members.Len() {
			r.Fail()
			return New()
		}
	}
	if r.Err() != nil {
		return New()
	}
	return c
}

func (r *record) appendTo(words []uint64) []uint64 {
	return append(words, uint64(r.First)|uint64(r.Last)<<16|uint64(r.Total)<<32, r.Days,
		math.Float64bits(r.Decayed[0]), math.Float64bits(r.Decayed[1]), math.Float64bits(r.Decayed[2]),
		uint64(r.mark), uint64(math.Float32bits(r.risk))|uint64(math.Float32bits(r.alive))<<32)
}

func (r *record) read(w []uint64) {
	r.First, r.Last, r.Total, r.Days = uint16(w[0]), uint16(w[0]>>16), uint16(w[0]>>32), w[1]
	for k := range r.Decayed {
		r.Decayed[k] = math.Float64frombits(w[2+k])
	}
	r.mark, r.risk, r.alive = int64(w[5]), math.Float32frombits(uint32(w[6])), math.Float32frombits(uint32(w[6]>>32))
}
