package simulate

import (
	"errors"
	"fmt"
	"time"

	"github.com/rollcall-dev/rollcall/schemas"
)

// MaxMembers is the largest community that can be simulated.
const MaxMembers = 9_999_999

// horizon is how long joins and leaves go on where the simulation has no end.
const horizon = 90 * 24 * time.Hour

// Options describe a community. A zero share or number plants nothing of its kind.
type Options struct {
	Community string
	Seed      uint64
	Members   int // over the whole time, 1 to MaxMembers

	From time.Time
	To   time.Time // first instant without actions; zero: no end

	// Either PerDay or Rate sets how much happens, as a mean over a week: PerDay is actions a member and day, so that
	// the community's total follows its size; Rate is actions a second of the whole community, whoever is there.
	// Joins and leaves come on top.
	PerDay float64
	Rate   float64

	TimeZone  string // IANA name, of the habits; empty is UTC
	Channels  []string
	Platforms []string

	Founders float64 // share of members who were there before From; at least one, and every leader, is
	Leavers  float64 // share of the members who leave before To; leaders and rings stay
	Daily    float64 // instead: share of the members who leave in a day, at any time of theirs; and newcomers come until the end
	Explicit float64 // share of the leavers who say so with a leave; the others fall silent
	Leaders  int     // members whose content draws most answers
	Rings    int     // groups of new members who endorse one another
	RingSize int

	Ties    float64 // share of the actions with a target by which members turn to the leader whom they follow; 0: nobody follows
	Spells  bool    // members are there for days and away for days, each in their own way
	Weather float64 // standard deviation of the logarithm of what the community does on a day, and in an hour, about the usual

	Spikes []Spike
	Plants []Plant
}

// Spike multiplies the community's activity while From ≤ t < To: a surge above 1, a drop below, 0 is silence.
type Spike struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Factor float64   `json:"factor"`
}

// Demo returns options with something of everything planted: a surge of three hours and a drop of a day (where the time
// is long enough), leavers, leaders and a ring. A zero to leaves the end open and plants no surge or drop.
func Demo(community string, seed uint64, members int, from, to time.Time) Options {
	o := Options{
		Community: community, Seed: seed, Members: members, From: from, To: to, PerDay: 6,
		Channels:  []string{"general", "help", "showcase", "events", "off-topic"},
		Platforms: []string{"web", "ios", "android", "discord"},
		Founders:  0.2, Leavers: 0.2, Explicit: 0.3, Leaders: min(5, max(members/20, 0)),
	}
	if members >= 100 {
		o.Rings, o.RingSize = 1, min(members/20, 20)
	}
	if to.IsZero() {
		o.Founders = 0.8 // a live community is not born this minute
		return o
	}
	if span := to.Sub(from); span >= 14*24*time.Hour {
		surge := from.Add(span * 6 / 10).Truncate(24 * time.Hour).Add(15 * time.Hour)
		drop := from.Add(span * 8 / 10).Truncate(24 * time.Hour)
		o.Spikes = []Spike{{surge, surge.Add(3 * time.Hour), 5}, {drop, drop.Add(24 * time.Hour), 0.2}}
	}
	return o
}

// leaving is the share of members who leave in a day where nothing goes wrong: one in twelve in a month.
const leaving = 0.0028

// Quiet returns options of a community as they are when nothing goes wrong: members come and go, about as many, follow
// leaders, have days on and off, and no two days are alike.
func Quiet(community string, seed uint64, members int, from, to time.Time) Options {
	o := Demo(community, seed, members, from, to)
	span := horizon
	if !to.IsZero() {
		span = to.Sub(from)
	}
	o.Leavers, o.Daily, o.Rings, o.Spikes = 0, leaving, 0, nil
	o.Founders = 1 / (1 + leaving*span.Hours()/24) // so that as many come
	o.Ties, o.Spells, o.Weather = 0.5, true, 0.1
	return o
}

func (o *Options) check() error {
	share := func(name string, v float64) error {
		if !(v >= 0 && v <= 1) {
			return fmt.Errorf("%s is a share between 0 and 1, not %v", name, v)
		}
		return nil
	}
	errs := []error{share("founders", o.Founders), share("leavers", o.Leavers), share("explicit", o.Explicit)}
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	bad(o.Community == "" || len(o.Community) > schemas.MaxCommunity, "community: 1 to %d bytes", schemas.MaxCommunity)
	bad(o.Members < 1 || o.Members > MaxMembers, "members: 1 to %d, not %d", MaxMembers, o.Members)
	bad(o.From.UnixMilli() < schemas.MinTime || o.From.UnixMilli() >= schemas.MaxTime, "from: 1970 to 2100")
	bad(!o.To.IsZero() && !o.To.After(o.From), "to must lie after from")
	bad((o.PerDay != 0) == (o.Rate != 0), "give actions per member and day, or a rate, and not both")
	bad(o.PerDay != 0 && !(o.PerDay >= 1e-3 && o.PerDay <= 1e6), "actions per member and day: 0.001 to 1000000")
	bad(o.Rate != 0 && !(o.Rate >= 1e-6 && o.Rate <= 1e7), "rate: 0.000001 to 10000000 actions a second")
	bad(!(o.Daily >= 0 && o.Daily < 1) || o.Daily > 0 && o.Leavers > 0, "leavers: a share of all, or one below 1 a day, and not both")
	bad(o.Leaders < 0 || o.Rings < 0 || o.RingSize < 0, "leaders, rings and their size cannot be negative")
	bad(o.Rings > 0 && o.RingSize < 2, "a ring needs two members at least")
	bad(o.Leaders > o.Members || o.Rings > o.Members || o.RingSize > o.Members ||
		o.Leaders+o.Rings*o.RingSize > o.Members, "leaders and rings need more members than there are")
	bad(len(o.Channels) > 255 || len(o.Platforms) > 255, "at most 255 channels and 255 platforms")
	for _, text := range append(append([]string(nil), o.Channels...), o.Platforms...) {
		bad(text == "" || len(text) > schemas.MaxText, "channels and platforms: 1 to %d bytes each", schemas.MaxText)
	}
	for _, s := range o.Spikes {
		bad(!s.To.After(s.From), "a spike must end after it begins")
		bad(!(s.Factor >= 0 && s.Factor <= 1000), "a spike's factor: 0 to 1000, not %v", s.Factor)
	}
	bad(!(o.Ties >= 0 && o.Ties <= 1), "ties is a share between 0 and 1, not %v", o.Ties)
	bad(!(o.Weather >= 0 && o.Weather <= 1), "weather: 0 to 1, not %v", o.Weather)
	for i := range o.Plants {
		if err := o.Plants[i].check(o); err != nil {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("simulating %q: %w", o.Community, err)
	}
	return nil
}
