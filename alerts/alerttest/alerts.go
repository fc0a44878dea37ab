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
		Version: 1, Community: "acme", AlertId: "acme-leave_spike-1772438700000", Sequence: 1, Kind: "leave_spike",
		State: "open", Change: change, Severity: "critical", Opened: at.UnixMilli(), Updated: at.UnixMilli(),
		IntervalStart: at.Add(-5 * time.Minute).UnixMilli(), IntervalEnd: at.UnixMilli(),
		Expected: 4.2, Observed: 42, Probability: 1.3e-9,
		Segments: []*actionpb.AlertSegment{
			{Dimension: "channel", Segment: "general", Expected: 2, Observed: 30, Share: 0.74},
			{Dimension: "platform", Segment: "discord", Expected: 1.5, Observed: 12, Share: 0.26},
		},
		TitleEn: "42 members left within 5 minutes",
		TitleZh: "5 分钟内有 42 名成员退出",
		TextEn:  "42 members left since 08:00 where about 4 are usual. 74% of the excess is in channel general.",
		TextZh:  "08:00 以来有 42 名成员退出，平时约 4 名。超出部分的 74% 在频道 general。",
	}
	for i := range alerts.MostNames + 1 {
		m := &actionpb.AlertMember{Member: fmt.Sprintf("m%02d", i), Value: float64(90 - i),
			WhyEn: "left after 2 unanswered questions", WhyZh: "两个问题无人回答后退出"}
		a.Members = append(a.Members, m)
	}
	switch change {
	case "updated":
		a.Sequence, a.Observed, a.Updated = 2, 57, at.Add(5*time.Minute).UnixMilli()
		a.TitleEn, a.TitleZh = "57 members left within 10 minutes", "10 分钟内有 57 名成员退出"
	case "acknowledged":
		a.Sequence, a.State, a.AcknowledgedBy, a.Updated = 3, "acknowledged", "li@example.org", at.Add(7*time.Minute).UnixMilli()
	case "silenced":
		a.Sequence, a.SilencedUntil, a.Updated = 3, at.Add(24*time.Hour).UnixMilli(), at.Add(8*time.Minute).UnixMilli()
	case "resolved":
		a.Sequence, a.State = 4, "resolved"
		a.Resolved, a.Updated = at.Add(20*time.Minute).UnixMilli(), at.Add(20*time.Minute).UnixMilli()
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
