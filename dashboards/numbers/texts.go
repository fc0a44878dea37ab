package main

import "github.com/rollcall-dev/rollcall/dashboards"

// text is dashboards.Text, written shorter.
type text struct{ EN, ZH string }

// in is a text in a language.
func in[T text | dashboards.Text](of T, lang string) string {
	x := text(of)
	if lang == "zh" {
		return x.ZH
	}
	return x.EN
}

var (
	notByHand  = text{"<!-- Written by `go generate ./dashboards` from the panel's declaration: change that, not this page. -->", "<!-- 由 `go generate ./dashboards` 根据面板的声明生成：请修改声明，不要修改本页。 -->"}
	otherPage  = text{"中文", "English"}
	allNumbers = text{"All numbers", "全部数字"}
	formula    = text{"Formula", "公式"}
	reading    = text{"How to read it, and what to do", "如何解读，怎么做"}
	misleads   = text{"How it misleads", "它会怎样误导"}
	columns    = text{"Columns", "各列"}
	columnHead = text{"| column | shown as | unit |", "| 列 | 显示为 | 单位 |"}
	statement  = text{"SQL", "SQL"}
	stands     = text{"Panel `%s`, on %s. It reads %s. Worked out with an example: [%s](../%s).", "面板 `%s`，见于%s。读取 %s。定义与示例：[%s](../%s)（英文）。"}
	comma      = text{", ", "、"}
	binds      = text{"It runs as it stands and binds %s ([how](README.md#bind)).", "可原样运行，绑定参数 %s（[方法](README.zh-CN.md#bind)）。"}
	answered   = text{"The same as JSON, from a running Rollcall:", "从运行中的 Rollcall 以 JSON 取得同样的结果："}
	indexTitle = text{"Numbers", "数字"}
	indexHead  = text{
		"A page for each panel of the dashboards, from the same declarations: formula, how to read it, how it misleads, and the SQL as it runs. How the tables come to be is in [Metrics](../README.md).",
		"仪表盘的每个面板各有一页，由同一份声明生成：公式、如何解读、会怎样误导，以及可直接运行的 SQL。各表的定义见 [Metrics](../README.md)（英文）。",
	}
	indexTable = text{"| question | panel | tables |", "| 问题 | 面板 | 表 |"}
	bindTitle  = text{"Bind", "绑定参数"}
	bindText   = text{
		"A statement names its values as `{name:Type}`, ClickHouse's bound parameters: give them beside the statement, never inside it. Over HTTP and with `clickhouse client` each is `param_NAME`:",
		"语句中的 `{name:Type}` 是 ClickHouse 的绑定参数：请在语句之外传值，不要写进语句里。通过 HTTP 或 `clickhouse client` 时，名称均为 `param_NAME`：",
	}
	bindShell = "```sh\nclickhouse client --param_community=demo --param_from='2011-08-01 00:00:00.000' --param_to='2021-10-01 00:00:00.000' \\\n" +
		"  --param_window=7d --param_dimension= --param_segment= --param_time_zone=UTC --param_interval=month --param_member=5 --queries-file statement.sql\n```"
	bindHead = text{"| parameter | type | is |", "| 参数 | 类型 | 含义 |"}
	bindEnd  = text{
		"In Grafana they are variables of the dashboard, in the console what is chosen at the top of the page.",
		"在 Grafana 中它们是仪表盘变量，在控制台中是页面顶部的选择。",
	}
)

var params = map[string]text{
	"community": {"the community's name", "社区名称"},
	"from":      {"the first instant of the range, UTC, as `2006-01-02 15:04:05.000`", "范围的起点（含），UTC，写作 `2006-01-02 15:04:05.000`"},
	"to":        {"the first instant after the range", "范围的终点（不含）"},
	"window":    {"a sliding window: `5m`, `1h`, `24h`, `7d`, `30d`", "滑动窗口：`5m`、`1h`、`24h`、`7d`、`30d`"},
	"dimension": {"`channel`, `platform` or `kind` to look at a part; empty: the whole community", "只看一部分时为 `channel`、`platform` 或 `kind`；空为整个社区"},
	"member":    {"the member's name", "成员名称"},
	"segment":   {"which of them; empty with an empty dimension", "具体哪一个；维度为空时也为空"},
	"time_zone": {"the community's IANA time zone, in which its days are counted", "社区的 IANA 时区，日期按此计算"},
	"interval":  {"`day`, `week` or `month`", "`day`、`week` 或 `month`"},
	"at":        {"an instant, or a day as its midnight in UTC", "时刻，或以 UTC 零点表示的日期"},
	"n":         {"how many intervals or days", "期数或天数"},
	"group":     {"which of the members", "哪一类成员"},
}

var units = map[dashboards.Unit]text{
	"":                     {"text", "文本"},
	dashboards.Members:     {"members", "人"},
	dashboards.Actions:     {"actions", "次行为"},
	dashboards.Days:        {"days", "天"},
	dashboards.Share:       {"share, 0 to 1, shown as per cent", "比例，0 到 1，显示为百分比"},
	dashboards.Score:       {"points", "分"},
	dashboards.Intervals:   {"intervals", "期"},
	dashboards.Flag:        {"1: yes, 0: no", "1 为是，0 为否"},
	dashboards.Millis:      {"milliseconds", "毫秒"},
	dashboards.Time:        {"instant, UTC", "时刻，UTC"},
	dashboards.Date:        {"calendar day of the community", "社区的自然日"},
	dashboards.HourOfWeek:  {"hour of the week: 0 is Monday 00:00, 167 Sunday 23:00", "一周中的小时：0 为周一 0 点，167 为周日 23 点"},
	dashboards.WindowName:  {"a window: `5m` to `30d`", "窗口：`5m` 至 `30d`"},
	dashboards.IntervalLen: {"`day`, `week` or `month`", "`day`、`week` 或 `month`"},
}
