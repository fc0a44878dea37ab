package dashboards

// churnMeanings are of states, risks and alerts.
var churnMeanings = map[string]Meaning{
	"churn_states": {
		Formula: Text{
			"Members by state at the end of each day; a longer interval shows its last day. New and back: first active, or active again after churned or left, within 7 days. At risk: at least 3 active days and a risk of 0.5 or more at the last midnight. Churned: no active day in 30 days. The 30 days and the 0.5 can be set.",
			"每天结束时按状态统计的成员数；更长的间隔取其最后一天。新成员与回流：首次活跃，或流失、退出后再次活跃的 7 天之内。有流失风险：至少 3 个活跃日，且最近一个零点的概率不低于 0.5。已流失：30 天没有活跃日。30 天与 0.5 可另行设置。",
		},
		Reading: Text{
			"The pile is everybody who is still with you. A wide band at risk over a steady pile is a warning weeks ahead of the loss: contact those in the list below. A thin band of new and back means that nobody refills the pile. Set at risk against active, rather than against all who ever came.",
			"整个堆叠就是仍在社区的人。堆叠高度不变而风险带变宽，是流失到来前几周的预警：请联系名单中的成员。新成员与回流的带很薄，说明没有人补充进来。请把有流失风险的人数与活跃人数相比，不要与历史总人数相比。",
		},
		Misleads: Text{
			"Active is who has not been silent for more than 30 days: who left without a word yesterday counts for a month. Members of one or two days are never at risk; they go from active straight to churned, and most losses of a young community go this way. Every Monday the model is fitted anew and may move many at once, with nothing having happened. In the first 84 days the order of the risks is good and their level may be off. The newest day is not over. Bots have states too.",
			"活跃指沉默未满 30 天：昨天不辞而别的人还会再算一个月。只来过一两天的成员从不进入风险状态，而是直接从活跃变为已流失，新社区的流失大多如此。每周一模型重新拟合，可能一次移动很多人，而其实什么也没发生。最初 84 天内，风险的先后次序可信，高低可能有偏差。最新一天尚未结束。机器人同样有状态。",
		},
		Tables: []string{"churn_days"},
		Page:   "churn.md",
	},
	"churn_entries": {
		Formula: Text{
			"Entries into at risk, churned and left, counted on the day on which they happened (a midnight belongs to the day that it begins) and added up over longer intervals. Churn rate of a day = (entered churned + entered left) / members new, active, at risk or back when the day before ended; of longer intervals the mean of the days that have one.",
			"进入有流失风险、已流失、已退出状态的次数，计在发生当天（零点属于其开始的那一天），更长的间隔累加。日流失率 =（当天流失 + 当天退出）/ 前一天结束时处于新成员、活跃、有风险或回流状态的成员数；更长的间隔取有数值各日的平均。",
		},
		Reading: Text{
			"At risk speaks early, left at once, churned 30 days late: a peak of churned is to be explained by what happened a month before it. Left that peaks alone is anger or a change of rules: ask those who went. A rate of 1 % a day is about a quarter of the members in a month.",
			"有流失风险是提前信号，退出是即时信号，流失要晚 30 天：流失出现高峰时，请查一个月前发生了什么。只有退出出现高峰，多半是不满或规则变动：去问问离开的人。日流失率 1% 相当于一个月失去约四分之一的成员。",
		},
		Misleads: Text{
			"These are entries, not people: who slips into risk, recovers and slips again counts twice. Churned waves repeat a wave of newcomers 30 days later, and what looks like a crisis is last month's campaign. A Monday's new fit can put many at risk at once. The rate of a longer interval is a mean of daily rates and can not be compared with a monthly churn rate, which is up to thirty times as high; in a small community one member makes it jump. Left is seen only if somebody sends leaves.",
			"这里数的是次数而不是人：进入风险、恢复、再次进入会计两次。新人潮会在 30 天后以流失潮的形式重现，看似危机，其实是上个月的推广。周一的重新拟合可能一次让很多人进入风险。较长间隔的流失率是日流失率的平均，不能与月流失率相比，后者最高可达其三十倍；小社区里一个人就会使它跳动。只有发送退出行为，才看得到已退出。",
		},
		Tables: []string{"churn_days"},
		Page:   "churn.md",
	},
	"today": {
		Formula: Text{
			"Open alerts: those that nobody has acknowledged and that are not over. Who may leave: members whose state is at risk now; leaders are those of them among the first 20 of the current ranking. New: members whose state is new, so active for the first time within the last 7 days. Thanks: members with contributions on the 7 days up to the community's newest day, the most first.",
			"未处理的告警：无人确认且尚未恢复的告警。可能离开：当前状态为有流失风险的成员；核心用户为其中位于当前排名前 20 名者。新成员：状态为新成员者，即首次活跃的 7 天之内。感谢：截至社区最新一天的 7 天内有贡献的成员，贡献最多者在前。",
		},
		Reading: Text{
			"Work from the top, and press a number for the names. An alert first: it says what changed and whom to ask. A word to a leader reaches those who depend on them as well. Who is welcomed by name in the first week comes back more often than who is not, and thanks cost nothing. When a line is gone, it is done or over.",
			"从上往下做，点击数字可看名单。先看告警：它说明发生了什么、该问谁。与一位核心用户谈一谈，也会影响依附于他的人。第一周就有人叫出名字欢迎的新成员更常回来，而感谢不花成本。某一行消失，表示已处理或已过去。",
		},
		Misleads: Text{
			"It is as of now, and of a community whose history was imported, now is its last action, which may be years ago. At risk is a probability, so some of them would have come back by themselves. Members can stand in several lines, bots among them. New holds nobody who came back. Who stands in no line is not therefore well.",
			"内容以当前为准；对导入的历史数据，现在是指其最后一次行为的时间，可能是几年前。流失风险是概率，其中一些人会自己回来。同一成员可能出现在多行，机器人也在内。新成员不含回流者；不在任何一行的人也未必没有问题。",
		},
		Tables: []string{"alerts", "communities", "kols", "member_days", "members", "members_churn"},
		Page:   "churn.md",
	},
	"at_risk_members": {
		Formula: Text{
			"All members whose state is at risk now, the 20 with the highest engagement score first. Risk = probability of no active day in the 56 days from the last midnight on, by a logistic regression on seven numbers of the member's active days; the reasons are what changed against the member's own past when the risk was entered.",
			"当前状态为有流失风险的成员，按投入度取前 20 名。流失概率 = 从最近一个零点起 56 天内没有活跃日的概率，由成员活跃日的七个数值经逻辑回归得出；变化是进入风险时与其自身过去相比的不同之处。",
		},
		Reading: Text{
			"Work from the top: these gave most and are still within reach. Read what changed before you write, and write about that: an unanswered question wants an answer, a friend who left wants another introduction. Do not mention the score. Look again in a week: who came back has gone from the list.",
			"从上往下联系：这些人付出最多，也还来得及挽回。写信之前先看发生了什么变化，并就此开口：没人回答的问题需要答复，朋友离开了就介绍新的人。不要提到分数。一周后再看：回来的人已不在名单中。",
		},
		Misleads: Text{
			"A risk of 0.6 means that four in ten such members come back by themselves: who returns after your letter is not always your success. Engagement is as of the last action and not decayed, so who was very busy seven weeks ago stands above who is half-gone today. Reasons say what changed, not why, and stay as they were on entry. It is how things stand now, whatever the range. Nobody with less than 3 active days is listed; bots are. In the first 84 days levels are provisional.",
			"概率 0.6 意味着十人中有四人会自己回来：收信后回来的人不全是你的功劳。投入度截至最后一次行为、没有衰减，因此七周前非常忙的人会排在今天正在离开的人之前。变化只说明哪里不同，不说明为什么，并保持进入风险时的内容。名单反映当前，与所选范围无关。活跃日不足 3 天的成员不会列出，机器人会列出。最初 84 天内概率高低仅供参考。",
		},
		Tables: []string{"members"},
		Page:   "churn.md",
	},
	"risk_distribution": {
		Formula: Text{
			"Members with a risk, that is, whose last active day is at most 90 days before the last midnight, by tenths of it; and the sum of their risks, which is how many of them are expected to have no active day in the 56 days to come.",
			"有流失概率的成员（最后活跃日距最近一个零点不超过 90 天），按概率每 10% 一档；以及各档概率之和，即预计未来 56 天没有活跃日的人数。",
		},
		Reading: Text{
			"Read the sum of the last column as a forecast: so many of these will be gone in eight weeks if nothing changes. The middle tenths are where a word still decides something; those above 0.9 have mostly gone, those below 0.2 need nothing. Compare with last month's shape rather than with another community's.",
			"把最后一列之和当作预测：若不采取行动，八周后将失去这么多人。中间几档最值得联系；0.9 以上的大多已经离开，0.2 以下的不需要做什么。请与上个月的形状相比，而不是与别的社区相比。",
		},
		Misleads: Text{
			"The highest tenths are always full: visitors of one day, and members who have churned or left within the last 90 days, are in it as well, so it is not a picture of the active. It is as of the last midnight, whatever the range. In the first 84 days the level may be off; and after every Monday's fit the whole picture may shift a little. Bots are in it.",
			"最高的几档总是很满：只来过一天的访客，以及近 90 天内流失或退出的成员也在其中，因此它并不是活跃成员的写照。数值截至最近一个零点，与所选范围无关。最初 84 天内高低可能有偏差；每周一重新拟合之后，整体也可能略有移动。机器人也在其中。",
		},
		Tables: []string{"members"},
		Page:   "churn.md",
	},
	"alerts": {
		Formula: Text{
			"One row an alert, open ones first, then by the time at which they opened, 50 at most. Observed and expected are those of its last change. An alert opens when a count could hardly be chance: at least 10, at least 1.5 times off, and a tail of less than 0.001 under a negative binomial after correction for how much is looked at.",
			"每个告警一行，未恢复的在前，其余按开始时间倒序，最多 50 行。实际与预期取自最近一次变化。当某个计数很难用偶然解释时才告警：至少 10，至少偏离 1.5 倍，且在负二项分布下、按所查数量校正后的尾概率低于 0.001。",
		},
		Reading: Text{
			"Read what it says, where the difference is, and since when; then look at activity over the same hours. Acknowledge it if you work on it, silence the kind if you know why. One that names a platform and an outage is for the technicians; one that names leaders is for you, today.",
			"先看它说了什么、差别在哪里、从何时开始，再看同一时段的活跃曲线。正在处理就确认，已知原因就对该类告警静默。指明某平台中断的交给技术人员；点名核心用户的，请你今天就处理。",
		},
		Misleads: Text{
			"No alert does not mean that all is well: in the first weeks of a community there is nothing to compare with, and where fewer than ten are seen or expected nothing is said. Units differ by kind: members active in an hour, leaves in an hour, entries in a day or week; of leaders the numbers are not counts against a norm. Activity that is missing may be a source that stopped sending. It lists all times, whatever the range, and what was asked for as a test. What came late changes no alert.",
			"没有告警不等于一切正常：社区最初几周没有可比的基准，实际或预期不足 10 时也不会告警。不同类型单位不同：一小时的活跃成员、一小时的退出、一天或一周的状态变化；核心用户类告警的数字并不是与常态相比的计数。活跃缺失也可能是来源停止发送。它列出全部时间，与所选范围无关，也包括测试告警。迟到的行为不会改变任何告警。",
		},
		Tables: []string{"alerts"},
		Page:   "alerts.md",
	},
}
