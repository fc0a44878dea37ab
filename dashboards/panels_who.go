package dashboards

// Who are they? A number that counts members leads to the list of them: the panels here have the same condition as the number,
// so that the list is as long. They stand on no board; at most 200 are listed, and total is how many there are.

// Asked is how a number of a panel leads to its members.
type Asked struct {
	Panel string `json:"panel"`           // of kind Who
	Mean  string `json:"mean,omitempty"`  // the same for rows of weeks and months, whose numbers are means over days
	At    string `json:"at,omitempty"`    // the column of the row whose value is the parameter at
	N     string `json:"n,omitempty"`     // the same of the parameter n
	By    string `json:"by,omitempty"`    // the same of the parameter group
	Group string `json:"group,omitempty"` // or this, always
}

// who are by panel and column. Not here: the members of alerts' segments, who are not published, and rates and scores, which
// are nobody.
var who = map[string]map[string]Asked{
	"headline": {
		"active_members":       {Panel: "who_active", At: "time", Group: "active"},
		"contributing_members": {Panel: "who_active", At: "time", Group: "contributing"},
	},
	"activity": {
		"active_members":       {Panel: "who_active", At: "time", Group: "active"},
		"contributing_members": {Panel: "who_active", At: "time", Group: "contributing"},
	},
	"activity_days": {
		"dau": {Panel: "who_day", Mean: "who_days", At: "start", Group: "1"},
		"wau": {Panel: "who_day", Mean: "who_days", At: "start", Group: "7"},
		"mau": {Panel: "who_day", Mean: "who_days", At: "start", Group: "30"},
	},
	"lurkers": {
		"contributing_members": {Panel: "who_day", Mean: "who_days", At: "start", Group: "contributing"},
		"lurkers":              {Panel: "who_day", Mean: "who_days", At: "start", Group: "lurking"},
	},
	"absence": {"absence_factor": {Panel: "who_carries", At: "start"}},
	"churn_states": {
		"active_members": {Panel: "who_state", At: "start", Group: "active"},
		"newcomers":      {Panel: "who_state", At: "start", Group: "new"},
		"risky":          {Panel: "who_state", At: "start", Group: "at_risk"},
		"gone":           {Panel: "who_state", At: "start", Group: "churned"},
	},
	"churn_entries": {
		"entered_risk": {Panel: "who_entered", At: "start", Group: "at_risk"},
		"churned_now":  {Panel: "who_entered", At: "start", Group: "churned"},
		"left_now":     {Panel: "who_entered", At: "start", Group: "left"},
	},
	"kols":              {"dependents": {Panel: "who_depends", By: "member"}},
	"risk_reasons":      {"people": {Panel: "who_reason", By: "reason_en"}},
	"today":             {"people": {Panel: "who_today", By: "todo_en"}},
	"risk_distribution": {"people": {Panel: "who_risk", By: "above"}},
	"clusters":          {"people": {Panel: "who_cluster", By: "cluster"}},
	"dependents":        {"dependents": {Panel: "who_depends", By: "leader"}},
	"lifecycle": {
		"new":          {Panel: "who_lifecycle", At: "start", Group: "new"},
		"returning":    {Panel: "who_lifecycle", At: "start", Group: "returning"},
		"resurrecting": {Panel: "who_lifecycle", At: "start", Group: "resurrecting"},
		"dormant":      {Panel: "who_lifecycle", At: "start", Group: "dormant"},
		"active":       {Panel: "who_lifecycle", At: "start", Group: "active"},
	},
	"retention": {
		"cohort_size": {Panel: "who_cohort", At: "cohort", N: "n", Group: "all"},
		"n_day":       {Panel: "who_cohort", At: "cohort", N: "n", Group: "n_day"},
		"unbounded":   {Panel: "who_cohort", At: "cohort", N: "n", Group: "unbounded"},
		"consecutive": {Panel: "who_cohort", At: "cohort", N: "n", Group: "consecutive"},
	},
	"retention_curve": {
		"n_day_share":       {Panel: "who_curve", N: "n", Group: "n_day"},
		"unbounded_share":   {Panel: "who_curve", N: "n", Group: "unbounded"},
		"consecutive_share": {Panel: "who_curve", N: "n", Group: "consecutive"},
		"members":           {Panel: "who_curve", N: "n", Group: "all"},
	},
	"stickiness": {"members": {Panel: "who_came", At: "start", N: "active_days"}},
}

// Lists returns the panels of kind Who. The caller may change the slice.
func Lists() []Panel {
	lists := []Panel{
		whoMembers(), whoActive(), whoDay(), whoDays(), whoLifecycle(), whoCohort(), whoCurve(), whoCame(),
		whoState(), whoEntered(), whoRisk(), whoCarries(), whoDepends(), whoCluster(), whoReason(), whoToday(),
	}
	for i := range lists {
		lists[i].Meaning.Tables = []string{} // in JSON an empty list, not null
	}
	return lists
}

var nobody = Text{"Nobody: the number was zero, or has changed meanwhile.", "没有成员：该数字为零，或已发生变化。"}

// Columns that several lists have.
var (
	colMember  = Column{"member", Text{"Member", "成员"}, ""}
	colActions = Column{"done", Text{"Actions then", "当时的行为数"}, Actions}
	colLast    = Column{"latest", Text{"Last of them", "最近一次"}, Time}
	colTotal   = Column{"total", Text{"All of them", "总人数"}, Members}
)

