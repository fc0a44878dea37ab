package simulate

import "time"

// Event is what a detector should make of something that was planted.
type Event struct {
	Plant string `json:"plant"`
	// Kind of the alert that is expected: leave_spike, activity_drop, activity_surge, at_risk_spike, churn_spike; or, always
	// optional, kol_at_risk. With a Cause no member is to blame: an alert of this kind must name the cause, and none is expected.
	Kind string `json:"kind"`
	// Instead are kinds that tell the same, later: people who fall silent are at risk first, then churned.
	Instead  []string  `json:"instead,omitempty"`
	Optional bool      `json:"optional,omitempty"` // an alert would be right, none is no miss: a consequence, or a small thing
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"`
	// Cause is platform_outage or holiday, CauseName the platform or the holiday.
	Cause     string `json:"cause,omitempty"`
	CauseName string `json:"cause_name,omitempty"`
	// Dimension and Segment are where it happened; empty: all over the community.
	Dimension string   `json:"dimension,omitempty"`
	Segment   string   `json:"segment,omitempty"`
	Members   []string `json:"members,omitempty"` // whom it concerns, by name in the order of joining
}

// DayOff is a holiday that the community's settings should know (rules.holidays).
type DayOff struct {
	Name string `json:"name"`
	From string `json:"from"` // local calendar days, the last included
	To   string `json:"to"`
}

// Kinds of alerts.
const (
	leaveSpike    = "leave_spike"
	activityDrop  = "activity_drop"
	activitySurge = "activity_surge"
	atRiskSpike   = "at_risk_spike"
	churnSpike    = "churn_spike"
	kolAtRisk     = "kol_at_risk"
)

// events says what each plant should raise. Silence is seen late: entries into at_risk follow within weeks, entries into
// churned 30 days after the last activity.
func (p *Plant) events(members []string) []Event {
	e := Event{Plant: p.Name, Start: p.From.UTC(), End: p.To.UTC(), Dimension: p.Dimension, Segment: p.Segment, Members: members}
	later := func(kind string, from, to time.Duration) Event {
		l := e
		l.Instead, l.Kind, l.Optional, l.Start, l.End = nil, kind, true, e.Start.Add(from), e.End.Add(to)
		return l
	}
	const silent = 30 * day1
	switch p.Name {
	case GradualLeavers, LeaderLeaves, SlowDecline:
		e.Kind, e.Instead = atRiskSpike, []string{churnSpike}
		out := []Event{e, later(activityDrop, 0, 0)}
		if p.Name != GradualLeavers {
			out = append(out, later(leaveSpike, 0, 0))
		}
		if p.Name == LeaderLeaves {
			out = append(out, later(kolAtRisk, 0, 0))
		}
		return out
	case DeadChannel: // its people may drift away
		e.Kind = activityDrop
		return []Event{e, later(atRiskSpike, 0, 2*silent), later(churnSpike, silent-day1, 2*silent)}
	case MassLeave:
		e.Kind = leaveSpike
		return []Event{e, later(activityDrop, 0, 7*day1)}
	case Raid: // the accounts are never seen again
		e.Kind = activitySurge
		return []Event{e, later(churnSpike, silent-day1, silent+day1)}
	case PlatformOutage:
		e.Kind, e.Cause, e.CauseName = activityDrop, "platform_outage", p.Segment
	case Holiday:
		e.Kind, e.Cause, e.CauseName = activityDrop, "holiday", HolidayName
	case ActivityDrop:
		e.Kind = activityDrop
	case ActivitySurge:
		e.Kind = activitySurge
	}
	return []Event{e}
}

// event says what a spike should raise, nothing where its factor is 1.
func (s *Spike) event() []Event {
	e := Event{Plant: "spike", Kind: activityDrop, Start: s.From.UTC(), End: s.To.UTC(), Optional: s.Factor > 0.5 && s.Factor < 2}
	if s.Factor > 1 {
		e.Kind = activitySurge
	}
	if s.Factor == 1 {
		return nil
	}
	return []Event{e}
}
