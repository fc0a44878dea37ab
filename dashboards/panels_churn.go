package dashboards

// Of the panels of churn_days, a longer interval shows the states at its end, and adds up the entries.

func churnStates() Panel {
	return Panel{
		ID:    "churn_states",
		Kind:  Stacked,
		Title: Text{"Who is with us, who is slipping away?", "谁还在，谁正在流失？"},
		Description: Text{
			"Members by state at the end of each interval, those who churned or left not drawn. At risk: the probability of no active day in the next 56 days is 50 % or more (unless set otherwise). New and back: within 7 days of the first day, or of the first after they had churned or left. Churned: no active day in 30 days. Ranges over 400 days show weeks, over 2,500 days months.",
			"各时段末按状态统计的成员数，不含已流失与已退出者。有流失风险：未来 56 天没有活跃日的概率不低于 50%（除非另行设置）。新成员与回流：首次活跃或流失、退出后再次活跃的 7 天之内。已流失：30 天没有活跃日。超过 400 天的范围按周显示，超过 2500 天按月显示。",
		},
		Empty: noDays,
		Columns: []Column{
			{"start", Text{"Day", "日期"}, Date},
			{"interval", Text{"Interval", "间隔"}, IntervalLen},
			{"active_members", Text{"Active", "活跃"}, Members},
			{"newcomers", Text{"New or back", "新成员与回流"}, Members},
			{"risky", Text{"At risk", "有流失风险"}, Members},
			{"gone", Text{"Churned or left by then", "累计流失与退出"}, Members},
		},
		Above: []string{"active_members", "newcomers", "risky"},
		SQL: sql(`
WITH <interval> AS step
SELECT multiIf(step = 'day', day, step = 'week', toMonday(day), toStartOfMonth(day)) AS start,
       step AS interval,
       argMax(d.active, day) AS active_members, argMax(d.new + d.resurrected, day) AS newcomers, argMax(d.at_risk, day) AS risky,
       argMax(d.churned + d.left, day) AS gone
FROM (
  SELECT day, new, active, at_risk, churned, resurrected, left
  FROM <churn_days>
  WHERE community = $community$ AND day BETWEEN <first_day> AND <last_day>
) AS d
GROUP BY start
ORDER BY start
LIMIT 1000`),
	}
}

func churnEntries() Panel {
	return Panel{
		ID:    "churn_entries",
		Kind:  Trend,
		Title: Text{"How many do we lose?", "我们在失去多少人？"},
		Description: Text{
			"Members who entered a state in each interval: at risk (days early), churned (after 30 silent days), left (by their own word). Churn rate: those who churned or left on a day, of those who were there at its start; the mean of an interval's days; below, with its own axis.",
			"各时段内进入相应状态的成员数：有流失风险（提前数日）、已流失（沉默满 30 天后）、已退出（本人声明）。流失率：当天流失或退出的成员占当天开始时在册成员的比例，取时段内各日平均，绘于下方独立坐标轴。",
		},
		Empty: noDays,
		Columns: []Column{
			{"start", Text{"Day", "日期"}, Date},
			{"interval", Text{"Interval", "间隔"}, IntervalLen},
			{"entered_risk", Text{"Became at risk", "新增流失风险"}, Members},
			{"churned_now", Text{"Churned", "流失"}, Members},
			{"left_now", Text{"Left", "退出"}, Members},
			{"rate", Text{"Churn rate a day", "日流失率"}, Share},
		},
		// A hundredth a day is a quarter of the community in a month.
		Limits: []Limit{{"rate", 0, Good}, {"rate", 0.01, Watch}, {"rate", 0.02, Bad}},
		SQL: sql(`
WITH <interval> AS step
SELECT multiIf(step = 'day', day, step = 'week', toMonday(day), toStartOfMonth(day)) AS start,
       step AS interval,
       sum(d.entered_at_risk) AS entered_risk, sum(d.entered_churned) AS churned_now, sum(d.entered_left) AS left_now, avg(d.churn_rate) AS rate
FROM (
  SELECT day, entered_at_risk, entered_churned, entered_left, churn_rate
  FROM <churn_days>
  WHERE community = $community$ AND day BETWEEN <first_day> AND <last_day>
) AS d
GROUP BY start
ORDER BY start
LIMIT 1000`),
	}
}

// whyText is the first reasons of a member, as text in one language.
func whyText(lang string) string {
	return "arrayStringConcat(arrayFilter(x -> x != '', arrayMap(x -> JSONExtractString(x, '" + lang + "'), JSONExtractArrayRaw(reasons))), '; ')"
}

