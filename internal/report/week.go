package report

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Week is an ISO week: it begins on a Monday, and the first of a year is the one with that year's first Thursday.
type Week struct{ Year, Number int }

var weekForm = regexp.MustCompile(`^(\d{4})-W(\d{2})$`)

// ParseWeek reads a week like 2026-W47. Errors say what to write.
func ParseWeek(text string) (Week, error) {
	m := weekForm.FindStringSubmatch(text)
	if m == nil {
		return Week{}, fmt.Errorf("%q is no week: write the year and its ISO week, like 2026-W47", text)
	}
	w := Week{}
	w.Year, _ = strconv.Atoi(m[1])
	w.Number, _ = strconv.Atoi(m[2])
	if w.Year < 1970 || w.Year > 2199 {
		return Week{}, fmt.Errorf("%s: years from 1970 to 2199 are known", text)
	}
	if last := lastOf(w.Year); w.Number < 1 || w.Number > last {
		return Week{}, fmt.Errorf("%s: there are %d weeks in %d, %d-W01 to %d-W%d", text, last, w.Year, w.Year, w.Year, last)
	}
	return w, nil
}

// lastOf is the number of a year's last week: 28 December always lies in it.
func lastOf(year int) int {
	_, n := time.Date(year, 12, 28, 0, 0, 0, 0, time.UTC).ISOWeek()
	return n
}

// WeekOf is the week that holds t, by t's own zone.
func WeekOf(t time.Time) Week {
	year, n := t.ISOWeek()
	return Week{year, n}
}

func (w Week) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Number) }

// Monday is the week's first day, at midnight in UTC: a date, not an instant.
func (w Week) Monday() time.Time {
	fourth := time.Date(w.Year, 1, 4, 0, 0, 0, 0, time.UTC) // lies in week 1
	toMonday := (int(fourth.Weekday()) + 6) % 7
	return fourth.AddDate(0, 0, (w.Number-1)*7-toMonday)
}

// Sunday is its last day.
func (w Week) Sunday() time.Time { return w.Monday().AddDate(0, 0, 6) }

// Add returns the week n weeks later.
func (w Week) Add(n int) Week { return WeekOf(w.Monday().AddDate(0, 0, 7*n)) }

// Start is the instant at which it begins in a zone. Where clocks skip that midnight, it is the first instant after the gap.
func (w Week) Start(zone *time.Location) time.Time {
	m := w.Monday()
	t := time.Date(m.Year(), m.Month(), m.Day(), 0, 0, 0, 0, zone)
	if t.Day() != m.Day() { // time.Date fell before the gap
		_, end := t.ZoneBounds()
		return end
	}
	return t
}

// End is the instant at which the next one begins.
func (w Week) End(zone *time.Location) time.Time { return w.Add(1).Start(zone) }
