package dashboards

func absence() Panel {
	return Panel{
		ID:    "absence",
		Kind:  Trend,
		Title: Text{"On how few members does it all rest?", "社区靠多少人撑着？"},
		Description: Text{
			"Absence factor: the fewest members who made half of all contributions by the end of each day. A low line is a risk: if these few went, half of what is contributed would go with them. " + meanOfDays,
			"缺席因子：截至每日结束，贡献了全部内容一半所需的最少成员数。数值低意味着风险：这几个人一旦离开，社区将失去一半的贡献。" + meanOfDaysZH,
		},
		Empty: noDays,
		Columns: []Column{
			{"start", Text{"Day", "日期"}, Date},
			{"interval", Text{"Interval", "间隔"}, IntervalLen},
			{"absence_factor", Text{"Absence factor", "缺席因子"}, Members},
		},
		SQL: sql(`
WITH <interval> AS step
SELECT multiIf(step = 'day', day, step = 'week', toMonday(day), toStartOfMonth(day)) AS start,
       step AS interval,
       avg(d.absence_factor) AS absence_factor
FROM (
  SELECT day, absence_factor
  FROM <community_days>
  WHERE community = $community$ AND day BETWEEN <first_day> AND <last_day>
) AS d
GROUP BY start
ORDER BY start
LIMIT 1000`),
	}
}
