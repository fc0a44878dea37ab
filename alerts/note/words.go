package note

import "github.com/rollcall-dev/rollcall/alerts"

// words are what a note says besides the alert's own texts.
type words struct {
	changes    map[string]string
	dimensions map[string]string
	causes     map[string]string

	bracket           [2]string // around the change
	colon, stop       string
	community, since  string
	observed, against string // observed, then what was expected
	where, cause      string
	by, until, ended  string
	contact           string
	more, moreAlerts  string // "and %d more"
	alerts            string // "%d alerts"
	open              string
}

var english = words{
	changes: map[string]string{
		"opened": "New", "updated": "Update", "acknowledged": "Acknowledged", "silenced": "Silenced",
		"resolved": "Resolved", "test": "Test",
	},
	dimensions: map[string]string{
		"channel": "channel", "platform": "platform", "campaign": "campaign", "cohort": "joined", "tier": "tier",
	},
	causes:  map[string]string{"platform_outage": "outage of a platform", "holiday": "holiday"},
	bracket: [2]string{"[", "] "}, colon: ": ", stop: "; ",
	community: "Community", since: "Since", observed: "Observed", against: "%s, expected about %s",
	where: "Where", cause: "Likely cause", by: "Acknowledged by", until: "Silenced until", ended: "Resolved",
	contact: "Contact first", more: "and %d more", moreAlerts: "and %d more alerts", alerts: "%d alerts", open: "Open in the console",
}

var chinese = words{
	changes: map[string]string{
		"opened": "新告警", "updated": "更新", "acknowledged": "已确认", "silenced": "已静默", "resolved": "已恢复",
		"test": "测试",
	},
	dimensions: map[string]string{
		"channel": "频道", "platform": "平台", "campaign": "推广活动", "cohort": "加入批次", "tier": "层级",
	},
	causes:  map[string]string{"platform_outage": "平台故障", "holiday": "节假日"},
	bracket: [2]string{"【", "】"}, colon: "：", stop: "；",
	community: "社区", since: "开始于", observed: "实际", against: "%s，预期约 %s",
	where: "集中在", cause: "可能原因", by: "确认人", until: "静默至", ended: "恢复于",
	contact: "优先联系", more: "另有 %d 位", moreAlerts: "另有 %d 条告警", alerts: "%d 条告警", open: "在控制台中查看",
}

func wordsOf(language string) *words {
	if language == alerts.Chinese {
		return &chinese
	}
	return &english
}

// say is a code in words, or the code itself if it is a newer one.
func say(in map[string]string, code string) string {
	if text, ok := in[code]; ok {
		return text
	}
	return Plain(code, mostName)
}