// listed is a list of members and what they did then, the busiest first.
func listed(id string, title, description Text, query string) Panel {
	return Panel{ID: id, Kind: Who, Title: title, Description: description, Empty: nobody,
		Columns: []Column{colMember, colActions, colLast, colTotal},
		SQL:     sql(query + "\nORDER BY done DESC, member\nLIMIT 200")}
}

func whoMembers() Panel {
	return Panel{
		ID: "who_members", Kind: Who, Title: Text{"All members", "全部成员"}, Empty: nobody,
		Description: Text{"Everybody who ever acted, the busiest first.", "所有有过行为的成员，行为最多的在前。"},
		Columns:     []Column{colMember, {"done", Text{"Actions", "行为数"}, Actions}, {"latest", Text{"Last seen", "最近出现"}, Time}, colTotal},
		SQL: sql(`
SELECT member, actions AS done, last_seen AS latest, count() OVER () AS total
FROM <members_activity>
WHERE community = $community$
ORDER BY done DESC, member
LIMIT 200`),
	}
}

func whoActive() Panel {
	return listed("who_active", Text{"Active in this window", "该窗口内活跃的成员"},
		Text{"Members with an active action in the window that ends then; of contributing members, a contribution.", "在此时结束的窗口内有活跃行为的成员；贡献成员则须有贡献。"}, `
WITH toTimeZone($at$, $time_zone$) AS local, toDate(local) AS last,
     multiIf($window$ = '5m', 5, $window$ = '1h', 60, 24 * 60) AS minutes,
     if(minutes = 1440, toStartOfHour($at$), toStartOfMinute($at$)) AS end
SELECT member, count() AS done, max(time) AS latest, count() OVER () AS total
FROM <actions>
WHERE community = $community$ AND late = 0 AND <counted> AND <in_segment>
  AND time >= $at$ - INTERVAL 32 DAY AND time < $at$
  AND if($window$ IN ('7d', '30d'),
         toDate(toTimeZone(time, $time_zone$)) < last AND toDate(toTimeZone(time, $time_zone$)) >= last - if($window$ = '7d', 7, 30),
         time < end AND time >= end - toIntervalMinute(minutes))
GROUP BY member`)
}

func whoDay() Panel {
	return listed("who_day", Text{"Active on this day, or the days up to it", "当天或截至当天活跃的成员"},
		Text{"Members with an active action on the day, in the 7 or in the 30 days that end with it; contributing members and lurkers of the day.", "当天、截至当天 7 天或 30 天内有活跃行为的成员；或当天的贡献成员与潜水成员。"}, `
WITH toDate($at$) AS last, greatest(toUInt16OrZero($group$), 1) AS days
SELECT member, done, latest, count() OVER () AS total
FROM (
  SELECT member, count() AS done, max(time) AS latest, countIf(<contributes>) AS c
  FROM <actions>
  WHERE community = $community$ AND late = 0 AND <active_kinds>
    AND time >= $at$ - INTERVAL 32 DAY AND time < $at$ + INTERVAL 3 DAY
    AND toDate(toTimeZone(time, $time_zone$)) BETWEEN last - days + 1 AND last
  GROUP BY member
)
WHERE multiIf($group$ = 'contributing', c > 0, $group$ = 'lurking', c = 0, 1)`)
}

// whoDays are behind a mean over days: everybody who counted on any of them.
func whoDays() Panel {
	return Panel{
		ID: "who_days", Kind: Who, Title: Text{"Counted on any of these days", "期间任一天计入的成员"}, Empty: nobody,
		Description: Text{"The number is a mean over the days of the week or month. Here is everybody who counted on any of them, those who did on most days first: all their days together, divided by the number of days, are the mean.",
			"该数字为当周或当月各日的平均。这里列出其中任一天计入的所有成员，计入天数多者在前：所有人的天数之和除以日数即为该平均值。"},
		Columns: []Column{colMember, {"counted", Text{"Days that counted", "计入天数"}, Days}, colActions, colLast, colTotal},
		SQL: sql(`
WITH ` + lastDay + ` AS last, greatest(toDate($at$), <first_day>) AS first, greatest(toUInt16OrZero($group$), 1) AS days
SELECT member, length(groupUniqArrayArray(range(toUInt32(greatest(day, first)), toUInt32(least(day + days - 1, last)) + 1))) AS counted,
       sum(acted) AS done, max(newest) AS latest, count() OVER () AS total
FROM (
  SELECT member, toDate(toTimeZone(time, $time_zone$)) AS day, count() AS acted, max(time) AS newest, countIf(<contributes>) AS c
  FROM <actions>
  WHERE community = $community$ AND late = 0 AND <active_kinds>
    AND time >= $at$ - INTERVAL 32 DAY AND time < $at$ + INTERVAL 34 DAY AND day BETWEEN first - days + 1 AND last
  GROUP BY member, day
)
WHERE multiIf($group$ = 'contributing', c > 0, $group$ = 'lurking', c = 0, 1)
GROUP BY member
ORDER BY counted DESC, done DESC, member
LIMIT 200`),
	}
}
