package alerts

import (
	"context"
	"strconv"
	"time"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// MostNames is how many members a message names at most, and MostAlerts how many alerts it tells in full; it says how
// many more there are.
const (
	MostNames  = 10
	MostAlerts = 10
)

// WeeklyReport is the kind of a record that is no alert: a week is over, and this is what it was. It has one change, and
// goes only to receivers that asked for it.
const WeeklyReport = "weekly_report"

// Chinese is the language zh; every other is English.
const Chinese = "zh"

// Message is one or several alerts for one receiver.
type Message struct {
	Alerts   []*actionpb.Alert            // the latest change of each, at least one; read only
	Language string                       // en or zh
	Link     func(*actionpb.Alert) string // its page on the console, an absolute URL; nil or an empty answer: none
	Zone     *time.Location               // of the times that are written out; nil is UTC
}

// URL is the page of an alert, empty where there is none.
func (m Message) URL(a *actionpb.Alert) string {
	if m.Link == nil {
		return ""
	}
	return m.Link(a)
}

// Channel sends to one receiver. Send returns nil once the service has taken the whole message, and an error otherwise:
// Permanent tells whether another try is of use, RetryAfter when the service wants it. After an error the message may
// have arrived nevertheless, whole or in part; sending it again is safe where the service knows an alert by its id
// (webhook, Alertmanager, e-mail threads) and shows it twice in a chat. Send ends with ctx, at the latest after
// Timeout, may be called from several goroutines and leaves nothing running.
type Channel interface {
	Send(ctx context.Context, m Message) error
}

// Timeout is how long one request to a service may take.
const Timeout = 15 * time.Second

// ID names one change of an alert: alert_id.sequence. It is the same whenever that change is sent.
func ID(a *actionpb.Alert) string {
	return a.GetAlertId() + "." + strconv.FormatUint(uint64(a.GetSequence()), 10)
}
