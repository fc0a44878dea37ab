package note

import "github.com/rollcall-dev/rollcall/alerts"

// words are what a note says besides the alert's own texts.
type words struct {
	changes          map[string]string // before the title; the titles of the other changes say it themselves
	colon            string
	community        string
	by, until        string
	contact, follow  string
	more, moreAlerts string // "and %d more"
	alerts           string // "%d alerts"
	open, report     string
}

var english = words{
	changes:   map[string]string{"updated": "Update: ", "acknowledged": "Acknowledged: ", "silenced": "Silenced: "},
	colon:     ": ",
	community: "Community", by: "Acknowledged by", until: "Silenced until", contact: "Contact first", follow: "Who may follow",
	more: "and %d more", moreAlerts: "and %d more alerts", alerts: "%d alerts", open: "Open in the console", report: "Open the report",
}

var chinese = words{
	changes:   map[string]string{"updated": "更新：", "acknowledged": "已确认：", "silenced": "已静默："},
	colon:     "：",
	community: "社区", by: "确认人", until: "静默至", contact: "优先联系", follow: "可能跟着离开",
	more: "另有 %d 位", moreAlerts: "另有 %d 条告警", alerts: "%d 条告警", open: "在控制台中查看", report: "查看周报",
}

func wordsOf(language string) *words {
	if language == alerts.Chinese {
		return &chinese
	}
	return &english
}
