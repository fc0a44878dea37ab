package dashboards

import (
	"regexp"
	"strings"
)

// MaxPoints bounds the rows of a drawn panel: more than a screen can show only costs.
const MaxPoints = 1000

// The tables, always read with FINAL: a row may have been written twice. ClickHouse then moves no condition before the reading of
// the other columns, so the largest table, activity, is read by PREWHERE, on columns of its key alone: a quarter of the time.
const (
	actionsTable      = "rollcall.actions FINAL"
	activeHoursTable  = "rollcall.active_hours FINAL"
	activityTable     = "rollcall.activity FINAL"
	activityDaysTable = "rollcall.activity_days FINAL"
	communitiesTable  = "rollcall.communities FINAL"
	lifecycleTable    = "rollcall.lifecycle FINAL"
	membersTable      = "rollcall.members FINAL"
	actedTable        = "rollcall.members_activity FINAL" // of members, what the members stage says: a third of the cost
	memberDaysTable   = "rollcall.member_days FINAL"
	retentionTable    = "rollcall.retention FINAL"
	stickinessTable   = "rollcall.stickiness FINAL"
)

const firstDay = "toDate(toTimeZone($from$, $time_zone$))"

const (
	activeKinds = "kind NOT IN ('leave', 'reward', 'violation')"
	contributes = "kind IN ('post', 'comment', 'answer', 'message', 'react', 'share', 'mention', 'vote', 'attend', 'invite', 'feedback')"
)

// fragments are the parts that several statements share, by the name that stands
// for them in angle brackets.
var fragments = strings.NewReplacer(
	"<actions>", actionsTable,
	"<active_hours>", activeHoursTable,
	"<activity>", activityTable,
	"<activity_days>", activityDaysTable,
	"<alerts>", "rollcall.alerts FINAL",
	"<churn_days>", "rollcall.churn_days FINAL",
	"<churn_transitions>", "rollcall.churn_transitions FINAL",
	"<clusters>", "rollcall.clusters FINAL",
	"<kols>", "rollcall.kols FINAL",
	"<kol_dependents>", "rollcall.kol_dependents FINAL",
	"<community_days>", "rollcall.community_days FINAL",
	"<communities>", communitiesTable,
	"<lifecycle>", lifecycleTable,
	"<members>", membersTable,
	"<members_activity>", actedTable,
	"<members_churn>", "rollcall.members_churn FINAL",
	"<members_kol>", "rollcall.members_kol FINAL",
	"<member_days>", memberDaysTable,
	"<retention>", retentionTable,
	"<stickiness>", stickinessTable,

	// The first window end that no longer belongs to the range: the pane that holds
	// the last instant of the range is open or provisional and still shown.
	"<end_of $window$>", endOf("$window$"),
	"<end_of window>", endOf("window"),

	// Calendar days of the range in the community's time zone, last one included.
	"<first_day>", firstDay,
	"<last_day>", "toDate(toTimeZone($to$ - INTERVAL 1 MILLISECOND, $time_zone$))",
	// The start of the chosen interval that holds the range's first day.
	"<first_start>", "multiIf($interval$ = 'week', toMonday("+firstDay+"), $interval$ = 'month', toStartOfMonth("+firstDay+"), "+firstDay+")",

	// Calendar intervals grow with the range, so that bars stay few and wide enough to see.
	"<interval>", "multiIf(dateDiff('day', $from$, $to$) <= 400, 'day', dateDiff('day', $from$, $to$) <= 2500, 'week', 'month')",

	// What the definitions call active and contributing.
	"<active_kinds>", activeKinds,
	"<contributes>", contributes,
	"<counted>", activeKinds+" AND ($group$ != 'contributing' OR "+contributes+")",

	// The segment filter over raw actions, by the rules of the table activity:
	// an empty value is no segment.
	"<in_segment>", `($dimension$ = ''
      OR ($segment$ != '' AND multiIf($dimension$ = 'channel', channel, $dimension$ = 'platform', platform, toString(kind)) = $segment$))`,
)

// parameters are applied after fragments, which use them too.
var parameters = func() *strings.Replacer {
	var pairs []string
	for _, p := range Params {
		pairs = append(pairs, "$"+p.Name+"$", p.Placeholder())
	}
	return strings.NewReplacer(pairs...)
}()

// isolated is a name in a list of names: between marks that nobody sees, so that one in a right-to-left script does not turn
// the list around.
func isolated(name string) string { return `concat('\xE2\x81\xA8', ` + name + `, '\xE2\x81\xA9')` }

// numberOf stands for the number of the chosen interval that holds a day.
var numberOf = regexp.MustCompile(`<number_of ([^>]+)>`)

func sql(text string) string {
	text = numberOf.ReplaceAllString(text, strings.ReplaceAll(strings.ReplaceAll(intervalNumber, "$", "$$"), "<d>", "${1}"))
	return strings.TrimSpace(parameters.Replace(fragments.Replace(text)))
}

// endOf is the end of the range plus one pane of a window: a minute, a UTC hour, or
// a local day (which is not always 24 hours).
func endOf(window string) string {
	return `multiIf(` + window + ` IN ('5m', '1h'), $to$ + INTERVAL 1 MINUTE,
      ` + window + ` = '24h', $to$ + INTERVAL 1 HOUR,
      toTimeZone(toTimeZone($to$, $time_zone$) + INTERVAL 1 DAY, 'UTC'))`
}
