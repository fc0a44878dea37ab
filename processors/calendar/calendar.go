package calendar

import (
	"fmt"
	"math"
	"time"

	_ "time/tzdata" // the same zones on every machine, so that a replay elsewhere cuts the same days
)

const (
	hourMS = 3_600_000
	dayMS  = 24 * hourMS
)

// Calendar is one time zone, with the last day it was asked for. It is not safe for concurrent use.
type Calendar struct {
	name       string
	loc        *time.Location
	start, end int64 // of day, Unix milliseconds
	day        int32
	from, to   int64 // how long offset is in force
	offset     int64 // local time less UTC, milliseconds
}

// New returns the calendar of an IANA zone; "" is UTC.
func New(zone string) (*Calendar, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("time zone %q: %w", zone, err)
	}
	return &Calendar{name: zone, loc: loc}, nil
}

// Name returns the zone's name, as it was given.
func (c *Calendar) Name() string { return c.name }

// Day returns the local date of an instant. What lies before 1970-01-01 counts as that day, as ClickHouse's Date does:
// west of Greenwich the first hours of 1970 do.
func (c *Calendar) Day(ms int64) int32 {
	if ms >= c.start && ms < c.end {
		return c.day
	}
	y, m, d := time.UnixMilli(ms).In(c.loc).Date()
	day := max(0, int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).UnixMilli()/dayMS))
	// Where clocks go back over midnight a date comes in two pieces; those few hours are not remembered.
	if start, end := c.Midnight(day), c.Midnight(day+1); ms >= start && ms < end {
		c.start, c.end, c.day = start, end, day
	}
	return day
}

// Midnight returns the instant at which a local date begins, in Unix milliseconds. Where clocks skip midnight it is
// the first instant after the gap.
func (c *Calendar) Midnight(day int32) int64 {
	y, m, d := time.UnixMilli(int64(day) * dayMS).UTC().Date()
	t := time.Date(y, m, d, 0, 0, 0, 0, c.loc)
	if t.Day() != d { // the gap: time.Date answers with an hour of the day before
		_, t = t.ZoneBounds()
	} else if t.Hour() != 0 {
		t, _ = t.ZoneBounds()
	}
	return t.UnixMilli()
}

// Hour returns the local hour of week of an instant, 0 for Monday 00:00 to 167 for Sunday 23:00.
func (c *Calendar) Hour(ms int64) int {
	if ms < c.from || ms >= c.to {
		t := time.UnixMilli(ms).In(c.loc)
		_, seconds := t.Zone()
		c.offset, c.from, c.to = int64(seconds)*1000, math.MinInt64, math.MaxInt64
		start, end := t.ZoneBounds()
		if !start.IsZero() {
			c.from = start.UnixMilli()
		}
		if !end.IsZero() {
			c.to = end.UnixMilli()
		}
	}
	hour := (ms+c.offset)/hourMS + 3*24 // 1970-01-01 was a Thursday
	if (ms+c.offset)%hourMS < 0 {
		hour--
	}
	return int((hour%168 + 168) % 168)
}
