package dashboards

// activityMeanings are of the numbers of sliding windows, and of when things happen.
var activityMeanings = map[string]Meaning{
	"headline": {
		Formula: Text{
			"For each window (5 minutes, 1 hour, 24 hours, 7 and 30 days): distinct members with at least one action of any kind but leave, reward and violation in [end − window, end); those of them who contributed; and all actions. Each line is the newest window that the range reaches, also one that is not over.",
			"对每个窗口（5 分钟、1 小时、24 小时、7 天、30 天）：在 [终点 − 窗口, 终点) 内至少有一次行为（退出、奖励、违规除外）的成员数（去重）、其中有贡献的成员数，以及全部行为数。每行取所选范围能到达的最新窗口，即使它尚未结束。",
		},
		Reading: Text{
			"Set the windows against each other: 24 hours over 30 days says how much of the community comes on a given day. Compare a number with the same hour a week ago, not with the hour before. Where contributing is far below active, people read and do not speak: ask something that is easy to answer, and answer the first who try.",
			"把各窗口放在一起看：24 小时与 30 天之比，说明每天有多大比例的成员会来。请与一周前的同一时刻相比，不要与上一小时相比。若贡献成员远少于活跃成员，说明大家只看不说：提一个容易回答的问题，并及时回应最先开口的人。",
		},
		Misleads: Text{
			"7 and 30 days are calendar days with today in them, so in the morning they hold six days and a bit; the 24 hours end on a full hour of UTC, 5 minutes and 1 hour on a full minute. Channels, platforms and kinds do not add up to the whole: who is in two counts in both. Bots count as members. Of a community whose history was imported, now is its last action, which may be years ago; what came late is missing until a rebuild.",
			"7 天与 30 天按自然日计算且包含今天，因此早晨看到的其实是六天多一点；24 小时窗口止于 UTC 整点，5 分钟与 1 小时止于整分钟。各频道、平台或类型之和不等于总数：同时出现在两处的人两边都算。机器人也计为成员。对导入的历史数据，现在是指其最后一次行为的时间，可能是几年前；迟到的行为在重建之前不计入。",
		},
		Tables: []string{"activity"},
		Page:   "rolling-activity.md",
	},
	"activity": {
		Formula: Text{
			"For every window end t: distinct active members, contributing members and actions in [t − window, t). Ends lie on every minute for 5 minutes and 1 hour, on every hour of UTC for 24 hours, on every local midnight for 7 and 30 days. A value holds until the next point.",
			"对每个窗口终点 t：[t − 窗口, t) 内的活跃成员数（去重）、贡献成员数与行为数。5 分钟与 1 小时窗口的终点为每一分钟，24 小时为每个 UTC 整点，7 天与 30 天为每个当地零点。数值保持到下一个点为止。",
		},
		Reading: Text{
			"Take 5 minutes or 1 hour to see what an event or a failure did, 7 or 30 days to see the trend, where the rhythm of day and week cancels out. Actions that rise over flat members are the same people doing more; members that rise over flat actions are newcomers who only look. Look up what was posted or sent at a step, and do again what worked.",
			"想看一次活动或故障的影响，选 5 分钟或 1 小时；想看趋势，选 7 天或 30 天，昼夜与周末的起伏会相互抵消。行为数上升而成员数持平，是同一批人更忙；成员数上升而行为数持平，是新来的人只看不说。曲线出现台阶时，查一查当时发布了什么，有效的做法可以再来一次。",
		},
		Misleads: Text{
			"A burst stays in a curve of 30 days for 30 days, and the fall when it drops out has no cause on that day. Long ranges keep only the busiest and the last window of each step, so such a curve runs higher than the mean. The last point is a window that is still open and only looks like a fall. A flat stretch may also mean that nothing was sent: no data and no activity look the same here. Parts do not add up to the whole.",
			"一次高峰会在 30 天曲线上停留 30 天，它移出窗口时的下跌与当天发生的事无关。范围较长时，每一小段只保留最繁忙与最后的窗口，曲线因此高于平均水平。最后一个点的窗口尚未结束，看起来像下跌而已。平直的一段也可能只是没有数据发来：没有数据与没有活动在这里看起来一样。各部分之和不等于总数。",
		},
		Tables: []string{"activity"},
		Page:   "rolling-activity.md",
	},
	"active_hours": {
		Formula: Text{
			"Actions of any kind by weekday and hour in the community's time zone: 168 cells, Monday 00:00 first. Where the range holds all of the history and no filter is set, they come from the published table of all times, else from the archive of actions.",
			"按社区时区的星期与小时统计任意类型的行为：共 168 格，从周一 0 点开始。若所选范围覆盖全部历史且没有筛选，取自已发布的全时段表，否则取自行为存档。",
		},
		Reading: Text{
			"The strong cells are when people are there to answer: publish news, start events and put moderators on duty shortly before them. The weak ones are for maintenance. Two separate bands often mean two regions: give both an hour of their own.",
			"颜色浓的格子是大家在线、能够回应的时段：在此之前不久发布消息、开始活动并安排版主值班。颜色淡的时段适合维护。若出现两条分开的浓色带，往往是两个地区的成员：请分别为他们安排时间。",
		},
		Misleads: Text{
			"It counts actions, not people: one bot or one busy member can colour a cell. A short range has few weeks, and one event looks like a habit. A range that is no whole number of weeks holds some weekdays more often than others. Hours are by the community's clock, not by the member's; in the weeks around a clock change, the same habit of people elsewhere moves by an hour.",
			"这里数的是行为而不是人：一个机器人或一位特别忙的成员就能染浓一格。范围太短时只含几周，一次活动看起来就像习惯。范围不是整周时，有些星期几会多算一次。小时按社区的时区，而非成员所在地；在夏令时切换前后，别处成员的同一习惯会移动一小时。",
		},
		Tables: []string{"actions", "active_hours", "activity_days"},
		Page:   "active-hours.md",
	},
	"actions_by_day": {
		Formula: Text{
			"Accepted actions of any kind, each id once, by calendar day in the community's time zone; in ranges over 400 days by week from Monday, over 2,500 days by month. An interval without a bar is zero.",
			"按社区时区的自然日统计已接收的任意类型行为，每个 id 只计一次；超过 400 天的范围按周（周一起），超过 2500 天按月。没有柱子即为零。",
		},
		Reading: Text{
			"It is the first thing to look at when another number is odd: a gap is mostly a source that stopped sending, a tall bar an import, an event or a bot. Filter by platform or kind to see which. For how many people there were, read daily activity instead.",
			"当别的数字异常时，先看这里：空缺多半是某个来源停止发送，特别高的柱子可能是导入、活动或机器人。可按平台或类型筛选找出是哪一个。若想知道有多少人，请看日活。",
		},
		Misleads: Text{
			"One busy member or bot makes a tall bar: many actions are not many people. Kinds that make nobody active (leave, reward, violation) count here. The last bar is of a day, week or month that is not over, and looks like a fall; the first one counts its whole day, also where the range begins later. Months have 28 to 31 days. What came late is missing until a rebuild.",
			"一位特别忙的成员或一个机器人就能造成高柱：行为多不等于人多。退出、奖励、违规虽不算活跃，在此也计数。最后一根柱对应尚未结束的一天、一周或一月，看起来像下跌；第一根按整天统计，即使范围从当天中途开始。各月天数为 28 至 31 天不等。迟到的行为在重建之前不计入。",
		},
		Tables: []string{"actions", "member_days"},
		Page:   "member-days.md",
	},
	"late_actions": {
		Formula: Text{
			"Actions whose event time was more than the lateness behind the stream time of their partition when they came, and that no rebuild has taken in since; with the lateness that is set, and the time up to which all tables are complete.",
			"到达时其发生时间落后于所在分区流时间超过容许迟到时长、且尚未经重建计入的行为数；并列出设定的容许迟到时长，以及所有表已完整到的时间。",
		},
		Reading: Text{
			"Zero is as it should be. A few after an outage do no harm. When there are many, or they belong to days that you report on, run rollcall rebuild; when they keep coming, a source sends in batches: set a longer lateness.",
			"正常情况下为零。故障之后有几条无妨。若数量很多，或属于你要汇报的日子，请运行 rollcall rebuild；若不断出现，说明某个来源成批发送：请设置更长的容许迟到时长。",
		},
		Misleads: Text{
			"It is over all times, whatever the range and the filter. It can not tell what was never sent, or what was rejected: rollcall rejected lists that. A source whose clock runs fast moves the community's time ahead, and then makes late what the others send. History imported in its order is not late; the same history sent after newer actions is.",
			"统计全部时间，与所选范围和筛选无关。从未发送或被拒收的行为不在其中：后者见 rollcall rejected。某个来源的时钟偏快，会把社区时间推前，使别的来源发来的行为变成迟到。按顺序导入的历史不算迟到；在较新的行为之后才发送的同一段历史则算。",
		},
		Tables: []string{"actions", "communities"},
		Page:   "late-and-rebuild.md",
	},
}
