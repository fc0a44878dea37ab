package dashboards

// Of the panels of the table activity_days, which has a row for every day: long
// ranges show the mean of the days of a week or month: members of several days
// can not be added up.
const meanOfDays = "Ranges over 400 days show the mean of the days of each week (from Monday), over 2,500 days of each month. Today counts as far as it has come."

const meanOfDaysZH = "超过 400 天的范围显示每周（周一起）各日的平均值，超过 2500 天显示每月各日的平均值。当天统计到目前为止。"

func activityDays() Panel {
	return Panel{
		ID:    "activity_days",
		Kind:  Trend,
		Title: Text{"How many come, and come back?", "有多少人来，又有多少人常来？"},
		Description: Text{
			"Distinct members active on a day (DAU), in the 7 days (WAU) and in the 30 days (MAU) that end with it, in the community's time zone. Stickiness is DAU / MAU: of those who came within 30 days, the share that comes on a given day; below, with its own axis. " + meanOfDays,
			"按社区时区：当天活跃的成员数（日活 DAU）、截至当天 7 天内（周活 WAU）与 30 天内（月活 MAU）活跃的成员数（均去重）。黏性 = DAU / MAU，即 30 天内来过的人中当天也来的比例，绘于下方独立坐标轴。" + meanOfDaysZH,
		},
		Empty: noDays,
		Columns: []Column{
			{"start", Text{"Day", "日期"}, Date},
			{"interval", Text{"Interval", "间隔"}, IntervalLen},
			{"dau", Text{"A day (DAU)", "日活（DAU）"}, Members},
			{"wau", Text{"7 days (WAU)", "周活（WAU）"}, Members},
			{"mau", Text{"30 days (MAU)", "月活（MAU）"}, Members},
			{"stickiness_ratio", Text{"Stickiness (DAU / MAU)", "黏性（DAU / MAU）"}, Share},
		},
		// The usual yardstick: a fifth of those of the month come on a day.
		Limits: []Limit{{"stickiness_ratio", 0, Watch}, {"stickiness_ratio", 0.2, Good}},
		SQL: sql(`
WITH <interval> AS step
SELECT multiIf(step = 'day', day, step = 'week', toMonday(day), toStartOfMonth(day)) AS start,
       step AS interval,
       avg(d.dau) AS dau, avg(d.wau) AS wau, avg(d.mau) AS mau, avg(d.stickiness_ratio) AS stickiness_ratio
FROM (
  SELECT day, dau, wau, mau, stickiness_ratio
  FROM <activity_days>
  WHERE community = $community$ AND day BETWEEN <first_day> AND <last_day>
) AS d
GROUP BY start
ORDER BY start
LIMIT 1000`),
	}
}

func lurkers() Panel {
	return Panel{
		ID:    "lurkers",
		Kind:  Stacked,
		Title: Text{"Who takes part, who only looks?", "谁在参与，谁只是看看？"},
		Description: Text{
			"The active members of a day, parted: contributing members posted, commented, answered, wrote, reacted, shared, mentioned, voted, attended, invited or gave feedback; lurkers were active and did none of that. Both together are DAU. " + meanOfDays,
			"将当天的活跃成员分为两部分：贡献成员发过帖、评论、回答、消息、互动、分享、提及、投票、参加、邀请或反馈；潜水成员活跃但没有这些行为。两者之和即日活（DAU）。" + meanOfDaysZH,
		},
		Empty: noDays,
		Columns: []Column{
			{"start", Text{"Day", "日期"}, Date},
			{"interval", Text{"Interval", "间隔"}, IntervalLen},
			{"contributing_members", Text{"Contributing members", "贡献成员"}, Members},
			{"lurkers", Text{"Lurkers", "潜水成员"}, Members},
		},
		Above: []string{"contributing_members", "lurkers"},
		SQL: sql(`
WITH <interval> AS step
SELECT multiIf(step = 'day', day, step = 'week', toMonday(day), toStartOfMonth(day)) AS start,
       step AS interval,
       avg(d.contributing_members) AS contributing_members, avg(d.lurkers) AS lurkers
FROM (
  SELECT day, contributing_members, lurkers
  FROM <activity_days>
  WHERE community = $community$ AND day BETWEEN <first_day> AND <last_day>
) AS d
GROUP BY start
ORDER BY start
LIMIT 1000`),
	}
}

var noDays = Text{"No data yet in this range. Import actions or send one, or choose a longer range.", "此范围内尚无数据。请导入或发送行为，或选择更长的范围。"}

// activeHours reads the table that holds all times, where the range does too: all days, and
// nothing before or after it on its first and last one. Only a range or a filter, which the
// table does not know, needs the raw actions. ClickHouse skips the other branch.
func activeHours() Panel {
	return Panel{
		ID:    "active_hours",
		Kind:  Heatmap,
		Title: Text{"When is the community awake?", "社区在什么时间最活跃？"},
		Description: Text{
			"All actions of the range by weekday and hour in the community's time zone, Monday first. The stronger the colour, the more. Post and answer where it is strong; plan maintenance where it is weak.",
			"所选范围内的全部行为，按社区时区的星期（周一起）与小时汇总。颜色越浓行为越多。适合在浓色时段发布与答复，在淡色时段安排维护。",
		},
		Empty: Text{"No actions in this range. Choose a longer range or clear the filter.", "此范围内没有行为。请选择更长的范围或清除筛选。"},
		Columns: []Column{
			{"hour_of_week", Text{"Hour of week", "一周中的小时"}, HourOfWeek},
			{"actions", Text{"Actions", "行为数"}, Actions},
		},
		SQL: sql(`
WITH (
  SELECT $dimension$ = '' AND count() > 0 AND min(day) >= <first_day> AND max(day) <= <last_day>
  FROM <activity_days>
  WHERE community = $community$
) AND (
  SELECT count() = 0
  FROM <actions>
  WHERE community = $community$ AND late = 0
    AND (time >= $from$ - INTERVAL 2 DAY AND time < $from$ OR time >= $to$ AND time < $to$ + INTERVAL 2 DAY)
) AS whole
SELECT hour_of_week, sum(n) AS actions
FROM (
  SELECT hour_of_week, actions AS n
  FROM <active_hours>
  WHERE community = $community$ AND member = '' AND whole
  UNION ALL
  SELECT (toDayOfWeek(local) - 1) * 24 + toHour(local) AS hour_of_week, count() AS n
  FROM (
    SELECT toTimeZone(time, $time_zone$) AS local
    FROM <actions>
    WHERE community = $community$ AND NOT whole AND late = 0 AND time >= $from$ AND time < $to$ AND <in_segment>
  )
  GROUP BY hour_of_week
)
GROUP BY hour_of_week
ORDER BY hour_of_week
LIMIT 168`),
	}
}
