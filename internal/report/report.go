package report

import "time"

// Number is one of the numbers of a week.
type Number int

// The numbers of a week, in the order in which they are shown.
const (
	Active        Number = iota // members
	Contributing                // members
	New                         // members
	Returning                   // members
	Resurrecting                // members
	Dormant                     // members of the week before
	Actions                     // actions of any kind
	Stickiness                  // mean of the days' DAU / MAU, a share
	AtRisk                      // members at the end of the week
	EnteredAtRisk               // times
	Churned                     // times
	Left                        // times
	AbsenceFactor               // members, by the end of the week
	numbers
)

// Weeks that are drawn, and those before this one that say what is usual.
const (
	Drawn = 13
	Past  = 8
)

// Numbers are those of one week; NaN is not known.
type Numbers struct {
	Week   Week
	Values [numbers]float64
}

// Report is a community's week. Lists are sorted, the first to be shown first.
type Report struct {
	Community string
	Week      Week
	Zone      *time.Location
	Now       time.Time // stream time; zero: nothing has happened yet
	Begun     time.Time // the first action's time; zero as Now
	Lateness  time.Duration

	Weeks []Numbers // up to Drawn, oldest first, from the community's first to this one; empty where Now is zero

	Days    [7]Day
	Hours   [7 * 24]float64 // actions by local hour of the week, from Monday 00:00
	Cohorts []Cohort

	Alerts       []Alert
	MoreAlerts   int
	Segments     []Segment
	Sources      []Source
	Contributors []Contributor
	Rising       []Leader
	Helpers      []Helper
	Slipping     []Slipping
	MoreSlipping int
	Lost         []LostLeader
	Unanswered   []Unanswered
	MoreAsked    int
	AnswersKnown bool // posts of the last weeks were answered by object, so that silence says something
}

// Day is a weekday's actions.
type Day struct {
	This, Before, Mean float64 // Mean of the weeks before, up to four; NaN: not known, or not yet
}

// Cohort is who came first in a week, and the shares who were active n = 1, 2, … weeks later.
type Cohort struct {
	Week   Week
	Size   float64
	Shares []float64
}

// Alert is what was not usual.
type Alert struct {
	Kind, Severity, State string
	Opened                time.Time
	Cause, CauseName      string // platform_outage, holiday, or empty
	Title, Text           Text
}

// Segment is a channel or platform, with the actions in it.
type Segment struct {
	Dimension, Name string
	This, Before    float64
	Active          float64 // members in this week
}

// Source is where new members did their first active action.
type Source struct {
	Dimension, Name string // campaign, channel, platform; an empty name: none was given
	Members         float64
}

// Contributor is a member by the week's engagement.
type Contributor struct {
	Member                       string
	Score                        float64 // sum of the weights of the week's actions
	Actions, Contributions, Days float64
}

// Leader is a member on the board current at the end of the week.
type Leader struct {
	Member          string
	Rank, Endorsers float64
	Gained          float64 // places; NaN: was not ranked a week before
}

// Helper is a newcomer who turned to others at once.
type Helper struct {
	Member           string
	Replies, Members float64 // to how many members
	Answers          float64 // of the replies, those of kind answer
}

// Slipping is a member who became at risk in the week and is so at its end.
type Slipping struct {
	Member string
	Score  float64 // engagement score at the end of the week
	Since  time.Time
	Seen   time.Time // the last active action before the week's end
	Why    []Text
}

// LostLeader is a leader who is at risk, or churned or left in the week.
type LostLeader struct {
	Member     string
	Rank       float64
	State      string
	Since      time.Time
	Dependents []string // the closest first; not all
	Dependent  float64  // how many they are
}

// Unanswered is a post or feedback of the week that nobody has replied to.
type Unanswered struct {
	Member, Kind, Channel, Object string
	Time                          time.Time
}

// Over tells whether the week was over at stream time.
func (r *Report) Over() bool { return !r.Now.Before(r.Week.End(r.Zone)) }

// This returns the numbers of the week, all 0 where nothing has happened yet.
func (r *Report) This() Numbers {
	if len(r.Weeks) == 0 {
		return Numbers{Week: r.Week}
	}
	return r.Weeks[len(r.Weeks)-1]
}

// Before returns those of the week n weeks before, and whether the community was there.
func (r *Report) Before(n int) (Numbers, bool) {
	i := len(r.Weeks) - 1 - n
	if i < 0 {
		return Numbers{}, false
	}
	return r.Weeks[i], true
}
