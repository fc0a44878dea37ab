package processors

import (
	"fmt"
	"math"

	"github.com/rollcall-dev/rollcall/processors/activity"
	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/dedupe"
	"github.com/rollcall-dev/rollcall/processors/members"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	unset          = math.MinInt64 // stream time before anything came
	dayMS          = 86_400_000
	dedupeHorizon  = dayMS     // of event time; never below the lateness
	defaultLateMS  = 3_600_000 // metrics.md, Terms
	maxLatenessMS  = 30 * dayMS
	membersVersion = 1 // definition of the tables members and member_days
)

// community is what one partition of the members stage knows of one community.
type community struct {
	name     string
	zone     string
	clock    actionpb.Clock
	lateness int64
	calendar *calendar.Calendar

	time  int64 // stream time here
	heard int64 // when the newest record of this community was written, by the writer's clock
	today int32
	late  int64 // since the last cut

	seen    *dedupe.Set
	members *members.Counts
	tracker *activity.Tracker

	greeted  bool  // whether an action came here
	told     bool  // whether a signal has named the settings below
	sent     int64 // stream time of the last signal
	segments []activity.Segment
}

func newCommunity(name string) *community {
	c := &community{name: name, lateness: defaultLateMS, time: unset, sent: unset}
	c.reset()
	return c
}

// reset makes the parts that depend on zone and lateness anew.
func (c *community) reset() {
	cal, err := calendar.New(c.zone)
	if err != nil { // the collector checked the name; a record from elsewhere must not stop the log
		c.zone = ""
		cal, _ = calendar.New("")
	}
	c.calendar = cal
	c.seen = dedupe.New(max(dedupeHorizon, c.lateness))
	c.members = members.NewCounts(c.lateness)
	c.tracker = activity.NewTracker(c.lateness)
}

// configure takes settings over. The zone and the lateness shape everything that is kept, so they are fixed by the first
// action; the clock may change at any time.
func (c *community) configure(s *actionpb.Settings) {
	c.told = false
	c.clock = s.Clock
	if c.members.Len() == 0 {
		c.zone, c.lateness = s.TimeZone, min(max(s.LatenessMs, 0), maxLatenessMS)
		c.reset()
	}
}

// advance moves stream time to t, never back.
func (c *community) advance(t int64) {
	if t <= c.time || t < schemas.MinTime {
		return
	}
	c.time = t
	if today := c.calendar.Day(t); today > c.today {
		c.today = today
		c.tracker.Forget(today)
	}
}

// apply counts an action that is neither a repeat nor late.
func (c *community) apply(a *schemas.Action, m *Members) {
	day := c.calendar.Day(a.Time)
	panes := activity.PanesOf(a.Time, day)
	active, contributing := a.Kind.Active(), a.Kind.Contributing()
	member := c.members.Member(a.Member)
	c.segments = append(c.segments[:0], c.tracker.Segment(activity.Kind, []byte(a.Kind.String())))
	if len(a.Channel) > 0 {
		c.segments = append(c.segments, c.tracker.Segment(activity.Channel, a.Channel))
	}
	if len(a.Platform) > 0 {
		c.segments = append(c.segments, c.tracker.Segment(activity.Platform, a.Platform))
	}
	activeDay := c.tracker.Observe(member, activity.WholeCommunity, panes, active, contributing)
	for _, s := range c.segments {
		c.tracker.Observe(member, s, panes, active, contributing)
	}
	c.members.Count(member, a.Time, day, contributing, activeDay, func(name string, d members.Day) {
		c.dayRow(m, name, d)
	})
}

func (c *community) worthASignal() bool {
	return !c.told || c.late > 0 || c.tracker.Pending() || c.time != c.sent && (c.sent == unset || c.time/60_000 > c.sent/60_000)
}

// changedSettings returns the settings for a signal, nil where the receiver knows them.
func (c *community) changedSettings() *actionpb.Settings {
	if c.told {
		return nil
	}
	c.told = true
	return &actionpb.Settings{Community: c.name, TimeZone: c.zone, Clock: c.clock, LatenessMs: c.lateness}
}

// flush appends the rows of the members and days that changed.
func (c *community) flush(m *Members) {
	c.members.Changed(func(name string, v members.Member) {
		r := &m.members
		r.Community = append(r.Community, c.name)
		r.Member = append(r.Member, name)
		r.FirstSeen = append(r.FirstSeen, v.First)
		r.LastSeen = append(r.LastSeen, v.Last)
		r.Actions = append(r.Actions, v.Actions)
		r.ActiveDays = append(r.ActiveDays, v.ActiveDays)
		r.Contributions = append(r.Contributions, v.Contributions)
		r.Version = append(r.Version, m.version())
		r.Definition = append(r.Definition, membersVersion)
	}, func(name string, d members.Day) { c.dayRow(m, name, d) })
}

func (c *community) dayRow(m *Members, name string, d members.Day) {
	r := &m.memberDays
	r.Community = append(r.Community, c.name)
	r.Member = append(r.Member, name)
	r.Day = append(r.Day, d.Day)
	r.Actions = append(r.Actions, d.Actions)
	r.Contributions = append(r.Contributions, d.Contributions)
	r.Version = append(r.Version, m.version())
	r.Definition = append(r.Definition, membersVersion)
}

func (c *community) save(w *state.Writer) {
	w.String(c.name)
	w.String(c.zone)
	w.Uint(uint64(c.clock))
	w.Int(c.lateness)
	w.Int(c.time)
	w.Int(c.heard)
	w.Int(int64(c.today))
	w.Int(c.late)
	w.Bool(c.greeted)
	w.Bool(c.told)
	w.Int(c.sent)
	c.seen.Save(w)
	c.members.Save(w)
	c.tracker.Save(w)
}

func loadCommunity(r *state.Reader) (*community, error) {
	c := &community{name: r.String(), zone: r.String(), clock: actionpb.Clock(r.Uint()), lateness: r.Int()}
	c.time, c.heard, c.today, c.late = r.Int(), r.Int(), int32(r.Int()), r.Int()
	c.greeted, c.told, c.sent = r.Bool(), r.Bool(), r.Int()
	var err error
	if c.calendar, err = calendar.New(c.zone); err != nil {
		return nil, fmt.Errorf("community %q: %w", c.name, err)
	}
	c.seen = dedupe.Load(r)
	c.members = members.LoadCounts(r)
	c.tracker = activity.LoadTracker(r)
	return c, r.Err()
}
