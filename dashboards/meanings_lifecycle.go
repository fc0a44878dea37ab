package dashboards

// lifecycleMeanings are of the numbers of calendar intervals: who is new, who stays.
var lifecycleMeanings = map[string]Meaning{
	"lifecycle": {
		Formula: Text{
			"Of an interval (day, week from Monday, month) and the one before: new = active for the first time ever; returning = active in both; resurrecting = active now, not in the one before, and not new; dormant = active in the one before and not now. Kept = returning / active of the one before.",
			"对某一期（日、周一起的周、月）与上一期：新成员 = 有史以来首次活跃；持续活跃 = 两期都活跃；回流 = 本期活跃、上期不活跃且非新成员；沉寂 = 上期活跃而本期不活跃。保留率 = 持续活跃 / 上期活跃人数。",
		},
		Reading: Text{
			"Growth is what stands above the line less what hangs below it. A tall new part with an equally tall dormant one next time is a leaky bucket: work on the first week before you advertise. A growing resurrecting part after a letter or an event says that it worked. Returning is the part that you can count on.",
			"零线以上减去零线以下即为增长。若新成员很多、下一期沉寂也同样多，就像漏水的桶：先改善新人的第一周，再做推广。发信或办活动之后回流增加，说明有效。持续活跃是可以依靠的部分。",
		},
		Misleads: Text{
			"The newest interval is open: at its start everybody of the one before is dormant, and then they come; leave it out of comparisons. Dormant lasts one interval only: who has been away longer is in no column. By day almost everybody is dormant tomorrow; take weeks unless people come daily. With imported history, who was there before the first action sent looks new, so the first intervals show a wave that never was. Months differ in length. Bots count.",
			"最新一期尚未结束：刚开始时上一期的所有人都算沉寂，之后才陆续出现；比较时请排除。沉寂只计一期：离开更久的人不在任何一列。按日看，几乎人人第二天都会沉寂；除非成员天天来，否则请按周看。导入历史时，在第一条行为之前就在的人会显得是新成员，最初几期因此出现并不存在的浪潮。各月长短不同。机器人也计入。",
		},
		Tables: []string{"lifecycle"},
		Page:   "lifecycle.md",
	},
	"stickiness": {
		Formula: Text{
			"Members by the number of distinct local days on which they were active, in the newest week (from Monday) or month that is over, both for the community and in the range, and in which anybody was active.",
			"在对社区和所选范围而言都已结束、且有人活跃的最近一周（周一起）或一月内，按活跃的不同当地日数统计成员数。",
		},
		Reading: Text{
			"The left bar is visitors, the right ones are people with a habit. It is healthy if there is a second hump on the right, however small: those few keep the place alive. Give the ones in the middle a reason for one more day, such as a weekly thread.",
			"最左边是过客，右边是有习惯的人。右侧若有第二个小峰，哪怕很小，也是健康的：正是这些人让社区保持活力。给中间的人一个多来一天的理由，例如每周固定话题。",
		},
		Misleads: Text{
			"It shows one interval only, and one with a holiday or an event in it looks unlike the others. Day as an interval is read as week. A member who came for the first time on Sunday had one day to come, and stands on the left with the visitors. Who did not come at all is in no bar. In months the bars on the far right depend on the month's length. DAU / MAU, also called stickiness, is another number.",
			"只显示一期，遇上假期或活动就与平时不同。间隔选日时按周计算。周日才首次出现的成员只有一天可来，也会与过客同列左侧。完全没来的人不在任何柱子里。按月时最右侧的柱子受当月天数影响。DAU / MAU 也叫黏性，是另一个数字。",
		},
		Tables: []string{"communities", "stickiness"},
		Page:   "stickiness.md",
	},
	"retention": {
		Formula: Text{
			"A cohort is all members whose first active day, week or month is the same. The cell n is the share of the cohort that was active in exactly the nth interval after it (n-day); the table has the counts, those active then or later (unbounded), and those active in every interval up to it (consecutive).",
			"首次活跃在同一天、同一周或同一月的成员为一个群组。第 n 格为其中恰在之后第 n 期活跃的比例（n-day）；表格中给出人数，以及当期或之后活跃（不限期）与到当期为止每期都活跃（连续）的人数。",
		},
		Reading: Text{
			"Read down a column to see whether newer cohorts stay better than older ones: that is the effect of what you changed. Read along a row to see where a cohort is lost, mostly at n = 1. A row that is pale from the start came for one thing, such as a campaign; a column that is pale across cohorts is a calendar effect, such as holidays.",
			"竖看一列，可知新群组是否比旧群组留得更好：这就是改进的效果。横看一行，可知群组在哪一期流失，多半在 n = 1。从一开始就很淡的一行，多半为某件事而来，例如一次推广；各群组同时变淡的日期是日历因素，例如假期。",
		},
		Misleads: Text{
			"Small cohorts jump: of four members, one is 25 %, so look at the cohort's size. At n-day a member who comes every other week is lost in half of the cells; unbounded does not have this, and still grows when somebody returns. In imported history the first cohort is everybody who was there already, who stay far better than true newcomers. Cells that are not there are not over yet, and are not zero. Only the newest 24 cohorts of the range are drawn, up to 30 days, 26 weeks or 24 months.",
			"小群组波动大：四人中的一人就是 25%，请看群组人数。按 n-day 计，隔周来一次的成员在一半的格子里都算没来；不限期没有这个问题，但有人回来时仍会增加。导入的历史中，第一个群组是本来就在的所有人，留存远高于真正的新人。没有的格子表示该期尚未结束，并不是零。只显示范围内最新的 24 个群组，最多 30 天、26 周或 24 个月。",
		},
		Tables: []string{"retention"},
		Page:   "retention.md",
	},
	"retention_curve": {
		Formula: Text{
			"For each n: the sum over all cohorts of the range old enough for it of the members active then (n-day), then or later (unbounded), or in every interval until then (consecutive), over the sum of these cohorts' sizes. So each cohort weighs by its size.",
			"对每个 n：范围内已满 n 期的所有群组中，恰在当期活跃（n-day）、当期或之后活跃（不限期）、每期都活跃（连续）的人数之和，除以这些群组的人数之和；即按群组人数加权。",
		},
		Reading: Text{
			"Look where the curve goes flat: who is left there stays, and that height is what newcomers are worth to you. If it never goes flat, there is no habit yet. The steepest part is where to help: mostly between the first interval and the second. The gap between n-day and unbounded is people who come now and then.",
			"看曲线在哪里变平：能留到那里的人会一直留下，其高度就是新人能带来的长期价值。若一直不变平，说明还没有养成习惯。最陡的一段最需要帮助：多半在第一期与第二期之间。n-day 与不限期之间的差距，是偶尔才来的人。",
		},
		Misleads: Text{
			"Each n has other cohorts in it: far right only the oldest, and if those were better, the curve rises although nobody came back. Look at members counted before you believe the end of it. Unbounded must fall towards the end, because what comes later is not known yet. One large cohort, such as an imported first one or a campaign's, outweighs all others. Consecutive drops for good at one holiday.",
			"每个 n 所含的群组不同：最右端只有最老的群组，如果它们本来就更好，曲线会上升，而其实没有人回来。相信末端之前请先看统计人数。不限期在末端必然下降，因为之后的事尚不可知。一个很大的群组（例如导入的第一个群组或一次推广）会压过其他所有群组。连续留存遇上一次假期就永久下降。",
		},
		Tables: []string{"retention"},
		Page:   "retention.md",
	},
}
