package lifecycle

import (
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

// changes since the last cut. The intervals' own counts are at n = 0.
type changes struct {
	counts  [intervals]places[counts]
	cohorts [intervals]places[cohort]
	days    [intervals]places[int64]
	// Where the day that was counted last is, which is nearly always the next one.
	today, todayAt int32
}

// count returns the counts of an interval, valid until the next call.
func (c *changes) count(i calendar.Interval, k int32) *counts {
	if p := &c.counts[calendar.Day]; i == calendar.Day && c.today == k && len(p.entries) > 0 {
		return &p.entries[c.todayAt].v
	}
	at := c.counts[i].find(k, 0)
	if i == calendar.Day {
		c.today, c.todayAt = k, at
	}
	return &c.counts[i].entries[at].v
}

func (c *changes) addCohort(i calendar.Interval, k, n int32, v cohort) {
	e := &c.cohorts[i].entries[c.cohorts[i].find(k, n)]
	e.v = e.v.plus(v)
}

func (c *changes) addDays(i calendar.Interval, k, n int32, by int64) {
	c.days[i].entries[c.days[i].find(k, n)].v += by
}

// Pending reports whether there is anything to cut.
func (l *Lives) Pending() bool {
	for i := range intervals {
		if len(l.changes.counts[i].entries) > 0 {
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
		for part := range slices.Chunk(c.counts[i].take(), size) {
			series(seriesOf(i, part))
		}
		for part := range slices.Chunk(c.cohorts[i].take(), size) {
			cohorts(cohortsOf(i, part))
		}
		for part := range slices.Chunk(c.days[i].take(), size) {
			days(daysOf(i, part))
		}
	}
}

func seriesOf(i calendar.Interval, part []entry[counts]) *actionpb.Series {
	out, last := &actionpb.Series{Interval: uint32(i)}, int32(0)
	for j, e := range part {
		out.Start = append(out.Start, int64(e.k-last))
		last = e.k
		out.Active = column(out.Active, e.v.active, j, len(part))
		out.Both = column(out.Both, e.v.both, j, len(part))
		out.First = column(out.First, e.v.first, j, len(part))
		out.Actions = column(out.Actions, e.v.actions, j, len(part))
		out.Contributing = column(out.Contributing, e.v.contributing, j, len(part))
	}
	return out
}

func cohortsOf(i calendar.Interval, part []entry[cohort]) *actionpb.Cohorts {
	out, last := &actionpb.Cohorts{Interval: uint32(i)}, int32(0)
	for j, e := range part {
		out.Cohort = append(out.Cohort, int64(e.k-last))
		last = e.k
		out.N = append(out.N, int64(e.n))
		out.Present = column(out.Present, e.v.present, j, len(part))
		out.Last = column(out.Last, e.v.last, j, len(part))
		out.Run = column(out.Run, e.v.run, j, len(part))
	}
	return out
}

func daysOf(i calendar.Interval, part []entry[int64]) *actionpb.Days {
	out, last := &actionpb.Days{Interval: uint32(i)}, int32(0)
	for _, e := range part {
		out.Start = append(out.Start, int64(e.k-last))
		last = e.k
		out.ActiveDays = append(out.ActiveDays, int64(e.n))
		out.Members = append(out.Members, e.v)
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
		state.Put(w, c.counts[i].entries)
		state.Put(w, c.cohorts[i].entries)
		state.Put(w, c.days[i].entries)
	}
}

func (c *changes) load(r *state.Reader) {
	for i := range intervals {
		c.counts[i].load(r)
		c.cohorts[i].load(r)
		c.days[i].load(r)
	}
	if days := c.counts[calendar.Day].entries; len(days) > 0 {
		c.today = days[0].k
	}
}
