package dashboards

// kolMeanings are of leaders and who hangs on them.
var kolMeanings = map[string]Meaning{
	"kols": {
		Formula: Text{
			"Influence = PageRank over endorsements (who comments on, answers, reacts to, shares, mentions, follows, messages or votes for whom; weights halve every 90 days; √ of each pair's sum; a fifth at most passes to any one) × (1 + ln of own active days) × trust. Walks begin at members whom vouched ones have endorsed for a while. Shown is the share among the first 100, in the newest ranking up to the range's end.",
			"影响力 = 对认可关系（评论、回答、互动、分享、提及、关注、消息、投票；权重每 90 天减半；每对成员之和取平方根；传给任何一人的不超过五分之一）计算的 PageRank ×（1 + ln 自身活跃天数）× 信任度。游走从被担保成员认可已久的成员开始。显示的是截至范围末最新排名中在前 100 名里所占的份额。",
		},
		Reading: Text{
			"The first ten are whom to ask before you change something, and whom to thank. A new name that climbs for weeks is a leader to be: offer a role. High bridge is a person who ties circles together and is missed most when gone. Many dependents and rising risk is your most urgent call. Click a name to see who vouches.",
			"前十名是做改动之前应征求意见、也应感谢的人。连续几周上升的新名字是未来的核心：给他一个角色。桥接值高的人连接不同圈子，离开后最让人想念。依附者多而风险又在上升，是最紧急的联系对象。点击名字可看是谁在担保。",
		},
		Misleads: Text{
			"It knows only what is sent with a target, and only from here. It says nothing of good or bad: a troll whom everybody answers is influential, until downvotes or negative votes are sent. Share is of the first 100, not of the community. In the first weeks everybody is a founder; name your staff. Without vouched members old enough walks begin everywhere alike, and a ranking means little: see restart. Below the first ten places are close, and a change of a few means nothing. Who has been here longer has had more time to win endorsers.",
			"它只看得到带有 target 的行为，且只限本社区。它不分好坏：在有点踩或负票之前，人人回应的捣乱者也有影响力。份额是在前 100 名中的，不是在全社区的。最初几周人人都是创始成员，请指定管理团队。若没有足够久的被担保成员，游走从所有人均匀开始，排名意义不大：见 restart。十名以后差距很小，变动几位不说明什么。资历越久，积累认可的时间也越多。",
		},
		Tables: []string{"kols"},
		Page:   "kol.md",
	},
	"dependents": {
		Formula: Text{
			"A member depends on a leader (one of the first 100 of either board) when more than half of the member's tie weight, both directions together and by current weights, is with that leader. Listed are leaders by how many depend on them, with the five greatest shares, in the newest ranking up to the range's end.",
			"若某成员的关系权重（当前权重，双向合计）有一半以上与某位核心用户（任一榜单前 100 名）相连，即为其依附者。按依附人数列出核心用户，并列出份额最高的五名，取截至范围末的最新排名。",
		},
		Reading: Text{
			"These are the people you would lose together. Before such a leader tires, give the dependents others to talk with: introduce them, invite them into a group, answer them yourself. If the leader is at risk already, write to the leader first and to the five named ones next.",
			"这些是会一起失去的人。在核心用户倦怠之前，为依附者牵线结识别人：介绍、邀请进群，或亲自回应。如果核心用户已有流失风险，先联系他，再联系名单上的五位。",
		},
		Misleads: Text{
			"A member with one single tie depends on it with 100 %: who once answered one leader stands at the top of such a list and hardly knows that person. Ties are what was sent with a target; who reads silently is seen by nobody. Members who have gone are still listed until their ties have decayed. It says that they may follow, not that they will.",
			"只有一条关系的成员，依附度就是 100%：只回应过某位核心用户一次的人会排在前面，其实几乎不认识对方。关系只包括带有 target 的行为；默默阅读的人看不到。已经离开的成员在关系衰减之前仍会列出。它说明他们可能跟着离开，而不是一定会。",
		},
		Tables: []string{"kol_dependents"},
		Page:   "kol.md",
	},
	"clusters": {
		Formula: Text{
			"Groups found by the Leiden algorithm (modularity) in the ties of all times, both directions added, at the first ranking and then every Monday; those with at least two members, the 12 largest. A cluster keeps its number while it keeps most of its members, and is named after the channels in which most of them do most.",
			"用 Leiden 算法（模块度）在全部时间的关系（双向相加）中找出的群体，首次排名时计算，之后每周一重算；只列至少两名成员的，取最大的 12 个。多数成员不变时编号不变，以多数成员最常用的频道命名。",
		},
		Reading: Text{
			"Every large cluster should have somebody of yours in it, and somebody who bridges to the next. A cluster that grows for months may want a channel of its own; two that use the same channel and never meet may want a joint event.",
			"每个大圈子里都应该有你们的人，也应该有人连接到别的圈子。持续几个月增长的圈子可能需要自己的频道；使用同一频道却互不往来的两个圈子，可能需要一次共同的活动。",
		},
		Misleads: Text{
			"Every graph falls into clusters, also one without real groups: believe those that keep their number for weeks. Ties are of all times, so a circle that broke up years ago still stands. Names are of channels and not of topics, and two clusters may bear the same one. Members whom nobody endorsed and who endorsed nobody are in none.",
			"任何关系图都会被分成圈子，即使并不存在真正的群体：请相信连续几周编号不变的。关系包括全部时间，因此多年前已散的圈子依然在列。名称来自频道而非话题，两个圈子可能同名。既未认可别人、也未被认可的成员不在任何圈子里。",
		},
		Tables: []string{"clusters"},
		Page:   "kol.md",
	},
}
