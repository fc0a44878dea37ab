package processors

import (
	"bytes"
	"encoding/json"
	"math"

	"github.com/zeebo/xxh3"

	"github.com/rollcall-dev/rollcall/processors/activity"
	"github.com/rollcall-dev/rollcall/processors/calendar"
	"github.com/rollcall-dev/rollcall/processors/dedupe"
	"github.com/rollcall-dev/rollcall/processors/engagement"
	"github.com/rollcall-dev/rollcall/processors/facts"
	"github.com/rollcall-dev/rollcall/processors/hours"
	"github.com/rollcall-dev/rollcall/processors/lifecycle"
	"github.com/rollcall-dev/rollcall/processors/members"
	"github.com/rollcall-dev/rollcall/schemas"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

const (
	unset         = math.MinInt64 // stream time before anything came
	dayMS         = 86_400_000
	dedupeHorizon = dayMS     // of event time; never below the lateness
	defaultLateMS = 3_600_000 // metrics.md, Terms
	maxLatenessMS = 30 * dayMS
	forgetEvery   = 4 // days: it looks at every member, so doing it daily was a twelfth of the fold
)

// community is what one partition of the members stage knows of one community, in one epoch.
type community struct {
	name     string
	epoch    uint32
	staged   bool // the second state of a rebuild, whose rows wait under another name
	settings *actionpb.Settings
	zone     string
	clock    actionpb.Clock
	lateness int64
	calendar *calendar.Calendar

	time  int64 // stream time here
	heard int64 // when the newest record of this community was written, by the writer's clock
	today int32

	seen    *dedupe.Set
	members *members.Counts
	tracker *activity.Tracker
	lives   *lifecycle.Lives
	hours   *hours.Counts
	scores  *engagement.Scores
	facts   *facts.Feed
	bots    map[string]bool // by the community's word

	greeted  bool  // whether an action came here
	told     bool  // whether a signal has named the settings
	swapping bool  // whether a signal has still to say that this became the live state
	again    int64 // after how many ticks to say so once more; 0: not
	sent     int64 // stream time of the last signal
	segments []activity.Segment

	next *community // the second state, while a rebuild runs
	// Of a second state: from which offset on live actions are kept for it, 0 for not yet; whether they are folded in as
	// they come, because too much was kept; what is kept, and how many bytes that is.
	mark   int64
	direct bool
	kept   []keptAction
	size   int
}

func newCommunity(name string) *community {
	c := &community{name: name, time: unset, sent: unset}
	c.use(&actionpb.Settings{Community: name, LatenessMs: defaultLateMS})
	return c
}

// use takes settings over and makes the parts that depend on them anew.
func (c *community) use(s *actionpb.Settings) {
	c.adopt(s)
	c.seen = dedupe.New(max(dedupeHorizon, c.lateness))
	c.members = members.NewCounts(c.lateness)
	c.tracker = activity.NewTracker(c.lateness)
	c.lives = lifecycle.NewLives()
	c.hours = hours.NewCounts()
	c.facts = facts.NewFeed()
	c.scores = engagement.NewScores(engagement.WeightsOf(s.Weights), c.lateness)
}

func (c *community) adopt(s *actionpb.Settings) {
	c.settings, c.zone, c.clock = s, s.TimeZone, s.Clock
	c.lateness = min(max(s.LatenessMs, 0), maxLatenessMS)
	cal, err := calendar.New(c.zone)
	if err != nil { // the collector checked the name; a record from elsewhere must not stop the log
		c.zone = ""
		cal, _ = calendar.New("")
	}
	c.calendar, c.bots = cal, map[string]bool{}
	for _, b := range s.Bots {
		c.bots[b] = true
	}
}

// configure takes settings over. The zone, the lateness, the weights and the rules of churn shape what is kept, so they are
// fixed by the first action, until a rebuild; the clock, the bots, the staff and the rules of alerts may
// change at any time.
func (c *community) configure(s *actionpb.Settings) {
	c.told = false
	if c.members.Len() == 0 && c.heard == 0 && c.time == unset { // nor did another partition hear of any
		c.use(s)
		return
	}
	for _, names := range [][]string{c.settings.Bots, s.Bots} {
		for _, b := range names {
			c.members.Mark(b)
		}
	}
	c.adopt(&actionpb.Settings{Community: c.name, TimeZone: c.zone, Clock: s.Clock, LatenessMs: c.lateness,
		Weights: c.settings.Weights, Bots: s.Bots, Revision: c.settings.Revision, Epoch: c.epoch,
		ChurnAfterDays: c.settings.ChurnAfterDays, AtRisk: c.settings.AtRisk, Alerting: s.Alerting, Staff: s.Staff})
}

// advance moves stream time to t, never back, nor to where no action can be: there is a row for every day up to it.
func (c *community) advance(t int64) {
	if t <= c.time || t < schemas.MinTime || t > schemas.MaxTime {
		return
	}
	c.time = t
	if today := c.calendar.Day(t); today > c.today {
		if today/forgetEvery > c.today/forgetEvery {
			c.tracker.Forget(today)
		}
		c.today = today
	}
}

// take folds an action in, unless its id was seen or it comes too late.
func (c *community) take(r *decoded, m *Members) (late, repeated bool) {
	a := &r.action
	if c.seen.Seen(r.id, c.time) {
		return false, true
	}
	if c.time != unset && a.Time < c.time-c.lateness {
		return true, false
	}
	c.advance(a.Time)
	c.seen.Add(r.id, a.Time, c.time)
	c.apply(a, r.name, m)
	return false, false
}

// apply counts an action that is neither a repeat nor late. name is the hash of its member's.
func (c *community) apply(a *schemas.Action, name xxh3.Uint128, m *Members) {
	day := c.calendar.Day(a.Time)
	panes := activity.PanesOf(a.Time, day)
	active, contributing := a.Kind.Active(), a.Kind.Contributing()
	member := c.members.MemberHashed(a.Member, name)
	c.segments = append(c.segments[:0], c.tracker.Kind(a.Kind))
	inChannel := len(a.Channel) > 0
	if inChannel {
		c.segments = append(c.segments, c.tracker.Segment(activity.Channel, a.Channel))
		c.members.In(member, a.Channel)
	}
	onPlatform := len(a.Platform) > 0
	if onPlatform {
		c.segments = append(c.segments, c.tracker.Segment(activity.Platform, a.Platform))
	}
	activeDay, contributingDay := c.tracker.Observe(member, c.segments, panes, active, contributing)
	c.lives.Count(day, 1, int64(flag(contributingDay)))
	if activeDay {
		c.lives.Add(member, day)
	}
	c.hours.Add(member, c.calendar.Hour(a.Time))
	c.scores.Add(member, a.Time, a.Kind)
	isBot := saysBot(a.Properties)
	if isBot {
		c.members.Bot(member)
	}
	last, known := c.members.Last(member)
	c.facts.Add(a, facts.Of{Known: c.members, Member: member, Last: last, First: !known, Local: day, Bot: isBot, Day: activeDay,
		KindDay: c.tracker.ActiveDayIn(0), ChannelDay: inChannel && c.tracker.ActiveDayIn(1),
		PlatformDay: onPlatform && c.tracker.ActiveDayIn(len(c.segments)-1)})
	c.members.Count(member, a.Time, day, contributing, activeDay, func(name string, d members.Day) {
		c.dayRow(m, name, d)
	})
}

// saysBot reports whether properties declare a bot (contract.md). Nearly all say nothing of it, which costs one search.
func saysBot(properties []byte) bool {
	if !bytes.Contains(properties, []byte("bot")) {
		return false
	}
	var p map[string]json.RawMessage
	return json.Unmarshal(properties, &p) == nil && string(p["is_bot"]) == "true"
}

func (c *community) worthASignal() bool {
	return !c.told || c.swapping || c.tracker.Pending() || c.facts.Pending() ||
		c.time != c.sent && (c.sent == unset || c.time/60_000 > c.sent/60_000)
}

// changedSettings returns the settings for a signal, nil where the receiver knows them.
func (c *community) changedSettings() *actionpb.Settings {
	if c.told {
		return nil
	}
	c.told = true
	return &actionpb.Settings{Community: c.name, TimeZone: c.zone, Clock: c.clock, LatenessMs: c.lateness,
		ChurnAfterDays: c.settings.ChurnAfterDays, AtRisk: c.settings.AtRisk, Alerting: c.settings.Alerting,
		Bots: c.settings.Bots, Staff: c.settings.Staff}
}

// label is the community's name in the rows.
func (c *community) label() string {
	if c.staged {
		return schemas.Staging(c.name, c.epoch)
	}
	return c.name
}

// flush appends the rows of the members, days and hours that changed.
func (c *community) flush(m *Members) {
	label, version := c.label(), schemas.RowVersion(c.epoch, m.next)
	c.members.Changed(func(n uint32, name string, v members.Member) {
		r := &m.rows.members
		r.Community = append(r.Community, label)
		r.Member = append(r.Member, name)
		r.FirstSeen = append(r.FirstSeen, v.First)
		r.LastSeen = append(r.LastSeen, v.Last)
		r.Actions = append(r.Actions, v.Actions)
		r.ActiveDays = append(r.ActiveDays, v.ActiveDays)
		r.Contributions = append(r.Contributions, v.Contributions)
		r.Engagement = append(r.Engagement, c.scores.At(n, v.Last))
		r.TopChannel = append(r.TopChannel, c.members.Channel(v.TopChannel))
		r.Bot = append(r.Bot, flag(v.Bot || c.bots[name]))
		r.Version = append(r.Version, version)
		r.Definition = append(r.Definition, engagement.Definition+1000*c.settings.Revision)
	}, func(name string, d members.Day) { c.dayRow(m, name, d) })
	c.hours.Changed(func(n uint32, hour int, actions uint64) {
		hourRow(&m.rows.hours, label, c.members.Name(n), hour, actions, version)
	})
}

func (c *community) dayRow(m *Members, name string, d members.Day) {
	r := &m.rows.memberDays
	r.Community = append(r.Community, c.label())
	r.Member = append(r.Member, name)
	r.Day = append(r.Day, d.Day)
	r.Actions = append(r.Actions, d.Actions)
	r.Contributions = append(r.Contributions, d.Contributions)
	r.Version = append(r.Version, schemas.RowVersion(c.epoch, m.next))
	r.Definition = append(r.Definition, members.Definition)
}

// keptAction is a live action that a second state has still to take.
type keptAction struct {
	value []byte
	late  bool // as the live state took it
}
