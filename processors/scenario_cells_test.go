package processors

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The columns that are not compared as they stand.
var (
	instants = []string{"time", "as_of", "first_seen", "last_seen"}
	dates    = []string{"day", "start", "cohort"}
	ratios   = []string{"score", "share", "engagement", "stickiness_ratio", "period_over_period"}
)

// published is a cell of a row as a scenario would write it.
func (s *scenario) published(row map[string]string, column string) string {
	v, ok := row[column]
	if !ok {
		s.Fatalf("%s: there is no column %q", s.line, column)
	}
	switch {
	case v == "":
		return "''"
	case slices.Contains(instants, column):
		return time.UnixMilli(int64(s.number(v))).UTC().Format(time.RFC3339)
	case slices.Contains(dates, column):
		return time.UnixMilli(int64(s.number(v)) * dayMS).UTC().Format(time.DateOnly)
	}
	return s.written(column, v)
}

// written is a cell of a scenario in the one form in which cells are compared: an instant in UTC, a ratio in six digits.
func (s *scenario) written(column, v string) string {
	switch {
	case slices.Contains(instants, column):
		return time.UnixMilli(s.instant(v)).UTC().Format(time.RFC3339)
	case slices.Contains(ratios, column) && v != "NULL":
		return fmt.Sprintf("%.6f", math.Round(s.number(v)*1e6)/1e6)
	}
	return v
}

// number reads 0.5 and 1/2.
func (s *scenario) number(v string) float64 {
	over, under, fraction := strings.Cut(v, "/")
	n, err := strconv.ParseFloat(over, 64)
	s.check(err)
	if fraction {
		d, err := strconv.ParseFloat(under, 64)
		s.check(err)
		n /= d
	}
	return n
}

// instant reads 2026-03-02T10:00Z, with seconds where they matter, and with an offset where the local time does.
func (s *scenario) instant(v string) int64 {
	at, err := time.Parse("2006-01-02T15:04Z07:00", v)
	if err != nil {
		at, err = time.Parse(time.RFC3339Nano, v)
	}
	s.check(err)
	return at.UnixMilli()
}

func (s *scenario) check(err error) {
	if err != nil {
		s.Fatalf("%q: %v", s.line, err)
	}
}
