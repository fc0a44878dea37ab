package report

// Text is one piece of text in both languages of the product.
type Text struct{ EN, ZH string }

// In returns it in a language; every language but zh is English.
func (t Text) In(lang string) string {
	if lang == "zh" {
		return t.ZH
	}
	return t.EN
}

// unit is what a number counts.
type unit int

const (
	members unit = iota
	actions
	times // of members: one may do it twice
	share
)

var units = [...]Text{{"members", "人"}, {"actions", "次"}, {"times", "次"}, {"share of days", "比例"}}

// about is what is said of a number wherever it stands.
type about struct {
	name Text
	note Text // what it counts
	unit unit
	page string // of docs/metrics
	good int    // 1: more is good, -1: more is bad, 0: neither
}

var abouts = [numbers]about{
	Active:        {Text{"Active members", "活跃成员"}, Text{"did something in the week", "本周有过行为"}, members, "lifecycle", 1},
	Contributing:  {Text{"Contributing members", "贡献成员"}, Text{"posted, answered, reacted, …", "发帖、回答、互动等"}, members, "rolling-activity", 1},
	New:           {Text{"New", "新成员"}, Text{"active for the first time", "首次活跃"}, members, "lifecycle", 1},
	Returning:     {Text{"Returning", "持续活跃"}, Text{"active the week before as well", "上一周也活跃"}, members, "lifecycle", 1},
	Resurrecting:  {Text{"Resurrecting", "回流"}, Text{"active again after a week or more away", "至少缺席一周后再次活跃"}, members, "lifecycle", 1},
	Dormant:       {Text{"Dormant", "沉寂"}, Text{"active the week before, not in this one", "上一周活跃，本周没有"}, members, "lifecycle", -1},
	Actions:       {Text{"Actions", "行为"}, Text{"of any kind", "各类行为合计"}, actions, "activity-days", 1},
	Stickiness:    {Text{"Stickiness", "黏性"}, Text{"mean of the days' DAU / MAU", "各日 DAU / MAU 的平均值"}, share, "activity-days", 1},
	AtRisk:        {Text{"At risk", "有流失风险"}, Text{"at the end of the week", "周末时的人数"}, members, "churn", -1},
	EnteredAtRisk: {Text{"Became at risk", "新增流失风险"}, Text{"during the week", "本周进入该状态"}, times, "churn", -1},
	Churned:       {Text{"Churned", "流失"}, Text{"too long without an active day, since this week", "沉默过久，本周起计为流失"}, times, "churn", -1},
	Left:          {Text{"Left", "退出"}, Text{"by their own word", "本人声明退出"}, times, "churn", -1},
	AbsenceFactor: {Text{"Absence factor", "缺席因子"}, Text{"fewest members who made half of all contributions so far", "累计贡献的一半最少由几人完成"}, members, "absence-factor", 0},
}

