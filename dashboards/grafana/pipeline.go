package grafana

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"github.com/rollcall-dev/rollcall/dashboards"
)

const prometheusUID = "rollcall-prometheus"

func prometheusRef() common.DataSourceRef {
	return common.DataSourceRef{Type: cog.ToPtr("prometheus"), Uid: cog.ToPtr(prometheusUID)}
}

// A gauge is a panel over Prometheus. Its limits are those of the page on metrics: what to worry about.
type gauge struct {
	id           string
	title, about dashboards.Text
	unit         string
	exprs        [][3]string // PromQL, and how its series are called in English and Chinese
	now          bool        // drawn as one number
	steps        []dashboard.Threshold
}

func from(value float64, colour string) dashboard.Threshold {
	return dashboard.Threshold{Value: &value, Color: colour}
}

func steps(base string, others ...dashboard.Threshold) []dashboard.Threshold {
	return append([]dashboard.Threshold{{Color: base}}, others...)
}

// pipeline is the board of how Rollcall itself is doing.
func pipeline(o Options) (board, error) {
	out := board{
		id: "pipeline", title: o.text("Pipeline health", "流水线健康"),
		annotations: []cog.Builder[dashboard.AnnotationQuery]{deployments(o)},
	}
	for _, g := range gauges {
		p, err := g.draw(o)
		if err != nil {
			return board{}, fmt.Errorf("drawing the panel %s: %w", g.id, err)
		}
		out.panels = append(out.panels, p)
	}
	return out, nil
}

func (g gauge) draw(o Options) (placed, error) {
	w, h := uint32(wide/2), uint32(8)
	var made dashboard.Panel
	var err error
	if g.now {
		w, h = wide/6, 4
		made, err = stat.NewPanelBuilder().GraphMode(common.BigValueGraphModeNone).ColorMode(common.BigValueColorModeValue).
			ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})).Build()
	} else {
		made, err = timeseries.NewPanelBuilder().FillOpacity(10).Min(0).ShowPoints(common.VisibilityModeNever).
			Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending)).
			ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeDashed)).
			ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassic)).Build()
	}
	if err != nil {
		return placed{}, err
	}
	made.Title, made.Description = cog.ToPtr(o.pick(g.title)), cog.ToPtr(o.pick(g.about))
	made.Datasource, made.Targets = cog.ToPtr(prometheusRef()), nil
	for i, e := range g.exprs {
		q := prometheus.NewDataqueryBuilder().RefId(string(rune('A' + i))).Expr(e[0]).LegendFormat(o.text(e[1], e[2])).Datasource(prometheusRef())
		if q = q.Range(); g.now {
			q = q.Instant()
		}
		target, err := q.Build()
		if err != nil {
			return placed{}, err
		}
		made.Targets = append(made.Targets, target)
	}
	d := defaultsOf(&made)
	d.Unit, d.NoValue = &g.unit, cog.ToPtr(o.text("Prometheus has nothing of the job rollcall in this range.", "Prometheus 在此范围内没有作业 rollcall 的数据。"))
	d.Thresholds = &dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute, Steps: g.steps}
	if g.steps == nil {
		d.Thresholds.Steps = steps("text")
	}
	return placed{id: "pipeline_" + g.id, w: w, h: h, panel: made}, nil
}

