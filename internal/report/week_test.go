package report

import (
	"testing"
	"time"
)

func TestWeeks(t *testing.T) {
	for text, monday := range map[string]string{
		"2026-W47": "2026-11-16", "2026-W53": "2026-12-28", "2026-W01": "2025-12-29", "2027-W01": "2027-01-04", "2020-W53": "2020-12-28",
		"2021-W01": "2021-01-04", "2024-W09": "2024-02-26",
	} {
		w, err := ParseWeek(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Monday().Format(time.DateOnly); got != monday || w.String() != text || w.Add(1).Add(-1) != w || WeekOf(w.Sunday()) != w {
			t.Errorf("%s begins on %s, want %s; it is %s", text, got, monday, w)
		}
	}
	for text, want := range map[string]string{
		"2026-W60": "2026-W60: there are 53 weeks in 2026, 2026-W01 to 2026-W53", "2025-W53": "2025-W53: there are 52 weeks in 2025, 2025-W01 to 2025-W52",
		"2026-W00": "2026-W00: there are 53 weeks in 2026, 2026-W01 to 2026-W53", "2026-47": `"2026-47" is no week: write the year and its ISO week, like 2026-W47`,
		"0001-W01": "0001-W01: years from 1970 to 2199 are known",
	} {
		if _, err := ParseWeek(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// A week begins at the local midnight, or where clocks skip that, at the first instant after the gap.
func TestWeeksBeginAtMidnight(t *testing.T) {
	for _, c := range []struct{ zone, week, start string }{
		{"Asia/Shanghai", "2026-W47", "2026-11-15T16:00:00Z"},
		{"America/New_York", "2026-W45", "2026-11-02T05:00:00Z"}, // the clocks went back the night before
		{"Asia/Tehran", "2021-W12", "2021-03-21T20:30:00Z"},      // midnight of that Monday is skipped
		{"Asia/Amman", "2008-W14", "2008-03-30T21:00:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		w, err := ParseWeek(c.week)
		if err != nil {
			t.Fatal(err)
		}
		start := w.Start(zone)
		if got := start.UTC().Format(time.RFC3339); got != c.start {
			t.Errorf("%s in %s begins at %s, want %s", c.week, c.zone, got, c.start)
		}
		if WeekOf(start) != w || WeekOf(start.Add(-time.Millisecond)) != w.Add(-1) {
			t.Errorf("%s in %s: begins in %s, after %s", c.week, c.zone, WeekOf(start), WeekOf(start.Add(-time.Millisecond)))
		}
	}
}
