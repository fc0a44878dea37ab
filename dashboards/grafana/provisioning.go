package grafana

import (
	"bytes"
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/alerting"
	"go.yaml.in/yaml/v3"
)

// folder is where dashboards and rules lie in Grafana.
func (o Options) folder() string { return o.text("Rollcall", "Rollcall 中文") }

const clickhouseSource = `# ClickHouse's data source, of the official plugin (grafana-clickhouse-datasource). Give Grafana a user that can only read.
apiVersion: 1
datasources:
  - name: Rollcall
    uid: rollcall
    type: grafana-clickhouse-datasource
    jsonData:
      host: ${ROLLCALL_CLICKHOUSE_HOST}
      port: ${ROLLCALL_CLICKHOUSE_PORT}
      protocol: http
      username: ${ROLLCALL_CLICKHOUSE_USER}
      defaultDatabase: rollcall
    secureJsonData:
      password: ${ROLLCALL_CLICKHOUSE_PASSWORD}
`

const prometheusSource = `# Prometheus, which reads /metrics of Rollcall's processes as the job rollcall: for the board of the pipeline's health.
apiVersion: 1
datasources:
  - name: Rollcall Prometheus
    uid: ` + prometheusUID + `
    type: prometheus
    access: proxy
    url: ${ROLLCALL_PROMETHEUS_URL}
`

const provider = `apiVersion: 1
providers:
  - name: rollcall-%[1]s
    folder: %[2]s
    type: file
    allowUiUpdates: false
    options:
      path: /etc/grafana/rollcall/dashboards/%[1]s
`

// A ruleFile is a file of alert rules as Grafana's provisioning reads it.
type ruleFile struct {
	APIVersion int         `yaml:"apiVersion"`
	Groups     []ruleGroup `yaml:"groups"`
}

type ruleGroup struct {
	OrgID    int    `yaml:"orgId"`
	Name     string `yaml:"name"`
	Folder   string `yaml:"folder"`
	Interval string `yaml:"interval"`
	Rules    []rule `yaml:"rules"`
}

type rule struct {
	UID          string                    `yaml:"uid"`
	Title        string                    `yaml:"title"`
	Condition    string                    `yaml:"condition"`
	Data         []ruleQuery               `yaml:"data"`
	DashboardUID string                    `yaml:"dashboardUid"`
	NoDataState  alerting.RuleNoDataState  `yaml:"noDataState"`
	ExecErrState alerting.RuleExecErrState `yaml:"execErrState"`
	For          string                    `yaml:"for"`
	Annotations  map[string]string         `yaml:"annotations"`
	Labels       map[string]string         `yaml:"labels"`
}

type ruleQuery struct {
	RefID  string         `yaml:"refId"`
	Range  map[string]int `yaml:"relativeTimeRange"` // seconds ago
	Source string         `yaml:"datasourceUid"`
	Model  map[string]any `yaml:"model"`
}

// openAlerts counts the alerts of communities that nobody has taken up, those of the last month: an import of old history opens
// some that are long past.
const openAlerts = `SELECT toString(community) AS community, toString(severity) AS severity, toString(kind) AS kind, count() AS alerts
FROM rollcall.alerts FINAL
WHERE position(community, '@') = 0 AND state = 'open' AND opened > now() - INTERVAL 30 DAY
GROUP BY community, severity, kind`

