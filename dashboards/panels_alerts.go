package dashboards

// colAlert is of the panels whose rows are of alerts: what was said leads to all that is known of it.
var colAlert = Column{AlertID, Text{"Alert", "告警"}, ""}

// newestAlerts are those whose details are shown: what is open, then what was opened last.
const newestAlerts = "ORDER BY state = 'resolved', opened DESC\n  LIMIT 20"

func alertSegments() Panel {
	return Panel{
		ID:    "alert_segments",
		Kind:  Table,
		Title: Text{"Where does it come from?", "异常来自哪里？"},
		Description: Text{
			"The parts of the community that hold what is not usual, of the 20 first alerts: observed against expected, and the part's share of the excess. Parts overlap (a channel and a platform count the same members), so shares do not add up to 100 %.",
			"前 20 条告警中异常集中的部分：实际值与预期值，以及在异常量中所占的份额。各部分会重叠（频道与平台可能统计同一批成员），份额相加不等于 100%。",
		},
		Empty: Text{"No alert names a part: the excess was spread over all, or there is no alert yet.", "没有告警指向某一部分：异常分布在整个社区，或尚无告警。"},
		Columns: []Column{
			{"segment", Text{"Part", "部分"}, ""},
			{"dimension_en", Text{"Which is a", "类别"}, ""},
			{"dimension_zh", Text{"Which is a", "类别"}, ""},
			{"seen", Text{"Observed", "实际"}, Members},
			{"usual", Text{"Expected", "预期"}, Members},
			{"excess", Text{"Share of the excess", "异常份额"}, Share},
			{"said_en", Text{"What happened", "发生了什么"}, ""},
			{"said_zh", Text{"What happened", "发生了什么"}, ""},
			{"opened_at", Text{"Opened", "开始"}, Time},
			colAlert,
		},
		// A leader who may leave is counted by nothing: the alert keeps a place and a number of dependents there.
		SQL: sql(`
WITH ['channel', 'platform', 'kind', 'kol'] AS dimensions, JSONExtractString(part, 'dimension') AS dimension
SELECT JSONExtractString(part, 'segment') AS segment,
       transform(dimension, dimensions, ['channel', 'platform', 'kind of action', 'leader'], dimension) AS dimension_en,
       transform(dimension, dimensions, ['频道', '平台', '行为类型', '核心用户'], dimension) AS dimension_zh,
       if(dimension = 'kol', NULL, JSONExtractFloat(part, 'observed')) AS seen, if(dimension = 'kol', NULL, JSONExtractFloat(part, 'expected')) AS usual,
       if(dimension = 'kol', NULL, JSONExtractFloat(part, 'share')) AS excess, said_en, said_zh, opened_at, alert_id
FROM (
  SELECT opened AS opened_at, title_en AS said_en, title_zh AS said_zh, state, segments, alert_id
  FROM <alerts>
  WHERE community = $community$ AND segments NOT IN ('', '[]')
  ` + newestAlerts + `
)
ARRAY JOIN JSONExtractArrayRaw(segments) AS part
ORDER BY state = 'resolved', opened_at DESC, excess DESC, segment
LIMIT 100`),
	}
}

func alertMembers() Panel {
	return Panel{
		ID:    "alert_members",
		Kind:  Table,
		Title: Text{"Whom does it concern?", "涉及哪些成员？"},
		Description: Text{
			"The members whom the 20 first alerts name to be contacted first, with their value and the reason, as of when the alert last changed.",
			"前 20 条告警建议优先联系的成员，附其价值与原因，以告警最近一次变化时为准。",
		},
		Empty: Text{"No alert names members yet.", "尚无告警指明成员。"},
		Columns: []Column{
			{"member", Text{"Member", "成员"}, ""},
			{"why_en", Text{"Why", "原因"}, ""},
			{"why_zh", Text{"Why", "原因"}, ""},
			{"value", Text{"Value", "价值"}, Score},
			{"said_en", Text{"What happened", "发生了什么"}, ""},
			{"said_zh", Text{"What happened", "发生了什么"}, ""},
			{"opened_at", Text{"Opened", "开始"}, Time},
			colAlert,
		},
		SQL: sql(`
SELECT JSONExtractString(whom, 'member') AS member, JSONExtractString(whom, 'why_en') AS why_en, JSONExtractString(whom, 'why_zh') AS why_zh,
       JSONExtractFloat(whom, 'value') AS value, said_en, said_zh, opened_at, alert_id
FROM (
  SELECT opened AS opened_at, title_en AS said_en, title_zh AS said_zh, state, members, alert_id
  FROM <alerts>
  WHERE community = $community$ AND members NOT IN ('', '[]')
  ` + newestAlerts + `
)
ARRAY JOIN JSONExtractArrayRaw(members) AS whom
ORDER BY state = 'resolved', opened_at DESC, value DESC, member
LIMIT 100`),
	}
}

