package grafana

import (
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// variable is one that is made already, where the SDK asks for what makes it: its builders can not keep a value out of the
// address of the page.
type variable dashboard.VariableModel

// Build returns the variable.
func (v variable) Build() (dashboard.VariableModel, error) { return dashboard.VariableModel(v), nil }

// ask is a variable with the answers of a statement: one column, or a value and its text. A hidden one is worked out from the
// others anew each time, so it stays out of addresses.
func ask(name, title, sql string, hidden bool) variable {
	v := variable{
		Type: dashboard.VariableTypeQuery, Name: name, Label: &title, Datasource: cog.ToPtr(clickhouseRef()),
		Query: &dashboard.StringOrMap{Map: map[string]any{ // a bare statement is the form of before, which not every version of the plugin reads
			"refId": name, "pluginVersion": pluginVersion, "editorType": "sql", "queryType": "sql", "rawSql": sql,
		}}, Definition: &sql, Refresh: cog.ToPtr(dashboard.VariableRefreshOnDashboardLoad),
	}
	if hidden {
		v.Hide, v.SkipUrlSync = cog.ToPtr(dashboard.VariableHideHideVariable), cog.ToPtr(true)
	}
	return v
}

// choose is a variable with fixed values, each with its text; the first is chosen.
func choose(name, title string, textsAndValues ...string) variable {
	var pairs []string
	for i := 0; i < len(textsAndValues); i += 2 {
		pairs = append(pairs, textsAndValues[i]+" : "+textsAndValues[i+1])
	}
	list := strings.Join(pairs, ",")
	one := func(s string) dashboard.StringOrArrayOfString { return dashboard.StringOrArrayOfString{String: &s} }
	return variable{
		Type: dashboard.VariableTypeCustom, Name: name, Label: &title, Query: &dashboard.StringOrMap{String: &list},
		Current: &dashboard.VariableOption{Text: one(textsAndValues[0]), Value: one(textsAndValues[1])},
	}
}

// The filters, of which one can be chosen: the read model is split by one dimension at a time.
const (
	chosenChannel  = "'${channel:percentencode}'"
	chosenPlatform = "'${platform:percentencode}'"
	chosenKind     = "'${kind:percentencode}'"
)

// filter is a variable of a dimension's values, the largest first, behind an empty one for all of it. While one of those before
// it is chosen there is no other value, and the text of all says what to clear: a choice there would change nothing.
func filter(o Options, name string, title dashboards.Text, before ...[2]string) variable {
	all, free := "", "1"
	for _, b := range before {
		all += b[0] + " != '', " + quote(o.text("All (to choose one, clear ", "全部（要选择请先清除")+b[1]+o.text(")", "）")) + ", "
		free += " AND " + b[0] + " = ''"
	}
	v := ask(name, o.pick(title), "SELECT segment, if(segment != '', segment, multiIf("+all+"1, "+quote(o.text("All", "全部"))+", '')) AS text FROM (\n"+
		"SELECT '' AS segment, 18446744073709551615 AS size\nUNION ALL\nSELECT segment, max(actions) AS size FROM rollcall.activity FINAL\n"+
		"WHERE community = ${community:sqlstring} AND dimension = "+quote(name)+" AND window = '30d' AND segment != '' AND "+free+"\n"+
		"GROUP BY segment ORDER BY size DESC LIMIT 200\n) ORDER BY size DESC, segment", false)
	v.Description = cog.ToPtr(o.text("One filter at a time: channel, platform or kind of action. Panels that cannot be filtered say “whole community” in their title.",
		"每次只能用一个筛选：频道、平台或行为类型。不能筛选的面板会在标题中标明“整个社区”。"))
	return v
}

// variables are what a reader chooses. All boards have the same, so that a choice goes along; only the member is the board's
// of one.
func variables(o Options, boardID string) []cog.Builder[dashboard.VariableModel] {
	out := []cog.Builder[dashboard.VariableModel]{
		ask("community", o.text("Community", "社区"), "SELECT community FROM rollcall.communities FINAL WHERE NOT match(community, '@') ORDER BY time DESC", false),
	}
	if boardID == memberBoard {
		out = append(out, ask("member", o.text("Member", "成员"),
			"SELECT member FROM rollcall.members_activity FINAL WHERE community = ${community:sqlstring} ORDER BY contributions DESC, member LIMIT 1000", false))
	}
	return append(out,
		filter(o, "channel", dashboards.Text{EN: "Channel", ZH: "频道"}),
		filter(o, "platform", dashboards.Text{EN: "Platform", ZH: "平台"}, [2]string{chosenChannel, o.text("Channel", "频道")}),
		filter(o, "kind", dashboards.Text{EN: "Kind of action", ZH: "行为类型"}, [2]string{chosenChannel, o.text("Channel", "频道")}, [2]string{chosenPlatform, o.text("Platform", "平台")}),
		choose("window", o.text("Window", "窗口"), o.text("24 hours", "24 小时"), "24h", o.text("5 minutes", "5 分钟"), "5m", o.text("1 hour", "1 小时"), "1h",
			o.text("7 days", "7 天"), "7d", o.text("30 days", "30 天"), "30d"),
		choose("interval", o.text("Interval", "间隔"), o.text("week", "周"), "week", o.text("day", "日"), "day", o.text("month", "月"), "month"),
		choose("zone", o.text("Time zone", "时区"), o.text("the community's", "社区时区"), "community", "UTC", "UTC", "Asia/Shanghai", "Asia/Shanghai", "Asia/Tokyo", "Asia/Tokyo",
			"Asia/Kolkata", "Asia/Kolkata", "Europe/London", "Europe/London", "Europe/Berlin", "Europe/Berlin", "America/New_York", "America/New_York",
			"America/Los_Angeles", "America/Los_Angeles"),
		ask("time_zone", "", "SELECT if(${zone:sqlstring} = 'community', if(max(time_zone) = '', 'UTC', max(time_zone)), ${zone:sqlstring})\n"+
			"FROM rollcall.communities FINAL WHERE community = ${community:sqlstring}", true),
		ask(wholeVariable, "", "SELECT if(concat("+chosenChannel+", "+chosenPlatform+", "+chosenKind+") = '', '', "+quote(o.text(" · whole community", " · 整个社区"))+")", true),
		// For a link to all there is: what the address of a page has for its range.
		ask("all_data", "", "SELECT if(count() = 0, 'from=now-90d&to=now', concat('from=', toString(toUnixTimestamp(toDateTime(min(day), 'UTC')) * 1000 - 86400000),\n"+
			"  '&to=', toString(toUnixTimestamp(toDateTime(max(day), 'UTC')) * 1000 + 172800000)))\n"+
			"FROM rollcall.activity_days FINAL WHERE community = ${community:sqlstring}", true),
	)
}

// annotations are the marks on every time axis. What is not the community's own (deployments) is Grafana's, where any program
// can put it with one request and the tag deployment.
func annotations(o Options) []cog.Builder[dashboard.AnnotationQuery] {
	return []cog.Builder[dashboard.AnnotationQuery]{
		dashboard.NewAnnotationQueryBuilder().Name(o.text("Alerts", "告警")).Datasource(clickhouseRef()).Enable(true).IconColor("red").Target(query{`
SELECT opened AS time, greatest(opened, if(state = 'resolved', resolved, updated)) AS timeEnd, ` + o.text("title_en", "title_zh") + ` AS title,
       ` + o.text("text_en", "text_zh") + ` AS text, kind AS tags
FROM rollcall.alerts FINAL
WHERE community = ${community:sqlstring} AND opened < $__toTime AND timeEnd >= $__fromTime
ORDER BY time DESC
LIMIT 100`}),
		// Repeats do not move a least time: FINAL would only cost.
		dashboard.NewAnnotationQueryBuilder().Name(o.text("Campaigns", "营销活动")).Datasource(clickhouseRef()).Enable(true).IconColor("purple").Target(query{`
SELECT first AS time, ` + o.text("concat('Campaign ', campaign)", "concat('营销活动 ', campaign)") + ` AS text, 'campaign' AS tags
FROM (SELECT campaign, min(time) AS first FROM rollcall.actions WHERE community = ${community:sqlstring} AND campaign != '' GROUP BY campaign)
WHERE first >= $__fromTime AND first < $__toTime
ORDER BY time DESC
LIMIT 100`}),
		deployments(o),
	}
}

func deployments(o Options) cog.Builder[dashboard.AnnotationQuery] {
	return dashboard.NewAnnotationQueryBuilder().Name(o.text("Deployments", "部署")).Enable(true).IconColor("blue").
		Datasource(common.DataSourceRef{Type: cog.ToPtr("grafana"), Uid: cog.ToPtr("-- Grafana --")}).Target(taggedAs("deployment"))
}