// alertRules are for people who are told by Grafana: what Rollcall found in a community, and the pipeline itself. Those of two
// languages live side by side, and the label language tells them apart. No text has a dollar sign, which provisioning would take
// for a variable of the environment.
func alertRules(o Options) ([]byte, error) {
	pipelineRule := func(uid, title, expr, evaluator string, limit float64, after, severity, summary string) rule {
		return rule{
			UID: o.uid(uid), Title: title, Condition: "B", DashboardUID: o.uid("pipeline"),
			Data: []ruleQuery{
				{RefID: "A", Range: last(600), Source: prometheusUID, Model: map[string]any{"refId": "A", "expr": expr, "instant": true, "range": false}},
				threshold(evaluator, limit),
			},
			// Without Prometheus nothing is known of the pipeline, which is as bad.
			NoDataState: alerting.RuleNoDataStateOK, ExecErrState: alerting.RuleExecErrStateAlerting, For: after,
			Annotations: map[string]string{"summary": summary}, Labels: map[string]string{"severity": severity, "language": o.Lang},
		}
	}
	file := ruleFile{APIVersion: 1, Groups: []ruleGroup{
		{OrgID: 1, Name: "rollcall-communities", Folder: o.folder(), Interval: "1m", Rules: []rule{{
			UID: o.uid("open-alerts"), Title: o.text("A community has an open alert", "社区有未处理的告警"), Condition: "B", DashboardUID: o.uid("alerts"),
			Data: []ruleQuery{
				{RefID: "A", Range: last(600), Source: clickhouseUID, Model: map[string]any{
					"refId": "A", "pluginVersion": pluginVersion, "editorType": "sql", "queryType": "table", "format": 1, "rawSql": openAlerts,
				}},
				threshold("gt", 0),
			},
			NoDataState: alerting.RuleNoDataStateOK, ExecErrState: alerting.RuleExecErrStateError, For: "0s",
			Annotations: map[string]string{"summary": o.text(
				"{{ .Labels.community }}: {{ .Labels.kind }} ({{ .Labels.severity }}). The board Alerts says what happened, where and whom to contact.",
				"{{ .Labels.community }}：{{ .Labels.kind }}（{{ .Labels.severity }}）。详情、位置与应联系的成员见“告警”面板。")},
			Labels: map[string]string{"source": "rollcall", "language": o.Lang},
		}}},
		{OrgID: 1, Name: "rollcall-pipeline", Folder: o.folder(), Interval: "1m", Rules: []rule{
			pipelineRule("down", o.text("Rollcall is down", "Rollcall 已停止"), `absent(up{job="rollcall"} == 1)`, "gt", 0, "2m", "critical",
				o.text("No process of Rollcall answers Prometheus. Start it; what was accepted is in the log and will be counted.", "没有任何 Rollcall 进程响应 Prometheus。请启动它；已接收的数据都在日志中，之后会计入。")),
			pipelineRule("stalled", o.text("A stage stands still", "处理阶段停滞"), `max by (stage) (rollcall_stage_stalled)`, "gt", 0, "5m", "critical",
				o.text("The stage {{ .Labels.stage }} waits for something that does not answer: run rollcall status.", "阶段 {{ .Labels.stage }} 在等待无响应的依赖：请运行 rollcall status。")),
			pipelineRule("lag", o.text("Numbers are late", "数字滞后"), `max by (stage) (rollcall_stage_lag_seconds)`, "gt", 300, "5m", "warning",
				o.text("The stage {{ .Labels.stage }} is more than five minutes behind. If it falls, wait; if not, look at the board of the pipeline's health.", "阶段 {{ .Labels.stage }} 落后超过五分钟。若在下降请等待，否则请查看流水线健康面板。")),
			pipelineRule("unsent", o.text("Alerts could not be sent", "告警未能送达"), `sum by (receiver) (increase(rollcall_alerts_failed_total[1h]))`, "gt", 0, "0s", "warning",
				o.text("The receiver {{ .Labels.receiver }} did not take alerts for so long that they were given up: the log says why.", "接收方 {{ .Labels.receiver }} 长时间无法接收，告警已放弃发送：原因见日志。")),
			pipelineRule("disk", o.text("The disk is nearly full", "磁盘将满"), `min by (instance) (rollcall_disk_free_bytes)`, "lt", 1<<30, "5m", "critical",
				o.text("Less than 1 GiB is left on the disk of {{ .Labels.instance }}.", "{{ .Labels.instance }} 的磁盘剩余空间不足 1 GiB。")),
		}},
	}}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(file); err != nil {
		return nil, fmt.Errorf("encoding the alert rules: %w", err)
	}
	return out.Bytes(), nil
}

func last(seconds int) map[string]int { return map[string]int{"from": seconds, "to": 0} }

// threshold is the condition of a rule: A over or under a limit, for each set of labels.
func threshold(evaluator string, limit float64) ruleQuery {
	return ruleQuery{RefID: "B", Range: last(0), Source: "__expr__", Model: map[string]any{
		"refId": "B", "type": "threshold", "expression": "A", "datasource": map[string]any{"type": "__expr__", "uid": "__expr__"},
		"conditions": []any{map[string]any{"evaluator": map[string]any{"type": evaluator, "params": []float64{limit}}}},
	}}
}
