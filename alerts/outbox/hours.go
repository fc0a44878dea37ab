package outbox

import (
	"fmt"
	"strings"
	"time"
)

// Hours are a part of each local day, in which nothing is sent. The zero value is none of it.
type Hours struct {
	from, to int // minutes after midnight
}

// ParseHours reads 22:00-08:00, local times of which the second may be on the next day. Empty is none.
func ParseHours(text string) (Hours, error) {
	if text == "" {
		return Hours{}, nil
	}
	from, to, ok := strings.Cut(text, "-")
	f, err1 := time.Parse("15:04", strings.TrimSpace(from))
	t, err2 := time.Parse("15:04", strings.TrimSpace(to))
	if !ok || err1 != nil || err2 != nil || f.Equal(t) {
		return Hours{}, fmt.Errorf("%q: write two different times of the day, like 22:00-08:00", text)
	}
	return Hours{f.Hour()*60 + f.Minute(), t.Hour()*60 + t.Minute()}, nil
}

// End returns the end of the hours that hold now, in now's own zone; now itself where none do.
func (h Hours) End(now time.Time) time.Time {
	if h.from == h.to {
		return now
	}
	minute := now.Hour()*60 + now.Minute()
	day := 0
	switch {
	case h.from < h.to && (minute < h.from || minute >= h.to):
		return now
	case h.from > h.to && minute < h.from && minute >= h.to:
		return now
	case h.from > h.to && minute >= h.from:
		day = 1
	}
	return time.Date(now.Year(), now.Month(), now.Day()+day, h.to/60, h.to%60, 0, 0, now.Location())
}