func atRiskMembers() Panel {
	return Panel{
		ID:    "at_risk_members",
		Kind:  Table,
		Title: Text{"Whom to contact first?", "先联系谁？"},
		Description: Text{
			"The 20 most engaged of the members who are at risk now, whatever the range: the engagement score as of their last action, the probability of no active day in the next 56 days as of the last midnight, and what changed against their own past.",
			"当前有流失风险的成员中投入度最高的 20 名，与所选范围无关：最后一次行为时的投入度、截至最近一个零点的未来 56 天沉默概率，以及与其自身过去相比的变化。",
		},
		Empty: Text{"Nobody is at risk now. Members appear here after at least 3 active days, when they are more likely than not to stay away for 56 days.", "目前没有成员处于流失风险。成员至少有 3 个活跃日，且未来 56 天更可能不再出现时，才会列在这里。"},
		Columns: []Column{
			{"member", Text{"Member", "成员"}, ""},
			{"value", Text{"Engagement", "投入度"}, Score},
			{"probability", Text{"Risk", "流失概率"}, Share},
			{"since", Text{"At risk since", "风险起始"}, Time},
			{"seen", Text{"Last seen", "最近出现"}, Time},
			{"why_en", Text{"What changed", "变化"}, ""},
			{"why_zh", Text{"What changed", "变化"}, ""},
		},
		// As likely as not is where the state at risk begins.
		Limits: []Limit{{"probability", 0, Good}, {"probability", 0.5, Watch}, {"probability", 0.8, Bad}},
		SQL: sql(`
SELECT member, engagement AS value, risk AS probability, state_since AS since, last_seen AS seen,
       ` + whyText("en") + ` AS why_en, ` + whyText("zh") + ` AS why_zh
FROM <members>
WHERE community = $community$ AND state = 'at_risk'
ORDER BY value DESC, member
LIMIT 20`),
	}
}

func riskDistribution() Panel {
	return Panel{
		ID:    "risk_distribution",
		Kind:  Table,
		Title: Text{"How is the risk spread?", "风险如何分布？"},
		Description: Text{
			"Members seen in the last 90 days by their risk as of the last midnight, in tenths. The sum of the risks is how many of them are expected to have no active day in the next 56 days.",
			"近 90 天出现过的成员，按截至最近一个零点的流失概率每 10% 一档统计。各成员概率之和即预计未来 56 天不再活跃的人数。",
		},
		Empty: Text{"No risk yet: it is computed at a community's first midnight.", "尚无流失概率：在社区的第一个零点之后计算。"},
		Columns: []Column{
			{"above", Text{"Risk from", "概率不低于"}, Share},
			{"people", Text{"Members", "成员数"}, Members},
			{"expected", Text{"Expected to stay away", "预计不再出现"}, Members},
		},
		Limits: []Limit{{"above", 0, Good}, {"above", 0.5, Watch}, {"above", 0.8, Bad}},
		SQL: sql(`
SELECT least(floor(assumeNotNull(risk) * 10), 9) / 10 AS above, count() AS people, sum(assumeNotNull(risk)) AS expected
FROM <members>
WHERE community = $community$ AND risk IS NOT NULL
GROUP BY above
ORDER BY above
LIMIT 10`),
	}
}

func alertsPanel() Panel {
	return Panel{
		ID:    "alerts",
		Kind:  Table,
		Title: Text{"What happened that is not usual?", "发生了哪些异常？"},
		Description: Text{
			"Alerts, open ones first, then the newest: observed against expected, since when, and what it says. rollcall alerts show and ack take it from here.",
			"警报列表，未解决的在前，其余按时间倒序：实际值与预期值、起始时间与说明。可用 rollcall alerts show 与 ack 继续处理。",
		},
		Empty: Text{"No alert yet. What is usual is known after three weeks of a community's life.", "尚无警报。社区运行三周后，系统才能了解常态。"},
		Columns: []Column{
			{"opened_at", Text{"Opened", "开始"}, Time},
			{"said_en", Text{"What happened", "发生了什么"}, ""},
			{"said_zh", Text{"What happened", "发生了什么"}, ""},
			{"now_en", Text{"State", "状态"}, ""},
			{"now_zh", Text{"State", "状态"}, ""},
			{"seen", Text{"Observed", "实际"}, Members},
			{"usual", Text{"Expected", "预期"}, Members},
			colAlert,
		},
		SQL: sql(`
SELECT opened AS opened_at, title_en AS said_en, title_zh AS said_zh, state AS now_en,
       transform(state, ['open', 'acknowledged', 'resolved'], ['未处理', '处理中', '已恢复'], state) AS now_zh,
       if(kind = 'kol_at_risk', NULL, observed) AS seen, if(kind = 'kol_at_risk', NULL, expected) AS usual, alert_id
FROM <alerts>
WHERE community = $community$
ORDER BY now_en = 'resolved', opened_at DESC
LIMIT 50`),
	}
}
