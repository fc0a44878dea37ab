package lifecycle

import (
	"cmp"
	"slices"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// counts of an interval: members active in it, in it and in the one before, in it for the first time ever; of days also
// actions of any kind, and members who contributed.
type counts struct{ active, both, first, actions, contributing int64 }

func (c counts) plus(o counts) counts {
	return counts{c.active + o.active, c.both + o.both, c.first + o.first, c.actions + o.actions, c.contributing + o.contributing}
}

// cohort counts members at n: active n intervals after the cohort's, for the last time then, without a gap so far and not
// in the next.
type cohort struct{ present, last, run int64 }

func (c cohort) plus(o cohort) cohort {
	return cohort{c.present + o.present, c.last + o.last, c.run + o.run}
}

// at is a place in a table of an interval: a cohort and n, or an interval and a number of active days.
type at struct{ k, n int32 }

func (a at) compare(b at) int { return cmp.Or(cmp.Compare(a.k, b.k), cmp.Compare(a.n, b.n)) }

// changes since the last cut.
type changes struct {
	counts  [intervals]map[int32]*counts
	cohorts [intervals]map[at]cohort
	days    [intervals]map[at]int64
	// The day that was counted last, which is nearly always the next one.
	today    int32
	todaysIs *counts
}

func (c *changes) count(i calendar.Interval, k int32) *counts {
	if i == calendar.Day && c.todaysIs != nil && c.today == k {
		return c.todaysIs
	}
	if c.counts[i] == nil {
		c.counts[i] = map[int32]*counts{}
	}
	v := c.counts[i][k]
	if v == nil {
		v = new(counts)
		c.counts[i][k] = v
	}
	if i == calendar.Day {
		c.today, c.todaysIs = k, v
	}
	return v
}

func (c *changes) addCohort(i calendar.Interval, k, n int32, v cohort) {
	if c.cohorts[i] == nil {
		c.cohorts[i] = map[at]cohort{}
	}
	c.cohorts[i][at{k, n}] = c.cohorts[i][at{k, n}].plus(v)
}

func (c *changes) addDays(i calendar.Interval, k, n int32, by int64) {
	if c.days[i] == nil {
		c.days[i] = map[at]int64{}
	}
	c.days[i][at{k, n}] += by
}

// Pending reports whether there is anything to cut.
func (l *Lives) Pending() bool {
	for i := range intervals {
		if len(l.changes.counts[i]) > 0 {
			return true
		}
	}
	return false
}

// Cut hands out the changes since the last cut, in the order of their places, in parts of at most size places, and
// forgets them.
func (l *Lives) Cut(size int, series func(*actionpb.Series), cohorts func(*actionpb.Cohorts), days func(*actionpb.Days)) {
	c := &l.changes
	for i := range intervals {
		for part := range slices.Chunk(sorted(c.counts[i], cmp.Compare[int32]), size) {
			series(c.series(i, part))
		}
		for part := range slices.Chunk(sorted(c.cohorts[i], at.compare), size) {
			cohorts(c.cohort(i, part))
		}
		for part := range slices.Chunk(sorted(c.days[i], at.compare), size) {
			days(c.daysOf(i, part))
		}
		clear(c.counts[i])
		clear(c.cohorts[i])
		clear(c.days[i])
	}
	c.todaysIs = nil
}

func sorted[K comparable, V any](m map[K]V, compare func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	return keys
}

func (c *changes) series(i calendar.Interval, part []int32) *actionpb.Series {
	out, last := &actionpb.Series{Interval: uint32(i)}, int32(0)
	for j, k := range part {
		v := c.counts[i][k]
		out.Start = append(out.Start, int64(k-last))
		last = k
		out.Active = column(out.Active, v.active, j, len(part))
		out.Both = column(out.Both, v.both, j, len(part))
		out.First = column(out.First, v.first, j, len(part))
		out.Actions = column(out.Actions, v.actions, j, len(part))
		out.Contributing = column(out.Contributing, v.contributing, j, len(part))
	}
	return out
}

func (c *changes) cohort(i calendar.Interval, part []at) *actionpb.Cohorts {
	out, last := &actionpb.Cohorts{Interval: uint32(i)}, int32(0)
	for j, p := range part {
		v := c.cohorts[i][p]
		out.Cohort = append(out.Cohort, int64(p.k-last))
		last = p.k
		out.N = append(out.N, int64(p.n))
		out.Present = column(out.Present, v.present, j, len(part))
		out.Last = column(out.Last, v.last, j, len(part))
		out.Run = column(out.Run, v.run, j, len(part))
	}
	return out
}

func (c *changes) daysOf(i calendar.Interval, part []at) *actionpb.Days {
	out, last := &actionpb.Days{Interval: uint32(i)}, int32(0)
	for _, p := range part {
		out.Start = append(out.Start, int64(p.k-last))
		last = p.k
		out.ActiveDays = append(out.ActiveDays, int64(p.n))
		out.Members = append(out.Members, c.days[i][p])
	}
	return out
}

// column sets value j of a column of n that stays nil while all its values are zero.
func column(c []int64, v int64, j, n int) []int64 {
	if c == nil {
		if v == 0 {
			return nil
		}
		c = make([]int64, n)
	}
	c[j] = v
	return c
}

func (c *changes) save(w *state.Writer) {
	for i := range intervals {
		keys := sorted(c.counts[i], cmp.Compare[int32])
		w.Uint(uint64(len(keys)))
		for _, k := range keys {
			w.Int(int64(k))
			v := c.counts[i][k]
			saveInts(w, v.active, v.both, v.first, v.actions, v.contributing)
		}
		places := sorted(c.cohorts[i], at.compare)
		w.Uint(uint64(len(places)))
		for _, p := range places {
			v := c.cohorts[i][p]
			saveInts(w, int64(p.k), int64(p.n), v.present, v.last, v.run)
		}
		places = sorted(c.days[i], at.compare)
		w.Uint(uint64(len(places)))
		for _, p := range places {
			saveInts(w, int64(p.k), int64(p.n), c.days[i][p])
		}
	}
}

func saveInts(w *state.Writer, values ...int64) {
	for _, v := range values {
		w.Int(v)
	}
}

func (c *changes) load(r *state.Reader) {
	for i := range intervals {
		for range r.Len() {
			*c.count(i, int32(r.Int())) = counts{r.Int(), r.Int(), r.Int(), r.Int(), r.Int()}
		}
		for range r.Len() {
			c.addCohort(i, int32(r.Int()), int32(r.Int()), cohort{r.Int(), r.Int(), r.Int()})
		}
		for range r.Len() {
			c.addDays(i, int32(r.Int()), int32(r.Int()), r.Int())
		}
	}
}
