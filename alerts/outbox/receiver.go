package outbox

import (
	"slices"
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
	Zone        *time.Location
	// Wait is for how long the alerts of a community are gathered into one message, and an alert's changes into one.
	Wait time.Duration
	// Most is how many alerts a message may hold, at least 1.
	Most int
	// PerMinute is how many messages a minute it is sent; 0 is any number.
	PerMinute float64
	// GiveUp is after how long of failures a change is passed over; 0 is never.
	GiveUp time.Duration
}

// Severities are the known ones, the least first.
var Severities = []string{"info", "warning", "critical"}

// wants reports whether a change of an alert concerns the receiver. A severity that is not known is no reason to keep
// silent.
func (r *Receiver) wants(a *actionpb.Alert) bool {
	if a.GetChange() == "test" {
		return true
	}
	within := func(list []string, name string) bool { return len(list) == 0 || slices.Contains(list, name) }
	rank := slices.Index(Severities, a.GetSeverity())
	return within(r.Communities, a.GetCommunity()) && within(r.Kinds, a.GetKind()) &&
		(rank < 0 || rank >= slices.Index(Severities, r.Severity))
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