// words are the fixed texts of the page.
var words = map[string]Text{
	"title":           {"%s, week %s", "%s，%s 周报"},
	"week":            {"Week %s", "第 %s 周"},
	"zone":            {"Days and hours in the time zone %s.", "日期与时刻均按时区 %s。"},
	"as of":           {"As of %s.", "数据截至 %s。"},
	"number":          {"Number", "数字"},
	"this":            {"This week", "本周"},
	"before":          {"Week before", "上一周"},
	"change":          {"Change", "变化"},
	"mean":            {"Mean of up to 4 before", "前四周均值"},
	"usual":           {"Usual", "通常范围"},
	"verdict":         {"So it is", "判断"},
	"defined":         {"Defined in", "定义见"},
	"files":           {"Each number names its page of docs/metrics.", "每个数字后注明其在 docs/metrics 中的定义页。"},
	"what":            {"What changed", "发生了什么变化"},
	"why":             {"Why", "为什么"},
	"thank":           {"Who to thank", "感谢谁"},
	"call":            {"Who to call", "联系谁"},
	"all":             {"All numbers", "全部数字"},
	"notable":         {"notable", "值得注意"},
	"noise":           {"as usual", "正常波动"},
	"trend":           {"on its trend, %s a week", "延续趋势，每周 %s"},
	"unknown":         {"not known yet", "尚未可知"},
	"nothing":         {"Nothing has happened in this community yet: there is no action. Send or import some, then ask for the report again.", "该社区尚无任何行为。请先发送或导入行为，再生成周报。"},
	"empty":           {"Nobody did anything in this week.", "本周没有任何人有过行为。"},
	"not over":        {"The week is not over: numbers are as far as it has come, and are not judged.", "本周尚未结束：数字只统计到目前为止，不作判断。"},
	"may move":        {"Actions may still come up to %s late, so the newest numbers may move a little.", "行为最多可能迟到 %s，最新的数字仍可能略有变动。"},
	"how":             {"How to tell a change from noise", "如何区分变化与波动"},
	"how text":        {"Usual is where a number of this week would lie 99 times of 100 if nothing were different: mean ± t · √(s² (1 + 1/n)) of up to 8 whole weeks before (Student's t; 4 weeks at least), or along a straight line through them where 6 weeks or more rise or fall with the same certainty; s² of what comes one by one (new, resurrecting, dormant, became at risk, churned, left) is taken to be at least the mean, as chance alone has it (Poisson). What lies within is noise as far as one week can tell. Of thirteen numbers one stands out by chance in about one report of eight.", "“通常范围”是指：如果一切照旧，本周的数字在 100 次中有 99 次会落入的区间，由此前至多 8 个完整周算出：均值 ± t · √(s² (1 + 1/n))（学生 t 分布，至少需要 4 周）；若 6 周以上以同样的把握呈直线上升或下降，则沿该直线推算；逐个发生的事件（新成员、回流、沉寂、新增流失风险、流失、退出）的方差 s² 不低于均值（泊松分布的偶然波动）。区间之内的变化，仅凭一周无法与偶然波动区分。十三个数字中，大约每八份周报会有一个数字纯属偶然地落在区间之外。"},
	"weekly":          {"Active members a week", "每周活跃成员"},
	"weekly alt":      {"Bars: active members in each of %d weeks; this week %s, the week before %s.", "柱形：%d 周中每周的活跃成员；本周 %s，上一周 %s。"},
	"band":            {"usual for this week", "本周的通常范围"},
	"life":            {"Who came, who stayed away", "谁来了，谁没来"},
	"life alt":        {"Stacked bars of %d weeks. This week: %s returning, %s resurrecting, %s new; %s dormant below zero.", "%d 周的堆叠柱形。本周：持续活跃 %s，回流 %s，新成员 %s；零线以下沉寂 %s。"},
	"by day":          {"Actions by day", "每日行为"},
	"day alt":         {"Bars for each weekday: %s actions in this week, %s in the week before.", "按星期的柱形：本周 %s 次行为，上一周 %s 次。"},
	"day this":        {"this week", "本周"},
	"day before":      {"week before", "上一周"},
	"day mean":        {"mean of up to 4 weeks before", "此前至多四周的均值"},
	"by hour":         {"When they were here", "什么时候最活跃"},
	"hour alt":        {"Heat map of actions by weekday and hour; the busiest is %s with %s.", "按星期与小时的热力图；最忙的是 %s，%s 次行为。"},
	"hour note":       {"actions an hour; the stronger, the more", "每小时行为数，颜色越浓越多"},
	"cohorts":         {"Do newcomers come back?", "新成员会回来吗？"},
	"cohort alt":      {"Table of colours: of those new in a week, the share active in each of the weeks after.", "色块表：某周的新成员在此后各周的活跃比例。"},
	"cohort note":     {"of those new in a week, the share active n weeks later, in %", "某周的新成员在 n 周后活跃的比例（%）"},
	"two weeks":       {"This picture needs two weeks.", "此图至少需要两周的数据。"},
	"no actions":      {"No actions in this week.", "本周没有行为。"},
	"no cohort":       {"No newcomers in the eight weeks before, so there is nothing to see yet.", "前八周没有新成员，暂无可看的内容。"},
	"alerts":          {"Alerts", "告警"},
	"no alerts":       {"No alert opened or was open in this week.", "本周没有新的或未结束的告警。"},
	"more alerts":     {"And %s more: `rollcall alerts list` shows them.", "另有 %s 条：可用 `rollcall alerts list` 查看。"},
	"opened":          {"opened %s", "%s 触发"},
	"earlier":         {"since before this week", "本周之前已触发"},
	"open":            {"open", "未处理"},
	"acknowledged":    {"acknowledged", "处理中"},
	"resolved":        {"resolved", "已恢复"},
	"critical":        {"critical", "严重"},
	"warning":         {"warning", "警告"},
	"info":            {"info", "提示"},
	"segments":        {"Where the change lies", "变化来自哪里"},
	"segments note":   {"Channels and platforms by how much their actions changed. Actions add up, so their shares of a change do.", "按行为变化大小列出的频道与平台。行为数可以相加，因此变化也可以分摊。"},
	"no segments":     {"No action named a channel or platform.", "没有行为带有频道或平台。"},
	"where":           {"Where", "来源"},
	"channel":         {"channel", "频道"},
	"platform":        {"platform", "平台"},
	"campaign":        {"campaign", "活动"},
	"no name":         {"none given", "未注明"},
	"sources":         {"Where new members came in", "新成员从哪里来"},
	"sources note":    {"By the first active action of each of them.", "按每名新成员的首次活跃行为统计。"},
	"no sources":      {"No new member's first action named a campaign, a channel or a platform.", "没有新成员的首次行为带有活动、频道或平台。"},
	"no new":          {"Nobody was new in this week.", "本周没有新成员。"},
	"members":         {"Members", "成员数"},
	"top":             {"Most engaged in this week", "本周最投入的成员"},
	"top note":        {"Sum of the weights of the week's actions, as the engagement score has them. Bots are left out.", "本周行为按投入度权重求和。不含机器人。"},
	"no top":          {"Nobody contributed in this week.", "本周没有人做出贡献。"},
	"member":          {"Member", "成员"},
	"points":          {"Points", "得分"},
	"contributions":   {"Contributions", "贡献"},
	"active days":     {"Days", "天数"},
	"rising":          {"Rising leaders", "上升的核心用户"},
	"rising note":     {"Places gained on the board of current influence against a week before.", "“当前影响力”榜上与一周前相比上升的名次。"},
	"no rising":       {"Nobody rose on the board of current influence in this week.", "本周“当前影响力”榜没有上升的成员。"},
	"rose":            {"no. %s, up %s, endorsed by %s", "第 %s 名，上升 %s 位，%s 人认可"},
	"entered":         {"no. %s, new on the board, endorsed by %s", "第 %s 名，新上榜，%s 人认可"},
	"helpers":         {"Newcomers who turned to others at once", "一来就回应他人的新成员"},
	"helpers note":    {"New in this week, and replied to others: answers, comments, messages with somebody as their target.", "本周的新成员，并回应了他人：以他人为对象的回答、评论或消息。"},
	"no helpers":      {"No newcomer has replied to others yet.", "还没有新成员回应他人。"},
	"helped":          {"%s replies to %s members, %s of them answers", "回应 %s 次，涉及 %s 人，其中回答 %s 次"},
	"slipping":        {"Became at risk", "新增流失风险"},
	"slipping note":   {"At risk: no active day in the next 56 days is more likely than not. The most engaged first; write to them before they are gone.", "有流失风险：未来 56 天没有活跃日的可能性更大。投入度高者在前；请在流失之前联系。"},
	"no slipping":     {"Nobody became at risk in this week and still is.", "本周没有新增且仍处于流失风险的成员。"},
	"score":           {"Engagement", "投入度"},
	"last seen":       {"Last active", "最近活跃"},
	"changed":         {"What changed", "变化"},
	"no reason":       {"no single reason: quiet for longer", "无单一原因：沉默变长"},
	"more":            {"And %s more.", "另有 %s 名。"},
	"more asked":      {"And %s more.", "另有 %s 条。"},
	"lost":            {"Leaders who may go, and who depends on them", "可能离开的核心用户，以及依赖他们的人"},
	"lost note":       {"Of the first 20 by current influence: at risk, or churned or left in this week. Who depends on them has more than half of their ties with them.", "“当前影响力”前 20 名中有流失风险，或在本周流失、退出者。依赖者有一半以上的联系与其相连。"},
	"no lost":         {"None of the first 20 leaders is at risk, or went in this week.", "前 20 名核心用户中没有人处于流失风险，也没有人在本周离开。"},
	"at_risk":         {"at risk since %s", "%s 起有流失风险"},
	"churned":         {"churned on %s", "%s 流失"},
	"left":            {"left on %s", "%s 退出"},
	"depend":          {"%s depend on them: %s", "%s 人依赖：%s"},
	"depend on none":  {"nobody depends on them alone", "没有人只依赖此人"},
	"rank":            {"no. %s", "第 %s 名"},
	"asked":           {"Still without a reply", "仍无人回复"},
	"asked note":      {"Posts and feedback of this week to which nobody else has replied by %s.", "本周的帖子与反馈中，截至 %s 仍无他人回复者。"},
	"no asked":        {"Every post and feedback of this week has a reply.", "本周的帖子与反馈都有人回复。"},
	"asked unknown":   {"The actions do not say what replies to what (no object in common), so unanswered questions cannot be told.", "行为中没有注明回复的对象（object 不相同），因此无法判断哪些问题无人回复。"},
	"post":            {"post", "帖子"},
	"feedback":        {"feedback", "反馈"},
	"holiday":         {"The alerts name a holiday: %s.", "告警中提到假日：%s。"},
	"platform_outage": {"The alerts name an outage of the platform %s.", "告警中提到平台 %s 中断。"},
	"footer":          {"Made by Rollcall from the tables of its read model, by SQL; every number is told in docs/metrics, and `rollcall verify` recomputes it from the raw actions.", "由 Rollcall 用 SQL 从读模型的表生成；每个数字的定义见 docs/metrics，`rollcall verify` 可从原始行为重新计算。"},
	"provisional":     {"The community is less than 84 days old: risks are provisional.", "社区不足 84 天：流失概率为暂定值。"},
}
