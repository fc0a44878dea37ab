package load

import (
	"fmt"
	"time"
)

// Options say what is made.
type Options struct {
	Seed    uint64  `json:"seed"`
	Members int     `json:"members"`
	Zipf    float64 `json:"zipf"` // exponent of how often a member acts, above 1; 0: all alike
	// Prelude: each member acts once, in the order of their names' numbers, before the events that count, so that the
	// state holds all of them by then.
	Prelude     bool `json:"prelude"`
	Events      int  `json:"events"`
	Communities int  `json:"communities"`
	Days        int  `json:"days"`
}

// channels that members are in, by community.
const channels = 40

// headRank flattens the head of the Zipf distribution: without it the first of a million members would act in an eighth
// of all actions, with it in 0.3 %.
const headRank = 50

// Start is when the first action happens.
var Start = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// Total is how many actions there are, the prelude's among them.
func (o Options) Total() int { return o.PreludeEvents() + o.Events }

// PreludeEvents is how many there are before those that count.
func (o Options) PreludeEvents() int {
	if o.Prelude {
		return o.Members
	}
	return 0
}

// Check refuses what cannot be made.
func (o Options) Check() error {
	switch {
	case o.Members < 2 || o.Members > 1<<31:
		return fmt.Errorf("%d members: give 2 to 2 billion", o.Members)
	case o.Events < 1, o.Communities < 1, o.Days < 1:
		return fmt.Errorf("%d events, %d communities, %d days: at least one of each", o.Events, o.Communities, o.Days)
	case o.Zipf != 0 && o.Zipf <= 1:
		return fmt.Errorf("a Zipf exponent of %v: give one above 1, or 0 for members who are all alike", o.Zipf)
	}
	return nil
}

// Community is the name of the nth community.
func Community(n int) string { return fmt.Sprintf("guild-%02d", n) }

// String names the load in a report.
func (o Options) String() string {
	who := "all alike"
	if o.Zipf > 0 {
		who = fmt.Sprintf("Zipf %.1f", o.Zipf)
	}
	return fmt.Sprintf("%s members, %s", short(o.Members), who)
}

func short(n int) string {
	switch {
	case n >= 1_000_000 && n%1_000_000 == 0:
		return fmt.Sprintf("%d M", n/1_000_000)
	case n >= 1000 && n%1000 == 0:
		return fmt.Sprintf("%d k", n/1000)
	}
	return fmt.Sprint(n)
}
