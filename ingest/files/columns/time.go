package columns

import (
	"math"
	"time"
)

// TimeFormats is what Time reads, for messages.
const TimeFormats = "RFC 3339 as 2026-01-31T12:00:00Z, 2026-01-31 12:00:00 (UTC), 2026-01-31, 20260131, " +
	"or Unix seconds or milliseconds"

// Time reads a time as tables write it, as Unix milliseconds: a date with or without a time of day (separated by T or a
// space, UTC where no zone follows), or a number: eight digits that are a day from 1970 to 2100 are that day; otherwise
// below 1e11 it is Unix seconds, fractions allowed, else milliseconds. What is finer than a millisecond is cut off.
func Time(b []byte) (ms int64, ok bool) {
	if len(b) >= 10 && b[4] == '-' {
		return calendar(b)
	}
	if len(b) == 8 {
		y, ok1 := digits(b[:4])
		m, ok2 := digits(b[4:6])
		d, ok3 := digits(b[6:])
		if ok1 && ok2 && ok3 && y >= 1970 && y <= 2100 {
			if ms, ok := date(y, m, d); ok {
				return ms, true
			}
		}
	}
	return Unix(b)
}

// Unix reads a non-negative number as Unix milliseconds: below 1e11 it is seconds.
func Unix(b []byte) (ms int64, ok bool) {
	i, whole := 0, int64(0)
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		if whole > math.MaxInt64/10-9 {
			return 0, false
		}
		whole = whole*10 + int64(b[i]-'0')
	}
	if i == 0 {
		return 0, false
	}
	thousandths, ok := fraction(b[i:])
	if !ok {
		return 0, false
	}
	if whole >= 1e11 {
		return whole, true
	}
	return whole*1000 + thousandths, true
}

// fraction reads "" or a point and at least one digit, in thousandths.
func fraction(b []byte) (int64, bool) {
	if len(b) == 0 {
		return 0, true
	}
	if b[0] != '.' || len(b) == 1 {
		return 0, false
	}
	f, unit := int64(0), int64(100)
	for _, c := range b[1:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		f += int64(c-'0') * unit
		unit /= 10
	}
	return f, true
}

// calendar reads YYYY-MM-DD[(T| )HH:MM[:SS[.fff]][Z|±HH:MM]].
func calendar(b []byte) (int64, bool) {
	y, ok1 := digits(b[:4])
	m, ok2 := digits(b[5:7])
	d, ok3 := digits(b[8:10])
	if !ok1 || !ok2 || !ok3 || b[7] != '-' {
		return 0, false
	}
	ms, ok := date(y, m, d)
	b = b[10:]
	if !ok || len(b) == 0 {
		return ms, ok
	}
	if len(b) < 6 || b[0] != 'T' && b[0] != 't' && b[0] != ' ' || b[3] != ':' {
		return 0, false
	}
	hour, ok1 := digits(b[1:3])
	minute, ok2 := digits(b[4:6])
	if !ok1 || !ok2 || hour > 23 || minute > 59 {
		return 0, false
	}
	ms += int64(hour*60+minute) * 60_000
	b = b[6:]
	if len(b) >= 3 && b[0] == ':' {
		second, ok := digits(b[1:3])
		if !ok || second > 59 {
			return 0, false
		}
		ms += int64(second) * 1000
		b = b[3:]
		n := 0
		if len(b) > 0 && b[0] == '.' {
			for n = 1; n < len(b) && b[n] >= '0' && b[n] <= '9'; n++ {
			}
		}
		f, ok := fraction(b[:n])
		if !ok {
			return 0, false
		}
		ms += f
		b = b[n:]
	}
	offset, ok := zone(b)
	return ms - offset, ok
}

// zone reads "", Z or ±HH:MM, as milliseconds east of UTC.
func zone(b []byte) (int64, bool) {
	switch {
	case len(b) == 0, len(b) == 1 && (b[0] == 'Z' || b[0] == 'z'):
		return 0, true
	case len(b) != 6 || b[3] != ':' || b[0] != '+' && b[0] != '-':
		return 0, false
	}
	hour, ok1 := digits(b[1:3])
	minute, ok2 := digits(b[4:6])
	if !ok1 || !ok2 || hour > 23 || minute > 59 {
		return 0, false
	}
	offset := int64(hour*60+minute) * 60_000
	if b[0] == '-' {
		offset = -offset
	}
	return offset, true
}

func digits(b []byte) (n int, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// date returns the start of a day in UTC, and false for a 30th of February.
func date(y, m, d int) (int64, bool) {
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, false
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t.UnixMilli(), t.Day() == d
}
