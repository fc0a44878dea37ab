package graph

import (
	"math"

	"github.com/rollcall-dev/rollcall/processors/calendar"
)

// days tell the local days of many instants: a calendar remembers one day only.
type days struct {
	lo, hi int64
	first  int32
	starts []int64 // of first and the days that follow
}

// seen makes room for an instant.
func (d *days) seen(ms int64) { d.lo, d.hi = min(d.lo, ms), max(d.hi, ms) }

func newDays() *days { return &days{lo: math.MaxInt64, hi: math.MinInt64} }

// open looks the days up that were seen.
func (d *days) open(cal *calendar.Calendar) {
	if d.lo > d.hi {
		return
	}
	d.first = cal.Day(d.lo)
	for day := d.first; day == d.first || cal.Midnight(day) <= d.hi; day++ {
		d.starts = append(d.starts, cal.Midnight(day))
	}
}

// of is the last day that has begun; most are asked for the last of all.
func (d *days) of(ms int64) uint16 {
	n := len(d.starts)
	if ms < d.starts[n-1] {
		lo, hi := 0, n-1 // as many have begun as lo, at least
		for lo < hi {
			if mid := (lo + hi) / 2; d.starts[mid] <= ms {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		n = lo
	}
	return uint16(int(d.first) + max(0, n-1))
}
