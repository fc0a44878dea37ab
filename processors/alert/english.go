package alert

import (
	"fmt"
	"strings"
)

// in names where the headline's counts are of, as "in channel help"; empty for the whole community.
func (f facts) inEN() string {
	if !f.d.Within || len(f.d.Segments) == 0 {
		return ""
	}
	return " in " + placeEN(f.d.Segments[0].Dimension, f.d.Segments[0].Segment)
}

func placeEN(dimension, name string) string {
	switch name = clean(name); dimension {
	case "channel":
		return "channel " + name
	case "platform":
		return "platform " + name
	case "cohort":
		return "those who joined in " + name
	default:
		return dimension + " " + name
	}
}

func (f facts) titleEN() string {
	y, m := count(f.d.Observed), count(f.d.Expected)
	switch f.d.Kind {
	case LeaveSpike:
		return fmt.Sprintf("Members are leaving: %s in one hour%s, usually %s at most", y, f.inEN(), atLeastOne(f.d.Expected))
	case ActivityDrop:
		what := "Activity has dropped" + f.inEN()
		switch f.d.Cause {
		case PlatformOutage:
			what = "Nothing comes from " + clean(f.d.CauseName)
		case PublicHoliday:
			what = "Quiet on a holiday, " + clean(f.d.CauseName)
		}
		return fmt.Sprintf("%s: %s active members an hour, usually at least %s", what, y, m)
	case ActivitySurge:
		return fmt.Sprintf("Activity has surged%s: %s active members an hour, usually at most %s", f.inEN(), y, m)
	case AtRiskSpike:
		return fmt.Sprintf("More members than usual are slipping away%s: %s newly at risk in a %s, usually %s", f.inEN(), y, f.spanEN(), m)
	case KolAtRisk:
		if len(f.d.Segments) == 1 {
			return "A leader is slipping away: " + f.leaders(", ")
		}
		return "Leaders are slipping away: " + f.leaders(", ")
	case ChurnSpike:
		return fmt.Sprintf("More members than usual have churned%s: %s in a %s, usually %s", f.inEN(), y, f.spanEN(), m)
	}
	return fmt.Sprintf("%s: %s, usually %s", f.d.Kind, y, m)
}

func (f facts) spanEN() string {
	if f.weekly() {
		return "week"
	}
	return "day"
}

func (f facts) whenEN() string {
	if f.weekly() {
		return "In the week up to"
	}
	return "At the beginning of"
}

func atLeastOne(v float64) string { return count(max(1, v)) }

func (f facts) whatEN() string {
	y, m, in := count(f.d.Observed), count(f.d.Expected), f.inEN()
	at := clockEN(f.d.At, f.l)
	chance := fmt.Sprintf("On an ordinary day the chance of that is %s 1 in %s.", [2]string{"about", "below"}[least(f.d.Probability)], oneIn(f.d.Probability))
	hours := "hour"
	if h := f.d.Window / 3_600_000; h > 1 {
		hours = fmt.Sprintf("%d hours", h)
	}
	mean := ""
	if hours != "hour" {
		mean = " an hour on average"
	}
	switch f.d.Kind {
	case LeaveSpike:
		return fmt.Sprintf("In the hour to %s, %s members left%s. Usually it is %s at most. %s", at, y, in, atLeastOne(f.d.Expected), chance)
	case ActivityDrop:
		return fmt.Sprintf("In the %s to %s, %s members were active%s%s. At this time of the week it is usually at least %s. %s", hours, at, y, in, mean, m, chance)
	case ActivitySurge:
		return fmt.Sprintf("In the %s to %s, %s members were active%s%s. At this time of the week it is usually at most %s. %s", hours, at, y, in, mean, m, chance)
	case AtRiskSpike:
		return fmt.Sprintf("%s %s, %s members%s became at risk: they will probably not be back within 56 days. Usually about %s do in a %s. %s",
			f.whenEN(), dayEN(f.d.At, f.l), y, ofEN(in), m, f.spanEN(), chance)
	case ChurnSpike:
		return fmt.Sprintf("%s %s, %s members%s were counted as churned: they were last here about a month before. Usually about %s are in a %s. %s",
			f.whenEN(), dayEN(f.d.At, f.l), y, ofEN(in), m, f.spanEN(), chance)
	}
	return fmt.Sprintf("%s at %s: %s, usually %s. %s", f.d.Kind, at, y, m, chance)
}

