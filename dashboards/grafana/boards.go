package grafana

import "github.com/rollcall-dev/rollcall/dashboards"

// board is one dashboard: a uid that bookmarks keep, and its panels by ID.
type board struct {
	uid    string
	title  dashboards.Text
	panels []string
}

var boards = []board{
	{"rollcall-overview", dashboards.Text{EN: "Overview", ZH: "概览"},
		[]string{"headline", "activity", "activity_days", "lurkers", "churn_states", "churn_entries", "alerts", "kols"}},
	{"rollcall-activity", dashboards.Text{EN: "Activity", ZH: "活跃"},
		[]string{"activity", "activity_days", "lurkers", "actions_by_day", "active_hours", "engaged_members", "top_members", "late_actions"}},
	{"rollcall-lifecycle", dashboards.Text{EN: "Lifecycle and retention", ZH: "生命周期与留存"},
		[]string{"lifecycle", "stickiness", "retention", "retention_curve"}},
	{"rollcall-churn", dashboards.Text{EN: "Churn", ZH: "流失"},
		[]string{"churn_states", "churn_entries", "at_risk_members", "risk_distribution"}},
	{"rollcall-alerts", dashboards.Text{EN: "Alerts", ZH: "告警"}, []string{"alerts"}},
	{"rollcall-kols", dashboards.Text{EN: "KOLs", ZH: "核心用户"}, []string{"kols", "dependents", "clusters", "absence"}},
}
