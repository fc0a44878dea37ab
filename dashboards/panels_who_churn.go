package dashboards

// Lists of members by state. A bar of a longer interval shows the states at the end of its last day in the range; whatever a
// midnight does belongs to the day that it begins.

// lastDay is the last day of a bar that starts at the parameter at, as far as the range reaches.
const lastDay = "least(multiIf($interval$ = 'week', toDate($at$) + 6, $interval$ = 'month', toLastDayOfMonth(toDate($at$)), toDate($at$)), <last_day>)"

// whoState replays the changes up to the day. Becoming new is no change that is kept: who has not changed yet, or changes later
// from new, is new if active before the day was over; that lasts 7 days at most.
func whoState() Panel {
	return Panel{
		ID: "who_state", Kind: Who, Title: Text{"Members in this state", "处于该状态的成员"}, Empty: nobody,
		Description: Text{"Members who were in this state at the end of the interval, the latest to enter it first.", "在该时段末处于该状态的成员，最近进入该状态者在前。"},
		Columns:     []Column{colMember, {"since", Text{"Since", "始于"}, Time}, colTotal},
		SQL: sql(`
WITH ` + lastDay + ` AS last
SELECT member, since, count() OVER () AS total
FROM (
  SELECT member, argMax(to_state, rank) AS state, max(time) AS since
  FROM (
    SELECT member, time, toString(to_state) AS to_state, (time, multiIf(to_state = 'left', 2, to_state = 'resurrected', 1, 0)) AS rank
    FROM <churn_transitions>
    WHERE community = $community$ AND toDate(toTimeZone(time, $time_zone$)) <= last
  )
  GROUP BY member
  UNION ALL
  SELECT member, 'new' AS state, min(time) AS since
  FROM <actions>
  WHERE community = $community$ AND late = 0 AND <active_kinds> AND $group$ = 'new'
    AND toDate(toTimeZone(time, $time_zone$)) BETWEEN last - 8 AND last
    AND time >= toDateTime64(last - 10, 3, 'UTC') AND time < toDateTime64(last + 3, 3, 'UTC')
    AND member NOT IN (
      SELECT member
      FROM <churn_transitions>
      WHERE community = $community$ AND toDate(toTimeZone(time, $time_zone$)) <= last
    )
  GROUP BY member
)
WHERE multiIf($group$ = 'new', state IN ('new', 'resurrected'), $group$ = 'churned', state IN ('churned', 'left'), state = $group$)
ORDER BY since DESC, member
LIMIT 200`),
	}
}

func whoEntered() Panel {
	return Panel{
		ID: "who_entered", Kind: Who, Title: Text{"Entered this state", "进入该状态的成员"}, Empty: nobody,
		Description: Text{"Members who entered this state in the interval, as far as it lies in the range, the latest first. Who did so twice is listed twice.", "在该时段（限所选范围内）进入该状态的成员，最近者在前。进入两次者列出两次。"},
		Columns:     []Column{colMember, {"entered", Text{"When", "时间"}, Time}, {"why_en", Text{"What changed", "变化"}, ""}, {"why_zh", Text{"What changed", "变化"}, ""}, colTotal},
		SQL: sql(`
WITH ` + lastDay + ` AS last, greatest(toDate($at$), <first_day>) AS first
SELECT member, time AS entered, ` + whyText("en") + ` AS why_en, ` + whyText("zh") + ` AS why_zh, count() OVER () AS total
FROM <churn_transitions>
WHERE community = $community$ AND to_state = $group$ AND toDate(toTimeZone(time, $time_zone$)) BETWEEN first AND last
ORDER BY entered DESC, member
LIMIT 200`),
	}
}

func whoRisk() Panel {
	return Panel{
		ID: "who_risk", Kind: Who, Title: Text{"Members of this risk", "处于该概率档的成员"}, Empty: nobody,
		Description: Text{"Members whose probability of no active day in the next 56 days is in this tenth, the most engaged first.", "未来 56 天沉默概率处于该档的成员，投入度最高者在前。"},
		Columns:     []Column{colMember, {"value", Text{"Engagement", "投入度"}, Score}, {"probability", Text{"Risk", "流失概率"}, Share}, {"seen", Text{"Last seen", "最近出现"}, Time}, colTotal},
		SQL: sql(`
SELECT member, engagement AS value, risk AS probability, last_seen AS seen, count() OVER () AS total
FROM <members>
WHERE community = $community$ AND risk IS NOT NULL AND least(floor(assumeNotNull(risk) * 10), 9) = round(toFloat64OrZero($group$) * 10)
ORDER BY value DESC, member
LIMIT 200`),
	}
}

func whoDepends() Panel {
	return Panel{
		ID: "who_depends", Kind: Who, Title: Text{"They depend on this leader", "依附于该核心用户的成员"}, Empty: nobody,
		Description: Text{"Members more than half of whose ties are with this leader, the most dependent first.", "一半以上互动关系与该核心用户相连的成员，依附程度最高者在前。"},
		Columns:     []Column{colMember, {"part", Text{"Of their ties", "关系占比"}, Share}, colTotal},
		SQL: sql(`
WITH (SELECT maxOrNull(as_of) FROM <kol_dependents> WHERE community = $community$ AND as_of < $to$ + INTERVAL 1 DAY) AS newest
SELECT member, share AS part, count() OVER () AS total
FROM <kol_dependents>
WHERE community = $community$ AND as_of = newest AND kol = $group$
ORDER BY part DESC, member
LIMIT 200`),
	}
}

// whoCluster are as many of a cluster as are known by name: the read model says of the first hundred of either board which
// cluster they are in, and of a cluster who its first are. total is the cluster's, and may be more.
func whoCluster() Panel {
	return Panel{
		ID: "who_cluster", Kind: Who, Title: Text{"Members of this circle", "该圈子的成员"}, Empty: nobody,
		Description: Text{"Of a circle those are known by name who are among the first hundred of a ranking, of now or of all time, and its own first; the most influential come first.", "圈子中有名单的是：进入当前或历史排名前一百名的成员，以及该圈子自己的核心成员；影响力最高者在前。"},
		Columns:     []Column{colMember, {"endorsed_by", Text{"Endorsers", "认可者"}, Members}, {"bridging", Text{"Bridge", "桥接"}, Share}, colTotal},
		SQL: sql(`
WITH ` + newestRanking + ` AS newest,
(SELECT maxOrNull(as_of) FROM <clusters> WHERE community = $community$ AND as_of < $to$ + INTERVAL 1 DAY) AS monday
SELECT member, max(endorsed) AS endorsed_by, max(bridges) AS bridging, (
  SELECT any(members)
  FROM <clusters>
  WHERE community = $community$ AND as_of = monday AND toString(cluster) = $group$
) AS total
FROM (
  SELECT member, toNullable(endorsers) AS endorsed, toNullable(bridge) AS bridges, rank AS place
  FROM <kols>
  WHERE community = $community$ AND as_of = newest AND toString(cluster) = $group$
  UNION ALL
  SELECT arrayJoin(JSONExtract(top_members, 'Array(String)')) AS member, NULL AS endorsed, NULL AS bridges, 1000 AS place
  FROM <clusters>
  WHERE community = $community$ AND as_of = monday AND toString(cluster) = $group$
)
GROUP BY member
ORDER BY min(place), member
LIMIT 200`),
	}
}