// ofEN makes "in" of a group into "of" it.
func ofEN(in string) string { return strings.Replace(in, " in ", " of ", 1) }

func (f facts) sinceEN() string {
	if f.d.Window == 0 || f.weekly() {
		if f.d.At-f.d.Start < 86_400_000 {
			return ""
		}
		return fmt.Sprintf("It has been so since %s.", dayEN(f.d.Start, f.l))
	}
	if dayEN(f.d.Start, f.l) == dayEN(f.d.At, f.l) {
		return fmt.Sprintf("It began at about %s.", timeOf(f.d.Start, f.l))
	}
	return fmt.Sprintf("It began at about %s.", clockEN(f.d.Start, f.l))
}

func (f facts) whereEN() string {
	if len(f.d.Segments) == 0 {
		switch f.d.Kind {
		case ActivityDrop, ActivitySurge:
			return "Where: everywhere; no channel or platform stands out."
		}
		return ""
	}
	var parts []string
	for _, s := range f.d.Segments {
		parts = append(parts, fmt.Sprintf("%s: %s, usually %s (%s of the difference)", placeEN(s.Dimension, s.Segment), count(s.Observed), count(s.Expected), percent(s.Share)))
	}
	return "Where: " + strings.Join(parts, "; ") + "."
}

func (f facts) causeEN() string {
	switch f.d.Cause {
	case PlatformOutage:
		return fmt.Sprintf("Probable cause: an outage. Nothing at all has come from platform %s since; the members have not gone.", clean(f.d.CauseName))
	case PublicHoliday:
		return fmt.Sprintf("Probable cause: the holiday %s.", clean(f.d.CauseName))
	}
	return ""
}

func (f facts) adviceEN() string {
	below := ""
	if len(f.x.Members) > 0 {
		below = " Write to those below first."
	}
	switch f.d.Cause {
	case PlatformOutage:
		return "What to do: check the platform and its connection to Rollcall. Tell members where they can meet meanwhile."
	case PublicHoliday:
		return "What to do: nothing, unless it lasts longer than the holiday."
	}
	switch f.d.Kind {
	case LeaveSpike:
		return "What to do: look at what was said or changed just before, and answer openly." + below
	case ActivityDrop:
		return "What to do: see whether the place can be reached, and what changed there." + below
	case ActivitySurge:
		return "What to do: look at who came. If they are welcome, greet them; if it is a raid, slow the channel down and moderate."
	case KolAtRisk:
		if len(f.x.Members) > 0 {
			return "What to do: write to them in person, and give those below others to talk with: they may follow."
		}
		return "What to do: write to them in person."
	case AtRiskSpike, ChurnSpike:
		return "What to do: see what these members have in common." + below
	}
	return ""
}

// leadersEN says of each leader what became of them, and who depends on them.
func (f facts) leadersEN() string {
	var parts []string
	for _, s := range f.d.Segments {
		state := map[string]string{"at_risk": "is at risk of staying away", "churned": "has churned", "left": "left"}[s.State]
		depend := ""
		switch n := count(s.Observed); {
		case s.Observed == 1:
			depend = "; one member has more than half of their ties with them"
		case s.Observed > 1:
			depend = "; " + n + " members have more than half of their ties with them"
		}
		parts = append(parts, fmt.Sprintf("%s, no. %s by influence, %s%s.", clean(s.Segment), count(s.Expected), state, depend))
	}
	return strings.Join(parts, " ")
}

// leaders are their names.
func (f facts) leaders(between string) string {
	var names []string
	for _, s := range f.d.Segments {
		names = append(names, clean(s.Segment))
	}
	return strings.Join(names, between)
}

func (f facts) whoEN() string {
	if len(f.x.Members) == 0 {
		return ""
	}
	var names []string
	for _, m := range f.x.Members {
		n := clean(m.Member)
		if why := phrase(m.WhyEn); why != "" {
			n += " (" + why + ")"
		}
		names = append(names, n)
	}
	if f.d.Kind == KolAtRisk {
		return "Who may follow: " + strings.Join(names, "; ") + "."
	}
	return "Contact first: " + strings.Join(names, "; ") + "."
}
