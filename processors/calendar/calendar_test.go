package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDayAndMidnight(t *testing.T) {
	for _, c := range []struct {
		zone, at, date, midnight string
	}{
		{"", "2026-11-22T23:59:59.999Z", "2026-11-22", "2026-11-22T00:00:00Z"},
		{"Asia/Shanghai", "2026-11-22T16:00:00Z", "2026-11-23", "2026-11-22T16:00:00Z"},
		{"America/New_York", "2026-03-08T12:00:00Z", "2026-03-08", "2026-03-08T05:00:00Z"}, // 23 hours
		{"Australia/Lord_Howe", "2026-04-05T03:00:00Z", "2026-04-05", "2026-04-04T13:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04", "2018-11-04T03:00:00Z"}, // midnight is skipped
		{"Pacific/Apia", "2011-12-31T00:00:00Z", "2011-12-31", "2011-12-30T10:00:00Z"},      // the 30th does not exist
	} {
		cal, err := New(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := time.Parse(time.RFC3339Nano, c.at)
		day := cal.Day(at.UnixMilli())
		if got := time.UnixMilli(int64(day) * dayMS).UTC().Format(time.DateOnly); got != c.date {
			t.Errorf("%s: day of %s is %s, want %s", c.zone, c.at, got, c.date)
		}
		if got := time.UnixMilli(cal.Midnight(day)).UTC().Format(time.RFC3339); got != c.midnight {
			t.Errorf("%s: midnight of %s is %s, want %s", c.zone, c.date, got, c.midnight)
		}
	}
	if _, err := New("Mars/Olympus"); err == nil {
		t.Error("an unknown zone was taken")
	}
}

func TestDayIsTheLocalDateWhateverWasAskedBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"", "Asia/Shanghai", "America/New_York", "America/Sao_Paulo", "America/St_Johns", "Australia/Lord_Howe"}).Draw(t, "zone")
		cal, err := New(zone)
		if err != nil {
			t.Fatal(err)
		}
		loc, _ := time.LoadLocation(zone)
		at := rapid.Int64Range(0, 2e12).Draw(t, "at")
		for range 5 {
			at += rapid.Int64Range(-2*dayMS, 2*dayMS).Draw(t, "step")
			at = max(at, 0)
			y, m, d := time.UnixMilli(at).In(loc).Date()
			if want := max(0, int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).UnixMilli()/dayMS)); cal.Day(at) != want {
				t.Fatalf("%s: day of %d is %d, want %d", zone, at, cal.Day(at), want)
			}
		}
	})
}

func TestIntervals(t *testing.T) {
	for day := int32(0); day < 60_000; day++ {
		at := time.UnixMilli(int64(day) * dayMS).UTC()
		if got, want := Month.Index(day), int32((at.Year()-1970)*12+int(at.Month())-1); got != want {
			t.Fatalf("%s is in month %d, want %d", at.Format(time.DateOnly), got, want)
		}
		first := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
		if got := Month.Start(Month.Index(day)); int64(got)*dayMS != first.UnixMilli() {
			t.Fatalf("the month of %s starts on day %d", at.Format(time.DateOnly), got)
		}
		monday := at.AddDate(0, 0, -(int(at.Weekday())+6)%7)
		if got := int64(Week.Start(Week.Index(day))) * dayMS; got != max(0, monday.UnixMilli()) {
			t.Fatalf("the week of %s starts at %d", at.Format(time.DateOnly), got)
		}
	}
}

func TestHourOfWeek(t *testing.T) {
	for _, zone := range []string{"", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Monrovia"} {
		c, err := New(zone)
		if err != nil {
			t.Fatal(err)
		}
		for ms := int64(0); ms < 3*365*dayMS; ms += 17 * 60_000 {
			at := time.UnixMilli(ms).In(c.loc)
			if got, want := c.Hour(ms), (int(at.Weekday())+6)%7*24+at.Hour(); got != want {
				t.Fatalf("%s: %s is hour %d of the week, want %d", zone, at, got, want)
			}
		}
	}
}
