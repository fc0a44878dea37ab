package simulate

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Plant is something that goes right or wrong at a known time. Only Name is needed: the seed draws the rest.
type Plant struct {
	Name string    // one of Plants
	From time.Time // when it begins; zero: past the middle of the time, by day
	To   time.Time // when it is over; zero: after as long as such a thing usually takes

	Dimension string // channel or platform, for what befalls a segment; empty: drawn
	Segment   string // empty: drawn
}

// Plants are the names of what can be planted, each with what it does.
var Plants = map[string]string{
	GradualLeavers: "three of five of a channel's or platform's members do less and less for weeks, then stop",
	DeadChannel:    "a channel falls silent for good",
	LeaderLeaves:   "a leader leaves, and over two weeks most of those tied to them",
	MassLeave:      "a quarter of a channel's or platform's members leave within an hour, most of them soon",
	Raid:           "new accounts flood a channel for two hours",
	PlatformOutage: "nothing comes from a platform for hours",
	Holiday:        "a day off",
	SlowDecline:    "over two months two of five members fall silent",
	ActivityDrop:   "for eight hours a quarter of the usual",
	ActivitySurge:  "for three hours four times the usual",
}

// Names of plants.
const (
	GradualLeavers = "gradual-leavers"
	DeadChannel    = "dead-channel"
	LeaderLeaves   = "leader-leaves"
	MassLeave      = "mass-leave"
	Raid           = "raid"
	PlatformOutage = "platform-outage"
	Holiday        = "holiday"
	SlowDecline    = "slow-decline"
	ActivityDrop   = "activity-drop"
	ActivitySurge  = "activity-surge"
)

// HolidayName is what a planted holiday is called.
const HolidayName = "Founding Day"

// lasts is how long each usually takes.
var lasts = map[string]time.Duration{
	GradualLeavers: 24 * day1, DeadChannel: day1, LeaderLeaves: 14 * day1, MassLeave: time.Hour, Raid: 2 * time.Hour,
	PlatformOutage: 5 * time.Hour, Holiday: day1, SlowDecline: 60 * day1, ActivityDrop: 8 * time.Hour, ActivitySurge: 3 * time.Hour,
}

const day1 = 24 * time.Hour

// PlantNames returns the names in order, for people.
func PlantNames() string {
	return strings.Join(slices.Sorted(maps.Keys(Plants)), ", ")
}

func (p *Plant) check(o *Options) error {
	switch {
	case Plants[p.Name] == "":
		return fmt.Errorf("there is nothing called %q to plant; there are: %s", p.Name, PlantNames())
	case p.From.IsZero() && o.To.IsZero():
		return fmt.Errorf("%s: without an end of the time, say when it is to begin", p.Name)
	case !p.From.IsZero() && (p.From.Before(o.From) || !o.To.IsZero() && !p.From.Before(o.To)):
		return fmt.Errorf("%s: %s lies outside the time", p.Name, p.From.UTC().Format(time.RFC3339))
	case !p.To.IsZero() && !p.To.After(p.From):
		return fmt.Errorf("%s must end after it begins", p.Name)
	case p.Dimension != "" && p.Dimension != "channel" && p.Dimension != "platform":
		return fmt.Errorf("%s: dimension channel or platform, not %q", p.Name, p.Dimension)
	case p.Segment != "" && (p.Dimension == "" || !slices.Contains(o.segments(p.Dimension), p.Segment)):
		return fmt.Errorf("%s: there is no %s %q", p.Name, p.Dimension, p.Segment)
	case p.Name == DeadChannel && len(o.Channels) == 0, p.Name == Raid && len(o.Channels) == 0, p.Name == PlatformOutage && len(o.Platforms) == 0:
		return fmt.Errorf("%s needs channels and platforms", p.Name)
	case p.Name == LeaderLeaves && (o.Leaders == 0 || o.Ties == 0):
		return fmt.Errorf("%s needs leaders, and ties to them", p.Name)
	}
	return nil
}

func (o *Options) segments(dimension string) []string {
	switch dimension {
	case "channel":
		return o.Channels
	case "platform":
		return o.Platforms
	}
	return nil
}

// settle draws what a plant leaves open. What unfolds over weeks begins halfway, the rest between 55 and 75 % of the
// time, by day.
func (p *Plant) settle(o *Options, location *time.Location, rng *rand.Rand) {
	u, hour, minute := rng.Float64(), 9+rng.IntN(11), rng.IntN(60)
	if p.From.IsZero() {
		share := 0.55 + 0.2*u
		if lasts[p.Name] > 7*day1 {
			share = 0.5 + 0.05*u
		}
		y, m, d := o.From.Add(time.Duration(share * float64(o.To.Sub(o.From)))).In(location).Date()
		p.From = time.Date(y, m, d, hour, minute, 0, 0, location)
	}
	p.From = p.From.In(location)
	if p.Name == Holiday { // all of a local day
		y, m, d := p.From.In(location).Date()
		p.From, p.To = time.Date(y, m, d, 0, 0, 0, 0, location), time.Date(y, m, d+1, 0, 0, 0, 0, location)
	}
	if p.To.IsZero() {
		p.To = p.From.Add(lasts[p.Name])
	}
	byChannel := rng.IntN(2) == 0
	if p.Dimension == "" {
		p.Dimension = "platform"
		switch p.Name {
		case DeadChannel, LeaderLeaves, Raid:
			p.Dimension = "channel"
		case GradualLeavers, MassLeave:
			if byChannel && len(o.Channels) > 0 || len(o.Platforms) == 0 {
				p.Dimension = "channel"
			}
		case Holiday, SlowDecline, ActivityDrop, ActivitySurge:
			p.Dimension = ""
		}
	}
	if names := o.segments(p.Dimension); p.Segment == "" && len(names) > 0 { // one of the larger
		p.Segment = names[rng.IntN((len(names)+1)/2)]
	}
}
