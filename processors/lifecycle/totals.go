package lifecycle

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// cell is what is known of one interval.
type cell struct {
	counts
	// How the members active in 7 and in 30 days change with the window that ends with this day.
	seven, thirty int64
	days          []int64 // members by number of active days; weeks and months
	touchedDays   uint32  // bits of days
	cohort        []cohort
	lo, hi        int32 // the places of cohort that were touched; none if hi < lo
	touched       bool
}

// series are the intervals of one kind, from the first that holds an action.
type series struct {
	base    int32 // index of cells[0]
	cells   []*cell
	touched []int32
	// The indexes that were published: a row is due for every interval from the first action's on.
	first, limit int32 // limit is -1 before the first publish
}

// Totals are the calendar numbers of one community in the communities stage: the sum of what all partitions sent.
type Totals struct {
	series [intervals]series
	window int32 // the first day whose windows were touched; noWindow if none
}

const noWindow = int32(1<<31 - 1)

// last is the greatest index there can be of each interval: what lies beyond came from nobody's action.
var last = [intervals]int32{calendar.Day.Index(lastDay), calendar.Week.Index(lastDay), calendar.Month.Index(lastDay)}

const lastDay = schemas.MaxTime/86_400_000 + 40 // windows end up to 30 days later

// NewTotals returns empty totals.
func NewTotals() *Totals {
	t := &Totals{window: noWindow}
	for i := range t.series {
		t.series[i].limit = -1
	}
	return t
}

// touch returns the cell of interval k, to be changed; nil if there can be none.
func (t *Totals) touch(i uint32, k int64) *cell {
	if i >= uint32(intervals) || k < 0 || k > int64(last[i]) {
		return nil
	}
	s, at := &t.series[i], int32(k)
	if len(s.cells) == 0 {
		s.base = at
	}
	if s.base > at {
		s.cells = slices.Insert(s.cells, 0, make([]*cell, s.base-at)...)
		s.base = at
	}
	for int(at-s.base) >= len(s.cells) {
		s.cells = append(s.cells, nil)
	}
	c := s.cells[at-s.base]
	if c == nil {
		c = &cell{hi: -1}
		s.cells[at-s.base] = c
	}
	if !c.touched {
		c.touched = true
		s.touched = append(s.touched, at)
	}
	return c
}

// at returns the cell of interval k, an empty one where nothing is known.
func (s *series) at(k int32) *cell {
	if j := k - s.base; j >= 0 && int(j) < len(s.cells) && s.cells[j] != nil {
		return s.cells[j]
	}
	return &empty
}

var empty = cell{hi: -1}

// Series adds changes of counts.
func (t *Totals) Series(d *actionpb.Series) {
	k := int64(0)
	for j := range d.Start {
		k += d.Start[j]
		if c := t.touch(d.Interval, k); c != nil {
			c.counts = c.plus(counts{value(d.Active, j), value(d.Both, j), value(d.First, j), value(d.Actions, j), value(d.Contributing, j)})
		}
	}
}

// Cohorts adds changes of cohorts.
func (t *Totals) Cohorts(d *actionpb.Cohorts) {
	k := int64(0)
	for j := range d.Cohort {
		k += d.Cohort[j]
		c := t.touch(d.Interval, k)
		if c == nil || d.N[j] < 0 || d.N[j] > int64(reach[d.Interval]) {
			continue
		}
		if c.cohort == nil {
			c.cohort = make([]cohort, reach[d.Interval]+1)
		}
		v, n := cohort{value(d.Present, j), value(d.Last, j), value(d.Run, j)}, int32(d.N[j])
		c.cohort[n] = c.cohort[n].plus(v)
		lo, hi := n, n
		if v.last != 0 || v.run != 0 {
			lo = 0 // both are summed from behind; where one moves to may be in a later chunk, so the rest does not cancel out yet
		}
		if n == 0 && v.present != 0 {
			hi = reach[d.Interval] // the cohort's size is in every row
		}
		c.mark(lo, hi)
	}
}

func (c *cell) mark(lo, hi int32) {
	if c.hi < c.lo {
		c.lo, c.hi = lo, hi
		return
	}
	c.lo, c.hi = min(c.lo, lo), max(c.hi, hi)
}

// Days adds changes of how many members had so many active days.
func (t *Totals) Days(d *actionpb.Days) {
	k := int64(0)
	for j := range d.Start {
		k += d.Start[j]
		n := d.ActiveDays[j]
		if d.Interval == uint32(calendar.Day) || n < 1 || n > 31 {
			continue
		}
		if c := t.touch(d.Interval, k); c != nil {
			if c.days == nil {
				c.days = make([]int64, 32)
			}
			c.days[n] += d.Members[j]
			c.touchedDays |= 1 << n
		}
	}
}

// Window adds the steps of the community's windows of 7 days or of 30: at ends, members become or cease to be active in
// the window that ends there.
func (t *Totals) Window(thirty bool, d *actionpb.Deltas) {
	end := int64(0)
	for j := range d.End {
		end += d.End[j]
		v := value(d.Active, j)
		if v == 0 {
			continue
		}
		c := t.touch(uint32(calendar.Day), end-1) // the last day of the window
		if c == nil {
			continue
		}
		t.window = min(t.window, int32(end-1))
		if thirty {
			c.thirty += v
		} else {
			c.seven += v
		}
	}
}

func value(c []int64, j int) int64 {
	if len(c) == 0 {
		return 0
	}
	return c[j]
}
