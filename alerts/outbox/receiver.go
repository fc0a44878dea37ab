package outbox

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Receiver is one address that alerts go to, and which of them.
type Receiver struct {
	Name        string // also the label of its metrics and part of its consumer group's name
	Type        string // for status only
	Channel     alerts.Channel
	Language    string
	Communities []string // none: all
	Kinds       []string // none: all
	Severity    string   // the least that is sent; empty: any
	// Ends: of what it was told of, it is told the end in spite of a silence. A program would keep the alert open.
	Ends  bool
	Quiet Hours // beside those of a community
	Zone  *time.Location
	// Wait is for how long the alerts of a community are gathered into one message, and an alert's changes into one.
	Wait time.Duration
	// Most is how many alerts a message may hold, at least 1.
	Most int
	// PerMinute is how many messages a minute it is sent; 0 is any number.
	PerMinute float64
	// GiveUp is after how long of failures a change is passed over; 0 is never.
	GiveUp time.Duration
	// MaxAge: an alert that it has not been told of is passed over where a change was appended so long after its own
	// time: a history that is imported is nobody's emergency. 0 is any age.
	MaxAge time.Duration
	// Weekly: it is sent the reports of its communities' weeks, whatever kinds and severities it wants of alerts.
	Weekly bool
}

// weeklyAge is how old a week's report may be, where MaxAge is less: it is news for longer than an alert.
const weeklyAge = 3 * 24 * time.Hour

// Severities are the known ones, the least first.
var Severities = []string{"info", "warning", "critical"}

// wants reports whether a change of an alert concerns the receiver. A severity that is not known is no reason to keep
// silent.
func (r *Receiver) wants(a *actionpb.Alert) bool {
	if a.GetChange() == "test" {
		return true
	}
	within := func(list []string, name string) bool { return len(list) == 0 || slices.Contains(list, name) }
	if weekly(a) {
		return r.Weekly && within(r.Communities, a.GetCommunity())
	}
	rank := slices.Index(Severities, a.GetSeverity())
	return within(r.Communities, a.GetCommunity()) && within(r.Kinds, a.GetKind()) &&
		(rank < 0 || rank >= slices.Index(Severities, r.Severity))
}

// old reports whether a change, appended at an instant, tells of what was long before. Both times are the log's, so that
// a process that reads it again comes to the same.
func (r *Receiver) old(a *actionpb.Alert, appended int64) bool {
	age := r.MaxAge
	if weekly(a) {
		age = max(age, weeklyAge)
	}
	return r.MaxAge > 0 && appended-a.GetUpdated() > age.Milliseconds()
}

// zone is what times are written out in, and quiet hours are meant in.
func (r *Receiver) zone(p Place) *time.Location {
	switch {
	case r.Zone != nil:
		return r.Zone
	case p.Zone != nil:
		return p.Zone
	}
	return time.UTC
}

// quietUntil returns when a receiver may be sent something of a community; now, or before, where it may at once.
func (r *Receiver) quietUntil(p Place, now time.Time) time.Time {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	until := r.Quiet.End(now.In(r.zone(p)))
	if end := p.Quiet.End(now.In(zone)); end.After(until) {
		return end
	}
	return until
}

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
