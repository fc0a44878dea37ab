package processors

import (
	"cmp"
	"slices"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/rollcall-dev/rollcall/processors/alert"
	"github.com/rollcall-dev/rollcall/processors/churn"
	"github.com/rollcall-dev/rollcall/processors/facts"
	"github.com/rollcall-dev/rollcall/processors/spikes"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	minuteMS     = 60_000
	mostContacts = 10
)

// watch is what looks for the unusual in one community, and its alerts. A look at stream time t knows of members what was
// so at the last midnight that is complete at t, so that it tells the same whenever it is taken.
type watch struct {
	detectors *spikes.Detectors
	alerts    *alert.Alerts
	leaves    []leave // of the last day

	looked  int64 // for leaders who left, up to here
	leaders []leader
	lost    []lost   // leaders
	refit   []uint32 // leaders whom only the new fit of the last midnight put at risk
}

// leave is an explicit one. Looks from minute on know of it.
type leave struct {
	time   int64
	member uint32
	minute int32
	home   uint64 // a digest of the channel in which the member did most
}

func newWatch(community string, epoch uint32) *watch {
	return &watch{detectors: spikes.New(), alerts: alert.New(community, epoch)}
}

// left notes a leave. told is the stream time that its partition had told before.
func (w *whole) left(f facts.Fact, told int64) {
	x := w.watch
	places := []spikes.Place{cohort(w.calendar.Day(f.Since))}
	if f.Channel != "" {
		places = append(places, spikes.Place{Dimension: "channel", Segment: f.Channel})
	}
	if f.Platform != "" {
		places = append(places, spikes.Place{Dimension: "platform", Segment: f.Platform})
	}
	x.detectors.Left(told, f.Time, places)
	x.leaves = append(x.leaves, leave{f.Time, f.Member, int32(max(f.Time, told)/minuteMS) + 1, xxh3.HashString(f.Channel)})
}

// look takes every look up to stream time t. day is the last midnight that is complete at each of them.
func (w *whole) look(t int64, day int32) {
	until := func(t int64) {
		w.watch.detectors.Close(t, w.calendar, func(d alert.Detection) { w.detected(&d, day, nil) })
	}
	w.leavesOfLeaders(t, day, until)
	until(t)
	w.watch.leaves = slices.DeleteFunc(w.watch.leaves, func(l leave) bool { return l.time < t-dayMS && int64(l.minute)*minuteMS <= t })
}

// beforeMidnight takes the looks for which the day before is the newest that is complete.
func (w *whole) beforeMidnight(day int32) {
	w.look(min(w.calendar.Midnight(day)+w.lateness-1, w.now()), day-1)
}

// midnight takes the entries of a midnight to the detectors.
func (w *whole) midnight(day int32, entered []churn.Entry) {
	w.watch.alerts.Known(w.calendar.Midnight(day) + w.lateness)
	for _, of := range []struct {
		kind  string
		to    churn.State
		times float64 // silence is what it always was, risk is not
	}{{alert.AtRiskSpike, churn.StateAtRisk, w.churn.Recount()}, {alert.ChurnSpike, churn.StateChurned, 1}} {
		var who []uint32
		for _, e := range entered {
			if e.To == of.to && !e.Refit { // a new fit is no news of members
				who = append(who, e.Member)
			}
		}
		w.watch.detectors.Day(day, w.calendar, of.kind, of.times, len(who), w.segmentsOf(who), func(d alert.Detection) { w.detected(&d, day, who) })
	}
	w.leadersAt(day, entered)
}

// segmentsOf counts members by the month in which they were first active, the channel they used most and the platform they
// used last.
func (w *whole) segmentsOf(who []uint32) []spikes.Count {
	var all []spikes.Count
	for _, m := range who {
		if h := w.churn.History(m); h != nil {
			all = append(all, spikes.Count{Place: cohort(int32(h.First)), N: 1})
		}
		if c := w.churn.Why().MainChannel(m); c != "" {
			all = append(all, spikes.Count{Place: spikes.Place{Dimension: "channel", Segment: c}, N: 1})
		}
		if p := w.churn.Why().Platform(m); p != "" {
			all = append(all, spikes.Count{Place: spikes.Place{Dimension: "platform", Segment: p}, N: 1})
		}
	}
	slices.SortFunc(all, func(a, b spikes.Count) int {
		return cmp.Or(cmp.Compare(a.Dimension, b.Dimension), cmp.Compare(a.Segment, b.Segment))
	})
	out := all[:0]
	for _, c := range all {
		if n := len(out); n > 0 && out[n-1].Place == c.Place {
			out[n-1].N++
		} else {
			out = append(out, c)
		}
	}
	return out
}

