package dashboards

// Board is a dashboard: a page of the console, and a file for Grafana.
type Board struct {
	ID     string   `json:"id"` // stays as it is: bookmarks name it
	Title  Text     `json:"title"`
	Panels []string `json:"panels"` // by ID, in the order of the page
}

// Boards returns all dashboards in the order of the menu. The caller may change the slice.
func Boards() []Board {
	return []Board{
		{"overview", Text{"Overview", "概览"}, []string{"today", "headline", "activity", "activity_days", "lurkers", "churn_states", "churn_entries", "alerts", "kols"}},
		{"activity", Text{"Activity", "活跃"}, []string{"activity", "activity_days", "lurkers", "actions_by_day", "active_hours", "engaged_members", "top_members", "late_actions"}},
		{"lifecycle", Text{"Lifecycle and retention", "生命周期与留存"}, []string{"lifecycle", "stickiness", "retention", "retention_curve"}},
		{"churn", Text{"Churn", "流失"}, []string{"at_risk_members", "risk_distribution", "risk_reasons", "churn_states", "churn_entries"}},
		{"alerts", Text{"Alerts", "告警"}, []string{"alerts", "alert_members", "alert_segments"}},
		{"kols", Text{"KOLs", "核心用户"}, []string{"kols", "dependents", "absence", "clusters"}},
		{"member", Text{"Member", "成员"}, []string{"member_portrait", "member_days", "member_hours", "member_ties", "member_transitions", "member_actions"}},
	}
}
