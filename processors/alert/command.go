package alert

import (
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Command takes what a person says. Of an alert that is not there yet it is kept until then.
func (a *Alerts) Command(c *actionpb.Command) {
	switch {
	case c.Verb == actionpb.Command_VERB_TEST:
		a.test(c)
	case c.Verb == actionpb.Command_VERB_SILENCE && c.AlertId == "":
		a.silences = slices.DeleteFunc(a.silences, func(s silence) bool { return s.kind == c.Kind })
		a.silences = append(a.silences, silence{c.Kind, c.Until})
		a.silences = a.silences[max(0, len(a.silences)-mostSaid):]
		if e := a.running(c.Kind); e != nil {
			a.say(e, c)
		}
	case c.AlertId != "":
		i := slices.IndexFunc(a.alerts, func(e *entry) bool { return e.alert.AlertId == c.AlertId })
		if i >= 0 {
			a.say(a.alerts[i], c)
			return
		}
		kept, _ := proto.Clone(c).(*actionpb.Command)
		a.waiting = append(a.waiting, kept)
		a.waiting = a.waiting[max(0, len(a.waiting)-mostSaid):]
	}
}

// say applies a command to an alert. What changes nothing is no change.
func (a *Alerts) say(e *entry, c *actionpb.Command) {
	x := e.alert
	switch c.Verb {
	case actionpb.Command_VERB_ACKNOWLEDGE:
		if x.AcknowledgedBy != "" || x.State == Resolved {
			return
		}
		x.AcknowledgedBy, x.State = c.By, Acknowledged
		if x.AcknowledgedBy == "" {
			x.AcknowledgedBy = "?"
		}
		a.change(e, Acknowledged, x.Updated)
	case actionpb.Command_VERB_SILENCE:
		if x.SilencedUntil == c.Until || x.State == Resolved {
			return
		}
		x.SilencedUntil = c.Until
		a.change(e, Silenced, x.Updated)
	}
}

// test raises an alert that says only that alerts arrive. It is over at once.
func (a *Alerts) test(c *actionpb.Command) {
	id := a.id(Test, c.Time)
	if a.known(id) {
		return // said twice
	}
	e := a.raise(Test, c.Time)
	x := e.alert
	x.State, x.Resolved, x.IntervalStart, x.IntervalEnd, x.Severity = Resolved, c.Time, c.Time, c.Time, "info"
	wordsOfTest(x, c.By, a.location)
	a.change(e, Test, c.Time)
}
