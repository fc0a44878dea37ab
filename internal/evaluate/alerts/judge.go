package alerts

import (
	"cmp"
	"slices"
	"time"
)

// Truth is what is known of a community, as `rollcall simulate` writes it.
type Truth struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"` // what lies behind is not scored
	Events []Event   `json:"events"`
	// Leavers went for good. What an alert says of leaders among them is right, without an event of its own.
	Leavers []Leaver `json:"leavers"`
}

// Leaver is a member who went for good.
type Leaver struct {
	Member string `json:"member"`
}

// Event is something that happened, and the alert that it should raise.
type Event struct {
	Plant     string    `json:"plant"`
	Kind      string    `json:"kind"`
	Instead   []string  `json:"instead"`  // kinds that tell the same
	Optional  bool      `json:"optional"` // an alert is right, none is no miss
	Start     time.Time `json:"start"`
	End       time.Time `json:"end"`
	Cause     string    `json:"cause"` // nobody's fault: an alert must say so, and none is no miss
	CauseName string    `json:"cause_name"`
	Dimension string    `json:"dimension"` // empty: all over the community
	Segment   string    `json:"segment"`
}

// Alert is what was raised.
type Alert struct {
	ID        string
	Kind      string
	Opened    time.Time
	Cause     string
	CauseName string
	Segments  []Segment // the largest share first
}

// Segment is where an alert found the excess.
type Segment struct {
	Dimension string `json:"dimension"`
	Segment   string `json:"segment"`
}

// grace is how long after an event's end an alert of it may still open: what leaves and activity show within minutes,
// silence shows after weeks.
var grace = map[string]time.Duration{
	"leave_spike": 30 * time.Minute, "activity_drop": 2 * time.Hour, "activity_surge": 2 * time.Hour,
	"at_risk_spike": 30 * 24 * time.Hour, "churn_spike": 7 * 24 * time.Hour,
}

func (e *Event) expected() bool { return !e.Optional && e.Cause == "" }

// fits reports whether a is an alert of e: of its kind or one that tells the same, naming its cause and no other, and opened between its start and
// its end plus the kind's grace, and the other kind's on top.
func (e *Event) fits(a *Alert) bool {
	wait := grace[e.Kind]
	switch {
	case a.Kind == e.Kind:
	case slices.Contains(e.Instead, a.Kind):
		wait += grace[a.Kind]
	default:
		return false
	}
	return a.Cause == e.Cause && (e.Cause == "" || a.CauseName == e.CauseName) &&
		!a.Opened.Before(e.Start) && !a.Opened.After(e.End.Add(wait))
}

// named reports whether the first segment that a names is where e was.
func (e *Event) named(a *Alert) bool {
	return len(a.Segments) > 0 && a.Segments[0] == Segment{e.Dimension, e.Segment}
}

// tellsOf reports whether all leaders whom an alert names are gone.
func (a *Alert) tellsOf(gone map[string]bool) bool {
	return a.Kind == "kol_at_risk" && len(a.Segments) > 0 &&
		!slices.ContainsFunc(a.Segments, func(s Segment) bool { return s.Dimension != "kol" || !gone[s.Segment] })
}

// Judge compares alerts with the truth.
//
//   - An alert belongs to the first event that it fits: expected ones before optional ones, of equal those whose segment it
//     names, then the earliest. An alert that fits none is false.
//   - An expected event is found if an alert belongs to it. Its delay is from its start to the first of these; it was
//     placed if that one names its segment first. Others of it are repeats: right, but not counted again.
//   - Alerts of optional events, and of those with a cause, are excused: neither right nor wrong.
//   - An alert of leaders that fits no event is excused if all whom it names went for good.
//   - Only alerts and events before the truth's end are looked at.
func Judge(t Truth, alerts []Alert) Tally {
	out := Tally{Days: t.To.Sub(t.From).Hours() / 24}
	alerts = slices.Clone(alerts)
	slices.SortStableFunc(alerts, func(a, b Alert) int { return a.Opened.Compare(b.Opened) })
	events := slices.Clone(t.Events)
	slices.SortStableFunc(events, func(a, b Event) int { return a.Start.Compare(b.Start) })
	for i := range events {
		if e := &events[i]; e.expected() && e.Start.Before(t.To) {
			k := out.kind(e.Kind)
			k.Expected++
		}
	}
	gone := map[string]bool{}
	for _, l := range t.Leavers {
		gone[l.Member] = true
	}
	found := map[*Event]bool{}
	first := map[*Event]bool{} // by an alert of its own kind
	for i := range alerts {
		a := &alerts[i]
		if !a.Opened.Before(t.To) {
			continue
		}
		e, k := belongs(events, a), out.kind(a.Kind)
		switch {
		case e == nil && a.tellsOf(gone):
			k.Excused++
		case e == nil:
			k.False++
			out.Wrong = append(out.Wrong, *a)
		case !e.expected():
			k.Excused++
		case found[e]:
			k.Repeats++
			if a.Kind == e.Kind && !first[e] {
				first[e] = true
				k.Itself++
			}
		default:
			found[e] = true
			k = out.kind(e.Kind)
			k.Found++
			if a.Kind == e.Kind {
				first[e] = true
				k.Itself++
			}
			k.Delays = append(k.Delays, a.Opened.Sub(e.Start))
			if e.Dimension == "" {
				break
			}
			if k.Placeable++; e.named(a) {
				k.Placed++
			} else {
				out.Misplaced = append(out.Misplaced, *a)
			}
		}
	}
	for i := range events {
		if e := &events[i]; e.expected() && e.Start.Before(t.To) && !found[e] {
			out.Missed = append(out.Missed, *e)
		}
	}
	return out
}

// belongs returns the event of an alert, nil for a false one.
func belongs(events []Event, a *Alert) *Event {
	var best *Event
	rank := func(e *Event) int {
		switch {
		case !e.expected():
			return 2
		case !e.named(a):
			return 1
		}
		return 0
	}
	for i := range events {
		if e := &events[i]; e.fits(a) && (best == nil || cmp.Less(rank(e), rank(best))) {
			best = e
		}
	}
	return best
}
