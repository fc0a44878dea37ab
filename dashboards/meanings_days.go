package dashboards

// daysMeanings are of the numbers of days.
var daysMeanings = map[string]Meaning{
	"activity_days": {
		Formula: Text{
			"For each day d of the community's calendar: distinct active members on d (DAU), in d−6 … d (WAU) and in d−29 … d (MAU), and stickiness = DAU / MAU. Over 400 days the mean of each week's days is shown, over 2,500 days of each month's.",
			"对社区日历的每一天 d：当天（DAU）、d−6 … d（WAU）、d−29 … d（MAU）的活跃成员数（去重），以及黏性 = DAU / MAU。超过 400 天显示每周各日的平均值，超过 2500 天显示每月各日的平均值。",
		},
		Reading: Text{
			"MAU is how large the community is, DAU how much of it is a habit. Stickiness of 0.2 means that a member who comes at all comes about six days in thirty. MAU up and stickiness down: newcomers come and do not return, so look at retention; MAU down and stickiness up: the core stays and nobody is added.",
			"MAU 反映社区规模，DAU 反映有多少人已养成习惯。黏性 0.2 表示来过的成员平均 30 天里大约来 6 天。MAU 升而黏性降：新人来了却不再来，请看留存；MAU 降而黏性升：核心还在，但没有新人加入。",
		},
		Misleads: Text{
			"Today is in it as far as it has come, and pulls down DAU and stickiness until midnight. In a community's first 30 days MAU is still filling up, so stickiness starts near 1 and falls by itself. Mean stickiness of a week is the mean of daily ratios, not mean DAU by mean MAU, and a day without MAU is left out of it. With ten members it jumps by tenths. WAU counts calendar days and agrees with the sliding window of 7 days at midnight only.",
			"今天只统计到目前为止，零点之前会拉低 DAU 与黏性。社区最初 30 天里 MAU 仍在累积，黏性会从接近 1 自行下降。一周的平均黏性是每日比值的平均，而非平均 DAU 除以平均 MAU，MAU 为零的日子不计入。只有十名成员时，它以十分之一为单位跳动。WAU 按自然日计算，只在零点与 7 天滑动窗口一致。",
		},
		Tables: []string{"activity_days"},
		Page:   "activity-days.md",
	},
	"lurkers": {
		Formula: Text{
			"Contributing members of a day are those with at least one post, comment, answer, message, reaction, share, mention, vote, attendance, invitation or feedback on it; lurkers = DAU − contributing. Over 400 days the mean of each week's days, over 2,500 days of each month's.",
			"当天的贡献成员：至少发过一次帖、评论、回答、消息、互动、分享、提及、投票、参加、邀请或反馈；潜水成员 = DAU − 贡献成员。超过 400 天显示每周各日的平均值，超过 2500 天显示每月各日的平均值。",
		},
		Reading: Text{
			"Most communities have several lurkers for one who speaks, and that is healthy: they are readers and tomorrow's contributors. Watch the share over months. If lurkers grow and contributors do not, lower the threshold: reactions, polls, a thread for first questions.",
			"多数社区里，一个人发言往往有好几个人在看，这是正常的：他们是读者，也是明天的贡献者。请按月观察比例。若潜水成员增加而贡献成员不变，就降低参与门槛：点赞、投票、新手提问帖。",
		},
		Misleads: Text{
			"Lurkers are seen only if somebody sends their views or visits: without those kinds the number is near zero, and that says nothing. A member is judged day by day: who posts on Monday and reads on Tuesday is a lurker on Tuesday. To follow, register, buy, answer a survey or downvote is active and not contributing here. Bots that post count as contributors. The last day is not over.",
			"只有发送浏览或访问，才看得到潜水成员：没有这些类型时数字接近零，并不说明什么。逐日判断：周一发帖、周二只看的人，周二就算潜水。关注、注册、购买、填问卷与点踩在这里算活跃，但不算贡献。会发帖的机器人也算贡献成员。最后一天尚未结束。",
		},
		Tables: []string{"activity_days"},
		Page:   "activity-days.md",
	},
	"absence": {
		Formula: Text{
			"The fewest members whose contributions together are at least half of all contributions made by the end of the day, since the community began (CHAOSS contributor absence factor). Over 400 days the mean of each week's days, over 2,500 days of each month's.",
			"自社区开始到当天结束，贡献之和至少占全部贡献一半所需的最少成员数（CHAOSS 缺席因子）。超过 400 天显示每周各日的平均值，超过 2500 天显示每月各日的平均值。",
		},
		Reading: Text{
			"A low number is a risk: if these few went, half of what is contributed would go with them. Ten for a hundred contributors is comfortable; one or two in a community of thousands calls for successors: share roles, thank the next row, write down what only they know.",
			"数值低就是风险：这几个人一旦离开，一半的贡献也会随之消失。一百名贡献者中有十名较为稳妥；几千人的社区只有一两名时，就该培养接班人：分担职责，感谢第二梯队，把只有他们知道的事写下来。",
		},
		Misleads: Text{
			"It looks at the whole past and moves slowly: founders who left years ago still hold it low, or keep it high after the others have gone. It says nothing of the last quarter; the definition's page has the same number for 90 days. A chatty kind outweighs: a hundred messages count as much as a hundred answers. Bots count as members: one that automates half of the contributions makes it 1.",
			"它统计全部历史，变化缓慢：多年前离开的创始人仍会压低它，也可能在其他人离开后使它显得很高。它不反映最近一个季度；定义页有只看 90 天的算法。琐碎的行为分量过重：一百条消息与一百个回答同样计数。机器人也计为成员：若一半贡献由机器人完成，数值就是 1。",
		},
		Tables: []string{"community_days"},
		Page:   "absence-factor.md",
	},
}
