package dashboards

// Of the board of one member. Tables of many are read by PREWHERE on columns of their key alone, see sql.go. Who is asked for is the parameter member; one that is not there has no rows.

// kindsOfTies are the kinds of action that tie two members, those that the ranking of leaders counts too.
const kindsOfTies = "('comment', 'answer', 'react', 'share', 'mention', 'follow', 'message', 'vote')"

// stateText names a state in one language.
func stateText(column, lang string) string {
	names := "['new', 'active', 'at risk', 'churned', 'back', 'left', 'never active']"
	if lang == "zh" {
		names = "['新成员', '活跃', '有流失风险', '已流失', '回流', '已退出', '从未活跃']"
	}
	return "transform(toString(" + column + "), ['new', 'active', 'at_risk', 'churned', 'resurrected', 'left', ''], " + names + ", toString(" + column + "))"
}

func memberPortrait() Panel {
	return Panel{
		ID:    "member_portrait",
		Kind:  Stat,
		Title: Text{"Who is this?", "这是谁？"},
		Description: Text{
			"What is known of the member, at all times: the state and since when, the probability of no active day in the next 56 days as of the last midnight (risk) and, beside it, that of still taking part by BG/NBD, the engagement score now, days with activity, all actions and contributions, the place on the board of all times, the channel with most of the actions, and what changed against the member's own past.",
			"该成员的全部已知情况（不限时间范围）：当前状态及其起始时间、截至最近一个零点未来 56 天不再活跃的概率（流失概率），以及 BG/NBD 给出的留存概率作为对照、当前投入度、活跃天数、行为与贡献总数、历史总榜名次、最常用的频道，以及与其自身过去相比的变化。",
		},
		Empty: noMember,
		Columns: []Column{
			{"member", Text{"Member", "成员"}, ""},
			{"state_en", Text{"State", "状态"}, ""},
			{"state_zh", Text{"State", "状态"}, ""},
			{"since", Text{"In this state since", "状态起始"}, Time},
			{"probability", Text{"Risk", "流失概率"}, Share},
			{"alive", Text{"Still taking part", "留存概率"}, Share},
			{"engagement_now", Text{"Engagement", "投入度"}, Score},
			{"days", Text{"Active days", "活跃天数"}, Days},
			{"done", Text{"Actions", "行为数"}, Actions},
			{"contributed", Text{"Contributions", "贡献"}, Actions},
			{"place", Text{"Rank", "名次"}, ""},
			{"main_channel", Text{"Main channel", "主要频道"}, ""},
			{"first_at", Text{"First seen", "首次出现"}, Time},
			{"last_at", Text{"Last seen", "最近出现"}, Time},
			{"is_bot", Text{"Bot", "机器人"}, Flag},
			{"why_en", Text{"What changed", "变化"}, ""},
			{"why_zh", Text{"What changed", "变化"}, ""},
		},
		Limits: []Limit{{"probability", 0, Good}, {"probability", 0.5, Watch}, {"probability", 0.8, Bad}},
		SQL: sql(`
WITH (SELECT max(time) FROM <communities> WHERE community = $community$) AS stream
SELECT a.member AS member, ` + stateText("c.state", "en") + ` AS state_en, ` + stateText("c.state", "zh") + ` AS state_zh,
       if(c.state = '', NULL, c.state_since) AS since, if(isNaN(c.risk), NULL, c.risk) AS probability, if(isNaN(c.p_alive), NULL, c.p_alive) AS alive,
       a.engagement * exp2(-greatest(0, ifNull(dateDiff('millisecond', a.last_seen, stream), 0)) / 604800000) AS engagement_now,
       a.active_days AS days, a.actions AS done, a.contributions AS contributed, if(k.influence_rank = 0, '', toString(k.influence_rank)) AS place,
       a.top_channel AS main_channel, a.first_seen AS first_at, a.last_seen AS last_at, a.is_bot AS is_bot,
       ` + whyText("en") + ` AS why_en, ` + whyText("zh") + ` AS why_zh
FROM (SELECT * FROM <members_activity> WHERE community = $community$ AND member = $member$) AS a
LEFT JOIN (SELECT * FROM <members_churn> WHERE community = $community$ AND member = $member$) AS c ON c.member = a.member
LEFT JOIN (SELECT * FROM <members_kol> WHERE community = $community$ AND member = $member$) AS k ON k.member = a.member
LIMIT 1`),
	}
}

var noMember = Text{"Nobody of this name has acted in this community. Choose a member.", "此社区中没有该名称的成员。请选择一名成员。"}

func memberDays() Panel {
	return Panel{
		ID:    "member_days",
		Kind:  Bars,
		Title: Text{"When were they here?", "何时来过？"},
		Description: Text{
			"All accepted actions of the member of any kind by calendar day in the community's time zone. Ranges over 400 days are shown by week (from Monday), over 2,500 days by month.",
			"按社区时区的自然日统计该成员所有已接收的行为（任何类型）。超过 400 天的范围按周（周一起）显示，超过 2500 天按月显示。",
		},
		Empty: Text{"The member did nothing in this range. Choose a longer range.", "该成员在此范围内没有行为。请选择更长的范围。"},
		Columns: []Column{
			{"start", Text{"Day", "日期"}, Date},
			{"interval", Text{"Interval", "间隔"}, IntervalLen},
			{"actions", Text{"Actions", "行为数"}, Actions},
		},
		SQL: sql(`
WITH <interval> AS step
SELECT multiIf(step = 'day', day, step = 'week', toMonday(day), toStartOfMonth(day)) AS start,
       step AS interval,
       sum(n) AS actions
FROM (
  SELECT day, actions AS n
  FROM <member_days>
  PREWHERE community = $community$ AND member = $member$ AND day BETWEEN <first_day> AND <last_day>
)
GROUP BY start
ORDER BY start
LIMIT 1000`),
	}
}

