package alerttest

import (
	"fmt"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/alerts"
	"github.com/rollcall-dev/rollcall/schemas/actionpb"
)

// Changes are the lives of an alert that each channel's golden payloads show.
var Changes = []string{"opened", "updated", "acknowledged", "resolved"}

// Hostile are names that a member may choose to be.
var Hostile = []string{
	"@all", "<!channel>", "<at id=all></at>", "[click](https://evil.example)", "<font color=warning>x</font>",
	"*bold*_it_~no~`code`", "a & b | c\n# d\r\n> e", "<https://evil.example|ok>", `\*"quoted"\\`, "![i](https://evil.example/i.png)",
}

// Alert is one after a change: eleven members, of which ten are named.
func Alert(change string) *actionpb.Alert {
	at := time.Date(2026, 3, 2, 8, 5, 0, 0, time.UTC)
	a := &actionpb.Alert{
		Version: 1, Community: "acme", AlertId: "leave_spike-20260302T080500Z-1a2b3c4d", Sequence: 1, Kind: "leave_spike",
		State: "open", Change: change, Severity: "critical", Opened: at.UnixMilli(), Updated: at.UnixMilli(),
		IntervalStart: at.Add(-5 * time.Minute).UnixMilli(), IntervalEnd: at.UnixMilli(),
		Expected: 4.2, Observed: 42, Probability: 1.3e-9,
		Segments: []*actionpb.AlertSegment{
			{Dimension: "channel", Segment: "general", Expected: 2, Observed: 30, Share: 0.74},
			{Dimension: "platform", Segment: "discord", Expected: 1.5, Observed: 12, Share: 0.26},
		},
		TitleEn: "Members are leaving: 42 in one hour, usually 4 at most",
		TitleZh: "成员正在流失：一小时内 42 人退出，平时最多 4 人",
		TextEn: "In the hour to 16:05 on 2 March 2026 (Asia/Shanghai), 42 members left. Usually it is 4 at most.\n" +
			"Where: channel general holds 74 % of the difference (30, usually 2); platform discord holds 26 % of the difference (12, usually 1.5).\n" +
			"What to do: look at what was said or changed just before; answer openly, and write to those below first.\n" +
			"Contact first: m00 (left after 2 unanswered questions); m01 (left after 2 unanswered questions); m02 (left after 2 unanswered questions).",
		TextZh: "截至 2026 年 3 月 2 日 16:05（Asia/Shanghai）的一小时内，有 42 名成员退出，平时最多 4 名。\n" +
			"范围：频道 general 占差异的 74 %（30，平时 2）；平台 discord 占差异的 26 %（12，平时 1.5）。\n" +
			"建议：查看此前说了什么、改了什么；坦诚回应，并先联系下列成员。\n" +
			"优先联系：m00（两个问题无人回答后退出）；m01（两个问题无人回答后退出）；m02（两个问题无人回答后退出）。",
	}
	for i := range alerts.MostNames + 1 {
		m := &actionpb.AlertMember{Member: fmt.Sprintf("m%02d", i), Value: float64(90 - i),
			WhyEn: "left after 2 unanswered questions", WhyZh: "两个问题无人回答后退出"}
		a.Members = append(a.Members, m)
	}
	switch change {
	case "updated":
		a.Sequence, a.Observed, a.Updated = 2, 57, at.Add(5*time.Minute).UnixMilli()
		a.TitleEn, a.TitleZh = "Members are leaving: 57 in one hour, usually 4 at most", "成员正在流失：一小时内 57 人退出，平时最多 4 人"
	case "acknowledged":
		a.Sequence, a.State, a.AcknowledgedBy, a.Updated = 3, "acknowledged", "li@example.org", at.Add(7*time.Minute).UnixMilli()
	case "silenced":
		a.Sequence, a.SilencedUntil, a.Updated = 3, at.Add(24*time.Hour).UnixMilli(), at.Add(8*time.Minute).UnixMilli()
	case "resolved":
		a.Sequence, a.State = 4, "resolved"
		a.Resolved, a.Updated = at.Add(20*time.Minute).UnixMilli(), at.Add(20*time.Minute).UnixMilli()
		a.TitleEn, a.TitleZh = "Over: "+a.TitleEn, "已恢复："+a.TitleZh
	case "test":
		a.Kind, a.State, a.Severity, a.Resolved, a.Members, a.Segments = "test", "resolved", "info", a.Opened, nil, nil
		a.TitleEn, a.TitleZh = "This is a test", "这是一条测试告警"
		a.TextEn, a.TextZh = "Nothing has happened: alerts reach you.", "没有任何异常：告警可以送达。"
	}
	return a
}

// HostileAlert names the hostile, and its texts and segments are hostile as well.
func HostileAlert() *actionpb.Alert {
	a := Alert("opened")
	for i, name := range Hostile {
		a.Members[i].Member = name
		a.Members[i].WhyEn, a.Members[i].WhyZh = name, name
	}
	all := strings.Join(Hostile, " ")
	a.Segments[0].Segment = Hostile[3]
	a.TitleEn, a.TitleZh, a.TextEn, a.TextZh, a.Community = all, all, all, all, Hostile[1]
	a.Change, a.State, a.AcknowledgedBy = "acknowledged", "acknowledged", all
	return a
}

// LongAlert has texts and names that no service takes whole.
func LongAlert() *actionpb.Alert {
	a := Alert("opened")
	long := strings.Repeat("流失*", 20_000)
	a.TitleEn, a.TitleZh, a.TextEn, a.TextZh = long, long, long, long
	for _, m := range a.Members {
		m.Member, m.WhyEn, m.WhyZh = long, long, long
	}
	return a
}

// Message holds alerts in a language, with links and a zone east of UTC.
func Message(language string, of ...*actionpb.Alert) alerts.Message {
	return alerts.Message{Alerts: of, Language: language, Zone: time.FixedZone("CST", 8*60*60), Link: func(a *actionpb.Alert) string {
		return "https://rollcall.example/#/alerts/" + a.GetAlertId()
	}}
}