// cohort is the month of a member's first active day.
func cohort(day int32) spikes.Place {
	return spikes.Place{Dimension: "cohort", Segment: time.Unix(int64(day)*dayMS/1000, 0).UTC().Format("2006-01")}
}

func (w *whole) detected(d *alert.Detection, day int32, entered []uint32) {
	if w.watch.alerts.Wants(d) {
		d.Members = w.contacts(d, day, entered)
	}
	w.watch.alerts.Detect(d)
}

// contacts are the members to speak to first: of those concerned, who was active on most of the 28 days before day.
func (w *whole) contacts(d *alert.Detection, day int32, entered []uint32) (out []*actionpb.AlertMember) {
	if d.Cause != "" {
		return nil // it is not the members
	}
	channel := ""
	if len(d.Segments) > 0 && d.Segments[0].Dimension == "channel" {
		channel = d.Segments[0].Segment
	}
	type contact struct {
		member uint32
		days   int
	}
	var all []contact
	add := func(m uint32) { all = append(all, contact{m, w.churn.ActiveDays(m, day)}) }
	in := func(m uint32) bool { return channel == "" || w.churn.Why().MainChannel(m) == channel }
	switch d.Kind {
	case alert.LeaveSpike:
		for _, l := range w.watch.leaves {
			if int64(l.minute)*minuteMS <= d.At && l.time >= min(d.Start, d.At-d.Window) && (channel == "" || l.home == xxh3.HashString(channel)) {
				add(l.member)
			}
		}
	case alert.ActivityDrop:
		w.churn.Recent(func(m uint32) {
			if in(m) && w.churn.ActiveDays(m, day) > 0 {
				add(m)
			}
		})
	default:
		for _, m := range entered {
			if in(m) {
				add(m)
			}
		}
	}
	slices.SortFunc(all, func(a, b contact) int {
		return cmp.Or(cmp.Compare(b.days, a.days), cmp.Compare(w.roster.Name(a.member), w.roster.Name(b.member)))
	})
	for _, c := range slices.Compact(all) {
		if len(out) == mostContacts {
			break
		}
		m := &actionpb.AlertMember{Member: w.roster.Name(c.member), Value: float64(c.days)}
		if d.Kind == alert.AtRiskSpike {
			m.WhyEn, m.WhyZh = w.churn.FirstReason(c.member, w.roster.Name)
		}
		out = append(out, m)
	}
	return out
}

// replaced tells what there is to tell of the alerts of a state whose place another takes. Its rows go.
func (w *whole) replaced(c *Communities) {
	gone := NewCommunities()
	if now := w.now(); now != unset {
		w.publishChurn(gone, w.name, now, 0)
		c.out.Alerts = append(c.out.Alerts, gone.out.Alerts...)
		w.watch.alerts.Replaced(now)
		w.watch.alerts.Publish(w.name, 0, &gone.alerts, func(r schemas.Record) { c.out.Alerts = append(c.out.Alerts, r) })
	}
}

func (x *watch) save(s *state.Writer) {
	x.detectors.Save(s)
	x.alerts.Save(s)
	state.Put(s, x.leaves)
	s.Int(x.looked)
	s.Uint32s(x.refit)
	s.Uint(uint64(len(x.leaders)))
	for i := range x.leaders {
		x.leaders[i].save(s)
	}
	s.Uint(uint64(len(x.lost)))
	for i := range x.lost {
		x.lost[i].leader.save(s)
		s.Int(x.lost[i].since)
		s.Int(int64(x.lost[i].state))
	}
}

func loadWatch(r *state.Reader, members int) *watch {
	x := &watch{detectors: spikes.Load(r), alerts: alert.Load(r), leaves: state.Get[leave](r)}
	for _, l := range x.leaves {
		if int(l.member) >= members {
			r.Fail()
		}
	}
	x.looked = r.Int()
	for _, m := range r.Uint32s() {
		if int(m) >= members {
			r.Fail()
		}
		x.refit = append(x.refit, m)
	}
	for range r.Len() {
		x.leaders = append(x.leaders, loadLeader(r, members))
	}
	for range r.Len() {
		x.lost = append(x.lost, lost{loadLeader(r, members), r.Int(), churn.State(r.Between(0, int64(churn.StateLeft)))})
	}
	return x
}
