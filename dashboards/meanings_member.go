package dashboards

// portraitMeanings are of the board of one member, and of what alerts and risks say of members.
var portraitMeanings = map[string]Meaning{
	"member_portrait": {
		Formula: Text{
			"One member's row: state, risk (probability of no active day in the 56 days from the last midnight on) and reasons as of that midnight; P(alive) by BG/NBD over active days; the engagement score carried to the community's newest time, 2^(−age / 7 days); all other columns count all times.",
			"该成员的一行数据：状态、流失概率（自最近一个零点起 56 天内没有活跃日的概率）与原因，均截至该零点；按活跃日计算的 BG/NBD 留存概率；投入度折算到社区最新时间，2^(−距今天数 / 7)；其余各列统计全部时间。",
		},
		Reading: Text{
			"Read it before you write to somebody: how long they have been here, what they did most, what changed lately. A high risk with many active days is a habit that broke, and worth a personal word; with few, a visitor. The rank is the place among leaders of all times, not of today.",
			"在联系某人之前先看这里：来了多久、做得最多的是什么、最近有什么变化。活跃天数多而流失概率高，是习惯中断了，值得单独问候；天数少则只是访客。名次是历史总榜上的位置，而非现在。",
		},
		Misleads: Text{
			"Risk is missing before the first midnight and for who has not been seen in 90 days: that is no low risk. The two probabilities come from different models and need not add up: states and alerts use the risk alone. Days are the community's, and one account is not always one person. What came late is missing until a rebuild.",
			"第一个零点之前，以及超过 90 天未出现的成员没有流失概率：这不代表风险低。两个概率来自不同模型，相加不必为一；状态与告警只使用流失概率。日期按社区时区计算，一个账号也不一定是一个人。迟到的行为在重建之前不计入。",
		},
		Tables: []string{"communities", "members_activity", "members_churn", "members_kol"},
		Page:   "members.md",
	},
	"member_days": {
		Formula: Text{
			"Accepted actions of the member of any kind, each id once, by calendar day in the community's time zone; in ranges over 400 days by week from Monday, over 2,500 days by month.",
			"该成员任意类型的已接收行为，每个 id 计一次，按社区时区的自然日统计；超过 400 天的范围按周（周一起），超过 2500 天按月。",
		},
		Reading: Text{
			"Look for the rhythm and where it broke, and hold that against the changes of state and the marks of alerts and campaigns: what happened in the week before the last bar.",
			"看其节奏以及节奏在何处中断，并与状态变化、告警与营销活动的标记对照：最后一根柱子之前的那一周发生了什么。",
		},
		Misleads: Text{
			"A reward or a violation is an action too, though it makes nobody active: a bar does not always mean that the member was here. Bars of months hide weeks of silence. Days at the ends of the range count whole.",
			"奖励与违规也是行为，但不代表活跃：有柱子不一定说明成员来过。按月的柱子会掩盖数周的沉默。范围两端的日子按整天统计。",
		},
		Tables: []string{"member_days"},
		Page:   "member-days.md",
	},
	"member_hours": {
		Formula: Text{
			"The member's actions of any kind at all times, by weekday and hour in the community's time zone: 168 cells, Monday 00:00 first.",
			"该成员全部时间内任意类型的行为，按社区时区的星期与小时统计：共 168 格，从周一 0 点开始。",
		},
		Reading: Text{
			"Write when they are usually here. An unusual band at night often means another part of the world, or a program.",
			"在其通常在线的时段联系。若深夜出现明显的色带，往往说明身处其他时区，或是程序所为。",
		},
		Misleads: Text{
			"Few actions make a pattern of chance: below some fifty, read single cells as anecdotes. Habits of years ago count as much as those of today. Rewards and violations are in it, at the hour when somebody else gave them.",
			"行为很少时图案只是偶然：少于约五十次时，单个格子只能当作个例。多年前的习惯与现在的同样计入。奖励与违规也在其中，其时间由给出者决定。",
		},
		Tables: []string{"active_hours"},
		Page:   "active-hours.md",
	},
	"member_transitions": {
		Formula: Text{
			"The member's changes of state, the newest 50: by an action at its time, by silence at a local midnight. Reasons are what had changed against the member's own past when the state was entered.",
			"该成员最近 50 次状态变化：由行为引起的在行为发生时，由沉默引起的在当地零点。原因为进入该状态时与其自身过去相比的变化。",
		},
		Reading: Text{
			"Who has come back before often comes back again: wait a little longer. A first time at risk after a long even life is the one to act on. Compare the reasons of several times: the same one twice is a pattern.",
			"以前回来过的人往往还会回来：可以多等一等。长期平稳之后第一次进入风险，才最需要行动。把几次的原因放在一起看：同一原因出现两次就是规律。",
		},
		Misleads: Text{
			"States follow rules of days (7, 30) and a threshold of one half, so a member at the edge goes to and fro without anything having happened. Reasons say what changed, not why. A member who was away for years has no row for each of them.",
			"状态由固定天数（7 天、30 天）与一半的阈值决定，处于边缘的成员会来回变动，其实什么也没发生。原因说明变化了什么，而不是为什么。离开多年的成员并不会每年都有一行。",
		},
		Tables: []string{"churn_transitions"},
		Page:   "churn.md",
	},
	"member_ties": {
		Formula: Text{
			"Accepted comments, answers, reactions, shares, mentions, follows, messages and votes of the range between the member and each other one, those that name the other as target, counted in each direction; the 20 with most of both.",
			"所选范围内该成员与其他每一位成员之间已接收的评论、回答、互动、分享、提及、关注、消息与投票（以对方为 target），双向分别计数；取合计最多的 20 名。",
		},
		Reading: Text{
			"These are the people whose leaving they would notice, and who could bring them back: ask one of them to write instead of you. Much given and little returned is somebody who may tire.",
			"他们离开时，该成员会注意到；也是最能把该成员请回来的人：不妨请其中一位代为问候。付出多而回应少的人，容易疲倦。",
		},
		Misleads: Text{
			"It counts, where the ranking of leaders weighs: here ten quick reactions are more than one answer, bots are not left out, and votes downwards count as well. Only what names a target is seen; talk in a channel is not. A short range shows who was there last, not who matters.",
			"这里只是计数，而核心用户排名会加权：在这里十次随手的点赞多于一次回答，机器人没有排除，负向投票也计入。只有带 target 的行为可见，频道里的闲聊不算。范围太短时看到的是最近碰面的人，而不是最重要的人。",
		},
		Tables: []string{"actions"},
		Page:   "kol.md",
	},
	"member_actions": {
		Formula: Text{
			"The newest 50 rows of the archive that are the member's and lie in the range, as they were accepted.",
			"存档中属于该成员且位于所选范围内的最近 50 行，按接收时的内容显示。",
		},
		Reading: Text{
			"The last things somebody did before falling silent are the best start for a letter: an open question, a reward, a violation.",
			"一个人沉默之前最后做的事，是写信最好的开头：一个未答的问题、一次奖励、一次违规。",
		},
		Misleads: Text{
			"Only 50 are listed, however long the range. Actions that came late are here already, though in no other number until a rebuild. Kinds are as the source called them: a custom one is shown by its name.",
			"无论范围多长，只列 50 条。迟到的行为在这里已可见，但在重建之前不计入其他数字。类型以数据来源为准：自定义类型显示其名称。",
		},
		Tables: []string{"actions"},
		Page:   "member-days.md",
	},
	"alert_segments": {
		Formula: Text{
			"Of the 20 first alerts (open ones, then the newest), each part of the community that was tested and holds the difference: what was observed in it, what was expected by its own past, and its part of the whole excess. Of an alert about leaders: the leader, with the place on the board as expected and the dependents as observed.",
			"前 20 条告警（未恢复的在前，然后按时间倒序）中，经检验确有差异的各部分：该部分的实际值、依其自身过去得出的预期值，以及在全部异常量中的份额。关于核心用户的告警则列出该用户，预期一列为名次，实际一列为依附者人数。",
		},
		Reading: Text{
			"One part with most of the excess is where to look first: a channel that was closed, a platform whose app broke, a campaign whose people go. Excess that is spread over all parts has a cause that concerns everybody.",
			"若某一部分占了大部分异常，先从那里查起：频道被关闭、平台应用故障、某次活动带来的人正在离开。异常分散在各部分时，原因与所有人有关。",
		},
		Misleads: Text{
			"Parts overlap, so shares do not add up to 100 %. Small parts have wide chance: of many that are tested, those are kept that survive a correction for it, yet some are still chance. It is as of the last change of the alert, not as of now.",
			"各部分相互重叠，份额相加不等于 100%。人数少的部分偶然性大：虽已对多次检验作了校正，仍可能有偶然者。数值以告警最近一次变化时为准，而非现在。",
		},
		Tables: []string{"alerts"},
		Page:   "alerts.md",
	},
	"alert_members": {
		Formula: Text{
			"Of the 20 first alerts (open ones, then the newest), the members each names to be contacted first, by value: the engagement score, or of an alert about leaders the share of their ties that was with the leader (1 is all of them).",
			"前 20 条告警（未恢复的在前，然后按时间倒序）建议优先联系的成员，按价值排列：价值为投入度；关于核心用户的告警则为与该用户相连的互动份额（1 为全部）。",
		},
		Reading: Text{
			"Start with the first names of an open alert, and open the portrait before you write. A name that stands under several alerts is worth a call.",
			"从未恢复告警的前几名开始，联系前先看成员页。同一个名字出现在多条告警中，值得直接打电话。",
		},
		Misleads: Text{
			"It is as of the alert's last change: who came back meanwhile is still listed. Values of different kinds of alert can not be compared. Members with little value are left out, so the list is not everybody concerned.",
			"名单以告警最近一次变化时为准：其间已回来的人仍在名单上。不同类型告警的价值不能相比。价值低的成员未列出，因此名单并不是所有涉及的人。",
		},
		Tables: []string{"alerts"},
		Page:   "alerts.md",
	},
	"risk_reasons": {
		Formula: Text{
			"Members whose state is at risk now, by each reason that was found when they entered it, and as a share of all who are at risk. Who has none counts under silence alone.",
			"当前处于流失风险的成员，按进入风险时发现的每项原因统计，并给出占全部风险成员的比例。没有原因者计入仅为沉默。",
		},
		Reading: Text{
			"A reason that stands out can be answered for all at once: unanswered posts by somebody on duty, fewer replies by welcoming, a channel that people left by asking what was wrong with it.",
			"突出的原因可以一次性应对：无人回应的帖子安排专人答复，回复变少就多些欢迎，频道被弃用就问问哪里出了问题。",
		},
		Misleads: Text{
			"A member counts for each of up to four reasons, so shares add up to more than 100 %. Reasons are what changed, not what caused it, and of the day when the risk was entered. Few members at risk make great shares of chance.",
			"每名成员最多有四项原因，各计一次，比例相加会超过 100%。原因是变化而非起因，且以进入风险之日为准。风险成员很少时，比例大也可能只是偶然。",
		},
		Tables: []string{"members_churn"},
		Page:   "reasons.md",
	},
}