// gauges are the panels, in the order of the page: is it well, then why not.
var gauges = []gauge{
	{id: "up", now: true, unit: "short", title: dashboards.Text{EN: "Processes up", ZH: "在线进程"}, steps: steps("red", from(1, "green")),
		about: dashboards.Text{EN: "Processes of the job rollcall that answer Prometheus.", ZH: "响应 Prometheus 的 rollcall 作业进程数。"},
		exprs: [][3]string{{`sum(up{job="rollcall"})`, "", ""}}},
	{id: "stalled", now: true, unit: "short", title: dashboards.Text{EN: "Stalled partitions", ZH: "停滞的分区"}, steps: steps("green", from(1, "red")),
		about: dashboards.Text{EN: "Partitions that wait for something that does not answer; rollcall status says for what.", ZH: "正在等待无响应依赖的分区数；rollcall status 会说明在等什么。"},
		exprs: [][3]string{{`sum(rollcall_stage_stalled)`, "", ""}}},
	{id: "lag_now", now: true, unit: "s", title: dashboards.Text{EN: "Lag", ZH: "延迟"}, steps: steps("green", from(60, "orange"), from(300, "red")),
		about: dashboards.Text{EN: "For how long the oldest record is known whose rows are not delivered: how late the numbers are, at least.", ZH: "最早一条尚未写出的记录已等待的时间：数字至少滞后这么久。"},
		exprs: [][3]string{{`max(rollcall_stage_lag_seconds)`, "", ""}}},
	{id: "rate_now", now: true, unit: "cps", title: dashboards.Text{EN: "Accepted", ZH: "接收速率"},
		about: dashboards.Text{EN: "Actions that came into the log, a second, over five minutes.", ZH: "五分钟内平均每秒写入日志的行为数。"},
		exprs: [][3]string{{`sum(rate(rollcall_ingest_accepted_total[5m]))`, "", ""}}},
	{id: "waiting_now", now: true, unit: "s", title: dashboards.Text{EN: "Alerts wait", ZH: "告警等待"}, steps: steps("green", from(900, "orange")),
		about: dashboards.Text{EN: "For how long the alert that waits longest to be sent has done so; in quiet hours they are meant to wait.", ZH: "等待最久的告警已等待的时间；免打扰时段内等待是正常的。"},
		exprs: [][3]string{{`max(rollcall_alerts_oldest_waiting_seconds)`, "", ""}}},
	{id: "disk_now", now: true, unit: "bytes", title: dashboards.Text{EN: "Free disk", ZH: "剩余磁盘"}, steps: steps("red", from(1<<30, "orange"), from(5<<30, "green")),
		about: dashboards.Text{EN: "Room on the fullest disk that a process keeps its data on. Below 1 GiB it soon stops.", ZH: "各进程数据盘中最满者的剩余空间。低于 1 GiB 将很快停止。"},
		exprs: [][3]string{{`min(rollcall_disk_free_bytes)`, "", ""}}},
	{id: "lag", unit: "s", title: dashboards.Text{EN: "How late are the numbers?", ZH: "数字滞后多久？"}, steps: steps("green", from(300, "red")),
		about: dashboards.Text{EN: "By stage: for how long the oldest record is known whose rows are not delivered, of the worst partition. After a start it counts from the start, so it is the least. Worry when it is over five minutes and does not fall.", ZH: "按阶段：最差分区中最早一条尚未写出的记录已等待的时间。启动后从启动时算起，因此是下限。超过五分钟且不下降时需要关注。"},
		exprs: [][3]string{{`max by (stage) (rollcall_stage_lag_seconds)`, "{{stage}}", "{{stage}}"}}},
	{id: "lag_records", unit: "short", title: dashboards.Text{EN: "How much waits?", ZH: "有多少在等待？"},
		about: dashboards.Text{EN: "Records whose rows are not delivered, by stage, as of the last fetch. It stands still while a partition is stalled.", ZH: "按阶段统计尚未写出的记录数，以最近一次拉取为准。分区停滞时保持不变。"},
		exprs: [][3]string{{`sum by (stage) (rollcall_stage_lag_records)`, "{{stage}}", "{{stage}}"}}},
	{id: "ingest", unit: "cps", title: dashboards.Text{EN: "What comes in?", ZH: "收到了什么？"},
		about: dashboards.Text{EN: "A second: actions accepted, events rejected (with a reason: rollcall rejected list), and requests sent back to be tried again. More than one rejected in twenty, or throttling by log or memory for ten minutes, is a worry.", ZH: "每秒：已接收的行为、被拒绝的事件（原因见 rollcall rejected list）以及要求重试的请求。拒绝超过二十分之一，或因 log、memory 限流超过十分钟，需要关注。"},
		exprs: [][3]string{{`sum(rate(rollcall_ingest_accepted_total[5m]))`, "accepted", "已接收"}, {`sum by (reason) (rate(rollcall_ingest_rejected_total[5m]))`, "rejected: {{reason}}", "已拒绝：{{reason}}"}, {`sum by (cause) (rate(rollcall_ingest_throttled_total[5m]))`, "throttled: {{cause}}", "限流：{{cause}}"}}},
	{id: "late", unit: "percentunit", title: dashboards.Text{EN: "How much comes too late?", ZH: "有多少来得太晚？"}, steps: steps("green", from(0.05, "orange")),
		about: dashboards.Text{EN: "The share of applied actions that came further behind the community's time than its lateness. They are stored, and in no number until a rebuild.", ZH: "晚于社区容许迟到时长的行为占比。它们已保存，但在重建之前不计入任何数字。"},
		exprs: [][3]string{{`sum(rate(rollcall_stage_late_actions_total[15m])) / (sum(rate(rollcall_stage_actions_total[15m])) > 0)`, "late", "迟到"}}},
	{id: "retries", unit: "cps", title: dashboards.Text{EN: "What does not answer?", ZH: "什么没有响应？"},
		about: dashboards.Text{EN: "Attempts that failed and are repeated, a second: log is Kafka, sink is ClickHouse, snapshots is the store of snapshots, produce is writing to Kafka.", ZH: "每秒失败并重试的次数：log 为 Kafka，sink 为 ClickHouse，snapshots 为快照存储，produce 为写入 Kafka。"},
		exprs: [][3]string{{`sum by (on) (rate(rollcall_stage_retries_total[5m]))`, "{{on}}", "{{on}}"}, {`sum(rate(rollcall_kafka_produce_retries_total[5m]))`, "produce", "写入 Kafka"}}},
	{id: "slow", unit: "s", title: dashboards.Text{EN: "How slow are the stores?", ZH: "存储有多慢？"}, steps: steps("green", from(5, "orange")),
		about: dashboards.Text{EN: "99 of 100 are faster: an insert into ClickHouse, a delivery to all sinks, a produce request to Kafka, an answer of the collector. Over 5 s (the first two) or 1 s (the others) is a worry.", ZH: "99% 的操作快于此值：ClickHouse 写入、向所有下游的交付、Kafka 写入请求、采集端响应。前两项超过 5 秒、后两项超过 1 秒需要关注。"},
		exprs: [][3]string{{p99("rollcall_clickhouse_insert_seconds"), "insert", "写入"}, {p99("rollcall_stage_flush_seconds"), "delivery", "交付"}, {p99("rollcall_kafka_produce_seconds"), "produce", "写入 Kafka"}, {p99("rollcall_ingest_request_seconds"), "request", "请求"}}},
	{id: "snapshots", unit: "s", title: dashboards.Text{EN: "How old are the snapshots?", ZH: "快照有多旧？"}, steps: steps("green", from(900, "orange")),
		about: dashboards.Text{EN: "Age of the oldest newest snapshot of a partition that has something to fold again after a restart. Over 15 minutes is a worry.", ZH: "重启后需要重新处理数据的分区中，最新快照的最大年龄。超过 15 分钟需要关注。"},
		exprs: [][3]string{{`max by (stage) (rollcall_stage_snapshot_age_seconds and rollcall_stage_replay_records > 0)`, "{{stage}}", "{{stage}}"}}},
	{id: "replay", unit: "short", title: dashboards.Text{EN: "How much would a restart repeat?", ZH: "重启需要重放多少？"},
		about: dashboards.Text{EN: "Records delivered after the newest snapshot, by stage: a restart folds them again.", ZH: "按阶段统计最新快照之后已交付的记录数：重启时会重新处理。"},
		exprs: [][3]string{{`sum by (stage) (rollcall_stage_replay_records)`, "{{stage}}", "{{stage}}"}}},
	{id: "outbox", unit: "short", title: dashboards.Text{EN: "Do alerts get out?", ZH: "告警发出去了吗？"},
		about: dashboards.Text{EN: "By receiver: alerts that wait to be sent (also for the end of quiet hours), and changes of alerts that were given up in the last hour. Any given up is a worry.", ZH: "按接收方：等待发送的告警（包括等待免打扰时段结束），以及最近一小时放弃发送的告警变化。只要有放弃就需要关注。"},
		exprs: [][3]string{{`sum by (receiver) (rollcall_alerts_waiting)`, "{{receiver}}: waiting", "{{receiver}}：等待"}, {`sum by (receiver) (increase(rollcall_alerts_failed_total[1h]))`, "{{receiver}}: given up", "{{receiver}}：已放弃"}}},
	{id: "parked", unit: "short", title: dashboards.Text{EN: "Is anything set aside?", ZH: "有被搁置的吗？"}, steps: steps("green", from(1, "red")),
		about: dashboards.Text{EN: "Records of the last hour that could not be read, or on which a fold failed (a bug: report it). All are kept, in the table rejected.", ZH: "最近一小时无法读取的记录，以及处理时出错的记录（属于缺陷，请报告）。全部保留在 rejected 表中。"},
		exprs: [][3]string{{`sum(increase(rollcall_stage_rejected_records_total[1h]))`, "unreadable", "无法读取"}, {`sum(increase(rollcall_stage_parked_records_total[1h]))`, "failed", "处理失败"}}},
	{id: "memory", unit: "bytes", title: dashboards.Text{EN: "How much memory?", ZH: "占用多少内存？"},
		about: dashboards.Text{EN: "Resident memory of each process, and the newest snapshots of a stage, packed: what its state would be on disk.", ZH: "每个进程的常驻内存，以及各阶段最新快照的大小（压缩后，即状态在磁盘上的大小）。"},
		exprs: [][3]string{{`process_resident_memory_bytes{job="rollcall"}`, "{{instance}}", "{{instance}}"}, {`sum by (stage) (rollcall_stage_snapshot_bytes)`, "snapshots: {{stage}}", "快照：{{stage}}"}}},
	{id: "restarts", unit: "short", title: dashboards.Text{EN: "Does it restart?", ZH: "有重启吗？"},
		about: dashboards.Text{EN: "Starts of processes, and how often partitions were dealt out anew, in the last hour. More than ten in half an hour is a worry.", ZH: "最近一小时内进程启动次数与分区重新分配次数。半小时内超过十次需要关注。"},
		exprs: [][3]string{{`sum(changes(process_start_time_seconds{job="rollcall"}[1h]))`, "starts", "启动"}, {`sum(increase(rollcall_stage_generations_total[1h]))`, "generations", "重新分配"}}},
}

// p99 is what 99 of 100 stay below, over five minutes.
func p99(histogram string) string {
	return "histogram_quantile(0.99, sum by (le) (rate(" + histogram + "_bucket[5m])))"
}
