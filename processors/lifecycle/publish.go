package lifecycle

import (
	"slices"

	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/schemas"
)

// Rows are where Publish writes.
type Rows struct {
	Days       schemas.ActivityDayRows
	Lifecycle  schemas.LifecycleRows
	Retention  schemas.RetentionRows
	Stickiness schemas.StickinessRows
}

// Publish appends the rows that were touched since the last call, and those of the intervals that stream time has reached
// since, up to those that hold today, its local day. What is appended follows from that alone (ADR 8).
func (t *Totals) Publish(community string, today int32, version uint64, rows *Rows) {
	days := &t.series[calendar.Day]
	if len(days.cells) == 0 {
		return
	}
	for i := range intervals {
		s := &t.series[i]
		first, limit := i.Index(calendar.Day.Start(days.base)), max(s.limit, i.Index(today))
		due := s.due(first, limit)
		for _, k := range due {
			c := s.at(k)
			lifecycleRow(community, i, k, c, s.at(k-1), version, &rows.Lifecycle)
			stickinessRows(community, i, k, c, k > s.limit, version, &rows.Stickiness)
		}
		if i == calendar.Day {
			t.dayRows(community, due, limit, version, &rows.Days)
		}
		s.retentionRows(community, i, limit, version, &rows.Retention)
		s.published(first, limit)
	}
	t.window = noWindow
}

// due returns the intervals whose lifecycle may have changed, sorted: those touched and those after them, for a row tells
// of the interval before as well; those before what was the first; and those that stream time has reached since.
func (s *series) due(first, limit int32) []int32 {
	var out []int32
	for _, k := range s.touched {
		for _, k := range []int32{k, k + 1} {
			if k >= first && k <= min(limit, s.limit) {
				out = append(out, k)
			}
		}
	}
	for k := first; k < min(s.first, s.limit+1); k++ {
		out = append(out, k)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	for k := max(first, s.limit+1); k <= limit; k++ {
		out = append(out, k)
	}
	return out
}

// published forgets what was touched up to limit; what lies beyond is due when stream time has reached it.
func (s *series) published(first, limit int32) {
	for _, k := range s.touched {
		if c := s.at(k); c != &empty {
			c.touched, c.touchedDays = false, 0
			c.lo, c.hi = 0, -1
		}
	}
	s.touched, s.first, s.limit = s.touched[:0], first, limit
}

func lifecycleRow(community string, i calendar.Interval, k int32, c, before *cell, version uint64, r *schemas.LifecycleRows) {
	r.Community = append(r.Community, community)
	r.Interval = append(r.Interval, i.String())
	r.Start = append(r.Start, i.Start(k))
	r.New = append(r.New, count(c.first))
	r.Returning = append(r.Returning, count(c.both))
	r.Resurrecting = append(r.Resurrecting, count(c.active-c.first-c.both))
	r.Dormant = append(r.Dormant, count(before.active-c.both))
	r.Active = append(r.Active, count(c.active))
	r.PeriodOverPeriod = append(r.PeriodOverPeriod, ratio(c.both, before.active))
	r.Version = append(r.Version, version)
	r.Definition = append(r.Definition, Definition)
}

// count is a number of members. Between the chunks of one cut a sum can be below zero for a moment.
func count(v int64) uint64 { return uint64(max(0, v)) }

// ratio is NULL where there is nothing to divide by.
func ratio(a, b int64) *float64 {
	if b <= 0 {
		return nil
	}
	v := float64(a) / float64(b)
	return &v
}

// stickinessRows appends the touched numbers of active days, and of an interval that is new to the table all that have
// members.
func stickinessRows(community string, i calendar.Interval, k int32, c *cell, fresh bool, version uint64, r *schemas.StickinessRows) {
	for n, members := range c.days {
		if touched := c.touchedDays>>n&1 == 1; !touched && (!fresh || members == 0) {
			continue
		}
		r.Community = append(r.Community, community)
		r.Interval = append(r.Interval, i.String())
		r.Start = append(r.Start, i.Start(k))
		r.ActiveDays = append(r.ActiveDays, uint32(n))
		r.Members = append(r.Members, count(members))
		r.Deleted = append(r.Deleted, deleted(members <= 0))
		r.Version = append(r.Version, version)
		r.Definition = append(r.Definition, Definition)
	}
}

func deleted(gone bool) uint8 {
	if gone {
		return 1
	}
	return 0
}

// dayRows appends the days that are due, and all from the first whose windows were touched.
func (t *Totals) dayRows(community string, due []int32, limit int32, version uint64, r *schemas.ActivityDayRows) {
	s := &t.series[calendar.Day]
	var wau, mau int64
	for k := s.base; k <= limit; k++ {
		c := s.at(k)
		wau, mau = wau+c.seven, mau+c.thirty
		wanted := k >= t.window
		if len(due) > 0 && due[0] == k {
			wanted, due = true, due[1:]
		}
		if !wanted {
			continue
		}
		r.Community = append(r.Community, community)
		r.Day = append(r.Day, k)
		r.DAU = append(r.DAU, count(c.active))
		r.WAU = append(r.WAU, count(wau))
		r.MAU = append(r.MAU, count(mau))
		r.Ratio = append(r.Ratio, ratio(c.active, mau))
		r.Actions = append(r.Actions, count(c.actions))
		r.Contributing = append(r.Contributing, count(c.contributing))
		r.Lurkers = append(r.Lurkers, count(c.active-c.contributing))
		r.Version = append(r.Version, version)
		r.Definition = append(r.Definition, Definition)
	}
}

// retentionRows appends the touched cells whose interval is over, and those whose interval has ended since the last
// publish.
func (s *series) retentionRows(community string, i calendar.Interval, limit int32, version uint64, r *schemas.RetentionRows) {
	var due []int32
	for _, k := range s.touched {
		if c := s.at(k); c.hi >= c.lo {
			due = append(due, k)
		}
	}
	for k := max(s.base, s.limit-reach[i]); limit > s.limit && k < limit && int(k-s.base) < len(s.cells); k++ {
		c := s.at(k)
		lo, hi := max(0, s.limit-k), min(reach[i], limit-1-k)
		if len(c.cohort) == 0 || c.cohort[0].present <= 0 || hi < lo {
			continue
		}
		if c.hi < c.lo {
			due = append(due, k)
		}
		c.mark(lo, hi)
		if !c.touched { // so that published clears the mark
			c.touched, s.touched = true, append(s.touched, k)
		}
	}
	slices.Sort(due)
	for _, k := range due {
		c := s.at(k)
		size := c.cohort[0].present
		var unbounded, consecutive int64
		for n := reach[i]; n >= 0; n-- { // the last rows first, for their sums are taken from behind
			v := c.cohort[n]
			unbounded, consecutive = unbounded+v.last, consecutive+v.run
			if n < c.lo || n > c.hi || k+n >= limit {
				continue
			}
			r.Community = append(r.Community, community)
			r.Interval = append(r.Interval, i.String())
			r.Cohort = append(r.Cohort, i.Start(k))
			r.N = append(r.N, uint32(n))
			r.Size = append(r.Size, count(size))
			r.NDay = append(r.NDay, count(v.present))
			r.Unbounded = append(r.Unbounded, count(unbounded))
			r.Consecutive = append(r.Consecutive, count(consecutive))
			r.Deleted = append(r.Deleted, deleted(size <= 0))
			r.Version = append(r.Version, version)
			r.Definition = append(r.Definition, Definition)
		}
	}
}