func riskReasons() Panel {
	return Panel{
		ID:    "risk_reasons",
		Kind:  Table,
		Title: Text{"Why are they slipping away?", "他们为什么会流失？"},
		Description: Text{
			"Members at risk now by what changed against their own past, whatever the range. A member has up to four such reasons and counts for each. Without a change: silence alone made them at risk.",
			"当前有流失风险的成员，按与其自身过去相比的变化统计，与所选范围无关。每名成员最多有四项原因，每项各计一次。没有变化：仅因沉默而进入风险。",
		},
		Empty: Text{"Nobody is at risk now.", "目前没有成员处于流失风险。"},
		Columns: []Column{
			{"reason_en", Text{"What changed", "变化"}, ""},
			{"reason_zh", Text{"What changed", "变化"}, ""},
			{"people", Text{"Members", "成员数"}, Members},
			{"portion", Text{"Share of those at risk", "占风险成员的比例"}, Share},
		},
		SQL: sql(`
WITH ` + reasonCodes + ` AS codes,
(SELECT count() FROM <members_churn> WHERE community = $community$ AND state = 'at_risk') AS everyone
SELECT transform(code, codes, ` + reasonsEN + `, code) AS reason_en,
       transform(code, codes, ['亲近的成员离开', '违规', '发帖或反馈无人回应', '不再使用的频道', '不再进行的行为', '亲近的成员沉默', '收到的回复变少', '不再出现的星期几', '沉默比以往更久', '没有变化，仅为沉默'], code) AS reason_zh,
       uniqExact(member) AS people, people / everyone AS portion
` + atRiskByCode + `
GROUP BY code
ORDER BY people DESC, code
LIMIT 20`),
	}
}

// The reasons of members at risk: their codes, how they are called, and a row for each member and code.
const (
	reasonCodes  = "['counterpart_left', 'violation', 'unanswered', 'channel_stopped', 'kind_stopped', 'counterpart_silent', 'fewer_replies', 'weekday_missed', 'longer_silence', 'nothing']"
	reasonsEN    = "['somebody close to them left', 'a violation', 'a post or feedback without an answer', 'a channel they stopped using', 'something they stopped doing', 'somebody close to them fell silent', 'fewer replies', 'a weekday they used to come on', 'a longer silence than usual', 'nothing but silence']"
	atRiskByCode = `FROM (
  SELECT member, arrayFilter(x -> x NOT IN ('', 'risk'), arrayMap(x -> JSONExtractString(x, 'code'), JSONExtractArrayRaw(reasons))) AS found
  FROM <members_churn>
  WHERE community = $community$ AND state = 'at_risk'
)
ARRAY JOIN if(empty(found), ['nothing'], arrayDistinct(found)) AS code`
)

// whoReason are the members at risk for a reason, as it is called in English.
func whoReason() Panel {
	return Panel{
		ID: "who_reason", Kind: Who, Title: Text{"At risk for this reason", "因此原因有流失风险的成员"}, Empty: nobody,
		Description: Text{"Members at risk now who have this reason, perhaps among others, the latest to become so first.", "当前有流失风险且具有该原因（可能还有其他原因）的成员，最近进入风险者在前。"},
		Columns:     []Column{colMember, {"since", Text{"At risk since", "风险起始"}, Time}, {"probability", Text{"Risk", "流失概率"}, Share}, colTotal},
		SQL: sql(`
WITH ` + reasonCodes + ` AS codes
SELECT member, state_since AS since, risk AS probability, count() OVER () AS total
FROM <members_churn>
WHERE community = $community$ AND member IN (
  SELECT member
  ` + atRiskByCode + `
  WHERE transform(code, codes, ` + reasonsEN + `, code) = $group$
)
ORDER BY since DESC, member
LIMIT 200`),
	}
}
