package dashboards

// memberMeanings are of single members.
var memberMeanings = map[string]Meaning{
	"engaged_members": {
		Formula: Text{
			"E = Σ weight(kind) · 2^(−age / 7 days) over all of a member's actions, carried to the community's newest time. Weights: post, answer, attend, invite 5; feedback 4; comment, share 3; register, survey 2; message, react, vote, follow, mention 1; purchase 8; visit 0.2; view 0.1; all others 0; unless the community has its own.",
			"E = Σ 权重(类型) · 2^(−距今天数 / 7)，对成员的全部行为求和，折算到社区最新时间。权重：发帖、回答、参加、邀请 5；反馈 4；评论、分享 3；注册、问卷 2；消息、互动、投票、关注、提及 1；购买 8；访问 0.2；浏览 0.1；其余 0；社区可另设权重。",
		},
		Reading: Text{
			"It is who puts most into the community these weeks: ask them, thank them, and do not overload them. A name that was here for months and is gone from the list is worth a letter before any risk is computed. Scores halve every week: 5 is about one post today, or four of them two weeks ago.",
			"这里是最近几周为社区投入最多的人：请教他们，感谢他们，也别让他们过劳。在榜数月却突然消失的名字，值得在计算出风险之前就去问候。分数每周减半：5 分约等于今天发一帖，或两周前发四帖。",
		},
		Misleads: Text{
			"Effort is counted, not worth: ten empty posts weigh as much as ten good ones, and a bot that posts stands on top (it is marked). It is as of the community's newest time, whatever the range; of an imported history that may be years ago. Scores under different weights can not be compared. It has no upper end and no meaning across communities. All other columns are of all times.",
			"它衡量的是投入而不是价值：十篇空洞的帖子与十篇好帖同分，会发帖的机器人会排在最前（会标出）。数值截至社区最新时间，与所选范围无关；对导入的历史，那可能是几年前。权重不同的分数不能相比。分数没有上限，也不能跨社区比较。其余各列统计全部时间。",
		},
		Tables: []string{"communities", "members_activity"},
		Page:   "engagement.md",
	},
	"top_members": {
		Formula: Text{
			"Members by their accepted actions of any kind on the calendar days of the range, the first 20; with those of a contributing kind, and the number of days with any action. First and last seen, and whether it is a bot, are of all times.",
			"按所选范围各自然日内的任意类型行为数排列的前 20 名成员；并列出其中的贡献行为数与有任意行为的天数。首次与最近出现以及是否机器人，均按全部时间。",
		},
		Reading: Text{
			"Divide by days: many actions on few days is a burst, a few on many days is a habit, and the habit lasts. Contributions far below actions is a reader. Compare with the range before to see who is rising. A person who does more than all others together is a risk, see the absence factor.",
			"请除以天数来看：少数几天里行为很多是一时兴起，很多天里每天一点是习惯，而习惯更持久。贡献远少于行为的是读者。与前一段范围相比可看出谁在上升。一个人做的比其余所有人还多，就是风险，见缺席因子。",
		},
		Misleads: Text{
			"Every action counts one, a view as much as an answer: sources that send views fill this list with readers. Bots are in it, marked. Days at the ends of the range count whole, and so does a day on which somebody only left or got a reward. What came late is missing until a rebuild. Being busy is not being influential: that is the ranking of leaders.",
			"每次行为计一次，浏览与回答一样重：若来源发送浏览，名单会被读者占满。机器人也在其中，会标出。范围两端的日子按整天统计；只有退出或得到奖励的一天也算一天。迟到的行为在重建之前不计入。忙碌不等于有影响力：影响力见核心用户排名。",
		},
		Tables: []string{"actions", "member_days", "members_activity"},
		Page:   "member-days.md",
	},
}