func memberHours() Panel {
	return Panel{
		ID:    "member_hours",
		Kind:  Heatmap,
		Title: Text{"At what hours do they come?", "通常几点来？"},
		Description: Text{
			"All actions of the member at all times, whatever the range, by weekday and hour in the community's time zone, Monday first. The stronger the colour, the more.",
			"该成员全部时间的行为（与所选范围无关），按社区时区的星期（周一起）与小时汇总。颜色越浓行为越多。",
		},
		Empty: noMember,
		Columns: []Column{
			{"hour_of_week", Text{"Hour of week", "一周中的小时"}, HourOfWeek},
			{"actions", Text{"Actions", "行为数"}, Actions},
		},
		// The row of nobody is that of the whole community.
		SQL: sql(`
SELECT hour_of_week, actions
FROM <active_hours>
WHERE community = $community$ AND member = $member$ AND member != ''
ORDER BY hour_of_week
LIMIT 168`),
	}
}

func memberTransitions() Panel {
	return Panel{
		ID:    "member_transitions",
		Kind:  Table,
		Title: Text{"How did they come to be where they are?", "状态经历了哪些变化？"},
		Description: Text{
			"The newest 50 changes of the member's state, at all times, with what changed against their own past where the state became at risk or churned. Changes by silence happen at local midnights.",
			"该成员最近 50 次状态变化（不限时间范围）；变为有流失风险或已流失时，附上与其自身过去相比的变化。因沉默引起的变化发生在当地零点。",
		},
		Empty: noMember,
		Columns: []Column{
			{"changed_at", Text{"When", "时间"}, Time},
			{"before_en", Text{"From", "从"}, ""},
			{"before_zh", Text{"From", "从"}, ""},
			{"after_en", Text{"To", "到"}, ""},
			{"after_zh", Text{"To", "到"}, ""},
			{"why_en", Text{"What changed", "变化"}, ""},
			{"why_zh", Text{"What changed", "变化"}, ""},
		},
		SQL: sql(`
SELECT time AS changed_at, ` + stateText("from_state", "en") + ` AS before_en, ` + stateText("from_state", "zh") + ` AS before_zh,
       ` + stateText("to_state", "en") + ` AS after_en, ` + stateText("to_state", "zh") + ` AS after_zh,
       ` + whyText("en") + ` AS why_en, ` + whyText("zh") + ` AS why_zh
FROM <churn_transitions>
WHERE community = $community$ AND member = $member$
ORDER BY changed_at DESC
LIMIT 50`),
	}
}

func memberTies() Panel {
	return Panel{
		ID:    "member_ties",
		Kind:  Table,
		Title: Text{"With whom are they tied?", "和谁互动最多？"},
		Description: Text{
			"The 20 members with whom there was most between them in the range: comments, answers, reactions, shares, mentions, follows, messages and votes that name the other as their target, by the member and by the other.",
			"所选范围内与其互动最多的 20 名成员：以对方为 target 的评论、回答、互动、分享、提及、关注、消息与投票，分别统计双方的次数。",
		},
		Empty: Text{"Nothing between the member and others in this range: it needs actions with a target.", "此范围内没有与他人的互动：需要带有 target 的行为。"},
		Columns: []Column{
			{"counterpart", Text{"With", "对方"}, ""},
			{"given", Text{"To them", "发给对方"}, Actions},
			{"got", Text{"From them", "来自对方"}, Actions},
			{"last_at", Text{"Last", "最近"}, Time},
		},
		SQL: sql(`
SELECT counterpart, sum(g) AS given, sum(r) AS got, max(at) AS last_at
FROM (
  SELECT target AS counterpart, 1 AS g, 0 AS r, time AS at
  FROM <actions>
  PREWHERE community = $community$ AND member = $member$ AND time >= $from$ AND time < $to$
  WHERE late = 0 AND target NOT IN ('', $member$) AND kind IN ` + kindsOfTies + `
  UNION ALL
  SELECT member AS counterpart, 0 AS g, 1 AS r, time AS at
  FROM <actions>
  WHERE community = $community$ AND late = 0 AND target = $member$ AND member != $member$ AND target != '' AND kind IN ` + kindsOfTies + `
    AND time >= $from$ AND time < $to$
)
GROUP BY counterpart
ORDER BY given + got DESC, counterpart
LIMIT 20`),
	}
}

func memberActions() Panel {
	return Panel{
		ID:    "member_actions",
		Kind:  Table,
		Title: Text{"What did they do last?", "最近做了什么？"},
		Description: Text{
			"The newest 50 actions of the member in the range, as they were accepted.",
			"所选范围内该成员最近的 50 次行为，按接收时的内容显示。",
		},
		Empty: Text{"The member did nothing in this range. Choose a longer range.", "该成员在此范围内没有行为。请选择更长的范围。"},
		Columns: []Column{
			{"acted_at", Text{"When", "时间"}, Time},
			{"what", Text{"Action", "行为"}, ""},
			{"channel", Text{"Channel", "频道"}, ""},
			{"target", Text{"To", "对象成员"}, ""},
			{"object", Text{"On", "对象内容"}, ""},
			{"platform", Text{"Platform", "平台"}, ""},
			{"campaign", Text{"Campaign", "营销活动"}, ""},
		},
		SQL: sql(`
SELECT time AS acted_at, if(kind = 'custom', name, toString(kind)) AS what, channel, target, object, platform, campaign
FROM <actions>
PREWHERE community = $community$ AND member = $member$ AND time >= $from$ AND time < $to$
ORDER BY acted_at DESC, id
LIMIT 50`),
	}
}
