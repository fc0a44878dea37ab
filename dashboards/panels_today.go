package dashboards

// What there is to do, and for whom: each task with its members. It is as of now, whatever the range; now is the community's
// newest time.
const todays = `
  SELECT 'Talk to leaders who may leave' AS task, member, toFloat64(100 - rank) AS weight
  FROM <kols>
  WHERE community = $community$ AND board = 'current' AND rank <= 20
    AND as_of = (SELECT max(as_of) FROM <kols> WHERE community = $community$ AND board = 'current')
    AND member IN (SELECT member FROM <members_churn> WHERE community = $community$ AND state = 'at_risk')
  UNION ALL
  SELECT 'Contact members who may leave' AS task, member, engagement AS weight
  FROM <members>
  WHERE community = $community$ AND state = 'at_risk'
  UNION ALL
  SELECT 'Welcome who is new' AS task, member, toFloat64(contributions) AS weight
  FROM <members>
  WHERE community = $community$ AND state = 'new'
  UNION ALL
  SELECT 'Thank who gave most in these 7 days' AS task, member, toFloat64(sum(contributions)) AS weight
  FROM <member_days>
  WHERE community = $community$ AND contributions > 0 AND day > (SELECT toDate(toTimeZone(max(time), $time_zone$)) FROM <communities> WHERE community = $community$) - 7
  GROUP BY member`

func today() Panel {
	return Panel{
		ID:    "today",
		Kind:  Table,
		Title: Text{"What should I do today?", "今天该做什么？"},
		Description: Text{
			"As of now, whatever the range, the most urgent first: open alerts, with the newest; members at risk who are among the 20 leaders, and all at risk, the most engaged first; members new within 7 days; and who contributed most in the 7 days up to now.",
			"以当前为准，与所选范围无关，最紧急的在前：未处理的告警及其中最新的一条；前 20 名核心用户中有流失风险者，以及全部有流失风险的成员（投入度高者在前）；7 天内的新成员；截至目前 7 天内贡献最多的成员。",
		},
		Empty: Text{"Nothing waits for you: no alert is open, nobody is at risk, and nobody was new or contributed in the last 7 days.", "没有待办：没有未处理的告警，没有人有流失风险，最近 7 天也没有新成员或贡献。"},
		Columns: []Column{
			{"todo_en", Text{"What to do", "做什么"}, ""},
			{"todo_zh", Text{"What to do", "做什么"}, ""},
			{"people", Text{"Members", "成员数"}, Members},
			{"said_en", Text{"First of them", "首先是"}, ""},
			{"said_zh", Text{"First of them", "首先是"}, ""},
			colAlert,
		},
		SQL: sql(`
WITH ['Talk to leaders who may leave', 'Contact members who may leave', 'Welcome who is new', 'Thank who gave most in these 7 days'] AS tasks
SELECT todo_en, todo_zh, people, said_en, said_zh, alert_id
FROM (
  SELECT concat('Look at the open alerts: ', toString(count())) AS todo_en, concat('查看未处理的告警：', toString(count()), ' 条') AS todo_zh, CAST(NULL AS Nullable(UInt64)) AS people,
         argMax(title_en, opened) AS said_en, argMax(title_zh, opened) AS said_zh, argMax(alert_id, opened) AS alert_id, 0 AS place
  FROM <alerts>
  WHERE community = $community$ AND state = 'open'
  HAVING count() > 0
  UNION ALL
  SELECT task AS todo_en, transform(task, tasks, ['与可能离开的核心用户谈谈', '联系可能离开的成员', '欢迎新成员', '感谢最近 7 天贡献最多的成员'], task) AS todo_zh, toNullable(count()) AS people,
         arrayStringConcat(arrayMap(x -> ` + isolated("x.2") + `, arraySlice(arraySort(x -> (-x.1, x.2), groupArray((weight, member))), 1, 5)), ', ') AS said_en, said_en AS said_zh, '' AS alert_id,
         indexOf(tasks, task) AS place
  FROM (` + todays + `
  )
  GROUP BY task
)
ORDER BY place
LIMIT 5`),
	}
}

func whoToday() Panel {
	return Panel{
		ID: "who_today", Kind: Who, Title: Text{"For whom to do it", "为谁而做"}, Empty: nobody,
		Description: Text{"Leaders by their place, members at risk by their engagement, others by their contributions.", "核心用户按名次，有流失风险的成员按投入度，其他成员按贡献数。"},
		Columns:     []Column{colMember, {"seen", Text{"Last seen", "最近出现"}, Time}, {"why_en", Text{"What changed", "变化"}, ""}, {"why_zh", Text{"What changed", "变化"}, ""}, colTotal},
		SQL: sql(`
SELECT t.member AS member, m.last_seen AS seen, if(m.state = 'at_risk', ` + whyText("en") + `, '') AS why_en, if(m.state = 'at_risk', ` + whyText("zh") + `, '') AS why_zh, count() OVER () AS total
FROM (
  SELECT member, max(weight) AS weight
  FROM (` + todays + `
  )
  WHERE task = $group$
  GROUP BY member
) AS t
LEFT JOIN (
  SELECT member, last_seen, state, reasons
  FROM <members>
  WHERE community = $community$
) AS m ON m.member = t.member
ORDER BY t.weight DESC, member
LIMIT 200`),
	}
}
