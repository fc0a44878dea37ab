package reasons

import (
	"encoding/json"
	"fmt"
	"time"
)

// Reason is one reason as it is published: a code, the numbers and dates of that code, and both languages.
type Reason struct {
	Code    string `json:"code"`
	Kind    string `json:"kind,omitempty"`
	Channel string `json:"channel,omitempty"`
	Member  string `json:"member,omitempty"`
	Days    int    `json:"days,omitempty"`
	Usual   int    `json:"usual,omitempty"`
	Times   int    `json:"times,omitempty"`
	Before  int    `json:"before,omitempty"`
	Weekday int    `json:"weekday,omitempty"` // 1 is Monday
	From    string `json:"from,omitempty"`    // local days: the actions that show it lie from here
	To      string `json:"to,omitempty"`      // to here
	EN      string `json:"en,omitempty"`
	ZH      string `json:"zh,omitempty"`
	// Terms are what each feature of the model adds to the logit of the risk; of code risk only.
	Terms map[string]float64 `json:"terms,omitempty"`
}

var codeNames = [...]string{"", "counterpart_left", "violation", "unanswered", "channel_stopped", "kind_stopped", "counterpart_silent",
	"fewer_replies", "weekday_missed", "longer_silence"}

var weekdays = [...][2]string{{"Monday", "周一"}, {"Tuesday", "周二"}, {"Wednesday", "周三"}, {"Thursday", "周四"}, {"Friday", "周五"},
	{"Saturday", "周六"}, {"Sunday", "周日"}}

var termNames = [7]string{"rec", "a28", "total", "tenure", "dec7", "dec30", "dec120"}

// kindsDone says what a member no longer does, in both languages.
var kindsDone = map[string][2]string{
	"visit": {"visiting", "访问"}, "view": {"viewing", "浏览"}, "post": {"posting", "发帖"}, "comment": {"commenting", "评论"},
	"answer": {"answering", "回答"}, "message": {"messaging", "发消息"}, "react": {"reacting", "点赞"}, "downvote": {"downvoting", "点踩"},
	"share": {"sharing", "分享"}, "mention": {"mentioning others", "提及他人"}, "follow": {"following others", "关注他人"},
	"invite": {"inviting others", "邀请"}, "attend": {"attending events", "参加活动"}, "vote": {"voting", "投票"},
	"purchase": {"buying", "购买"}, "survey": {"answering surveys", "填写问卷"}, "feedback": {"giving feedback", "反馈"},
	"register": {"registering for events", "报名活动"}, "redeem": {"redeeming rewards", "兑换奖励"}, "report": {"reporting", "举报"},
}

// Text is the JSON of the columns reasons: an array, strongest first. name is the roster's.
func (c *Community) Text(w Why, name func(uint32) string) string {
	out := []Reason{}
	for _, r := range w.reasons {
		if r.code != none {
			out = append(out, c.reason(r, name))
		}
	}
	terms := map[string]float64{}
	for i, t := range w.terms {
		terms[termNames[i]] = float64(int64(t*1e4)) / 1e4
	}
	out = append(out, Reason{Code: "risk", To: date(uint16(w.day)), Terms: terms})
	b, err := json.Marshal(out) // maps are sorted by key
	if err != nil {
		return "[]" // cannot be: a term is finite
	}
	return string(b)
}

// First is the strongest reason in English and Chinese, empty without one.
func (c *Community) First(w Why, name func(uint32) string) (en, zh string) {
	if w.reasons[0].code == none {
		return "", ""
	}
	r := c.reason(w.reasons[0], name)
	return r.EN, r.ZH
}

func date(day uint16) string {
	return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly)
}

func (c *Community) reason(r reason, name func(uint32) string) Reason {
	out := Reason{Code: codeNames[r.code]}
	if r.from > 0 {
		out.From = date(r.from)
	}
	if r.to > 0 {
		out.To = date(r.to)
	}
	switch r.code {
	case CounterpartLeft, CounterpartSilent:
		out.Member, out.Times = name(r.member), int(r.a)
		if r.code == CounterpartLeft {
			out.EN = fmt.Sprintf("%s, whose content they endorsed %d times, is gone", out.Member, r.a)
			out.ZH = fmt.Sprintf("曾互动 %d 次的 %s 已经离开", r.a, out.Member)
		} else {
			out.EN = fmt.Sprintf("%s, whose content they endorsed %d times, has been silent since %s", out.Member, r.a, out.To)
			out.ZH = fmt.Sprintf("曾互动 %d 次的 %s 自 %s 起沉默", r.a, out.Member, out.To)
		}
	case Violation:
		out.EN, out.ZH = "a violation was recorded on "+out.From+", just before", out.From+" 有违规记录，此后不再活跃"
	case Unanswered:
		out.EN, out.ZH = "nobody has reacted to anything of theirs since they posted or gave feedback on "+out.From, out.From+" 发帖或反馈后无人回应"
	case ChannelStopped:
		out.Channel, out.Days = c.thingName(uint32(r.what)), int(r.a)
		out.EN = fmt.Sprintf("stopped using channel %s: %d days from %s, none since %s", out.Channel, r.a, out.From, out.To)
		out.ZH = fmt.Sprintf("不再使用频道 %s：自 %s 起曾有 %d 天，%s 之后再未出现", out.Channel, out.From, r.a, out.To)
	case KindStopped:
		out.Kind, out.Days = c.thingName(uint32(r.what)), int(r.a)
		done, ok := kindsDone[out.Kind]
		if !ok {
			done = [2]string{"what is recorded as " + out.Kind, out.Kind}
		}
		out.EN = fmt.Sprintf("stopped %s: on %d days from %s, none since %s", done[0], r.a, out.From, out.To)
		out.ZH = fmt.Sprintf("不再%s：自 %s 起曾有 %d 天，%s 之后再未出现", done[1], out.From, r.a, out.To)
	case FewerReplies:
		out.Times, out.Before = int(r.a), int(r.b)
		out.EN = fmt.Sprintf("received %d responses in the four weeks up to %s, %d in the four before", r.a, out.To, r.b)
		out.ZH = fmt.Sprintf("截至 %s 的四周内收到 %d 次回应，此前四周为 %d 次", out.To, r.a, r.b)
	case WeekdayMissed:
		out.Weekday, out.Times, out.Days = int(r.weekday)+1, int(r.a), int(r.b)
		out.EN = fmt.Sprintf("came on %d of 8 %ss, and missed the last %d", r.a, weekdays[r.weekday][0], r.b)
		out.ZH = fmt.Sprintf("8 个%s中有 %d 个来过，最近 %d 个都没来", weekdays[r.weekday][1], r.a, r.b)
	case LongerSilence:
		out.Days, out.Usual = int(r.a), int(r.b)
		out.EN = fmt.Sprintf("silent for %d days; 95%% of their breaks were at most %d", r.a, r.b)
		out.ZH = fmt.Sprintf("已沉默 %d 天；以往 95%% 的间隔不超过 %d 天", r.a, r.b)
	}
	return out
}
