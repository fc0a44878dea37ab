package stream

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rollcall-dev/rollcall/processors"
)

// What a partition waits for when it does not go on: the label "on" of retries.
const (
	onLog       = "log"
	onSink      = "sink"
	onSnapshots = "snapshots"
)

// metrics of the engine. Labels are stages, partitions, tables and what was waited for: closed sets.
type metrics struct {
	records, actions, repeats, late, retries, damaged, parked, generations, snapshotFailures *prometheus.CounterVec
	rows                                                                                     *prometheus.CounterVec
	flushSeconds, flushRows                                                                  *prometheus.HistogramVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "rollcall", Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "rollcall", Name: name, Help: help, Buckets: buckets}, []string{"stage"})
	}
	m := &metrics{
		actions:          counter("stage_actions_total", "Actions applied or stored by the members stage.", "stage"),
		repeats:          counter("stage_repeats_total", "Actions dropped because their id was applied before.", "stage"),
		late:             counter("stage_late_actions_total", "Actions stored but in no number until a rebuild, for they came later than the lateness.", "stage"),
		records:          counter("stage_rejected_records_total", "Records of a topic that could not be read; they are kept in rejected.", "stage"),
		retries:          counter("stage_retries_total", "Attempts that failed and were or will be repeated, by what did not answer: log, sink or snapshots.", "stage", "on"),
		damaged:          counter("stage_damaged_snapshots_total", "Snapshots that could not be used at a start.", "stage"),
		parked:           counter("stage_parked_records_total", "Records that a fold could not take because of a bug; they are kept in rejected.", "stage"),
		generations:      counter("stage_generations_total", "Times that the group dealt out the partitions to this process, none included.", "stage"),
		snapshotFailures: counter("stage_snapshot_failures_total", "Snapshots that the store did not take; the next one is tried in its time.", "stage"),
		rows:             counter("stage_rows_total", "Rows delivered.", "stage", "table"),
		flushSeconds:     histogram("stage_flush_seconds", "Time from a flush's begin until every sink accepted it.", prometheus.ExponentialBuckets(0.001, 2, 16)),
		flushRows:        histogram("stage_flush_rows", "Rows of one flush.", prometheus.ExponentialBuckets(1, 4, 10)),
	}
	if r != nil {
		r.MustRegister(m.actions, m.repeats, m.late, m.records, m.retries, m.damaged, m.parked, m.generations, m.snapshotFailures, m.rows, m.flushSeconds, m.flushRows)
	}
	return m
}

// begin makes a stage's counters start at 0: the first failure is seen as a rise only if there was a value before.
func (m *metrics) begin(stage string) {
	for _, c := range []*prometheus.CounterVec{m.actions, m.repeats, m.late, m.records, m.damaged, m.parked, m.generations, m.snapshotFailures} {
		c.WithLabelValues(stage)
	}
	for _, on := range []string{onLog, onSink, onSnapshots} {
		m.retries.WithLabelValues(stage, on)
	}
}

func (m *metrics) flushed(w *worker, out *processors.Outputs, took time.Duration) {
	m.actions.WithLabelValues(w.stage.Name).Add(float64(out.Stats.Actions))
	m.repeats.WithLabelValues(w.stage.Name).Add(float64(out.Stats.Repeats))
	m.late.WithLabelValues(w.stage.Name).Add(float64(out.Stats.Late))
	m.records.WithLabelValues(w.stage.Name).Add(float64(out.Stats.Rejected))
	for _, r := range out.Rows {
		m.rows.WithLabelValues(w.stage.Name, r.Table()).Add(float64(r.Len()))
	}
	m.flushSeconds.WithLabelValues(w.stage.Name).Observe(took.Seconds())
	m.flushRows.WithLabelValues(w.stage.Name).Observe(float64(out.RowCount()))
}

// gauges are read from the workers at each scrape: they go on while a partition waits, and end with its ownership.
type gauges struct {
	e                                                                     *Engine
	lagRecords, lagSeconds, stalled, snapshotAge, snapshotBytes, toReplay *prometheus.Desc
}

func newGauges(e *Engine) *gauges {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("rollcall_stage_"+name, help, []string{"stage", "partition"}, nil)
	}
	return &gauges{
		e:             e,
		lagRecords:    desc("lag_records", "Records of the partition that are not delivered yet, as of the last fetch."),
		lagSeconds:    desc("lag_seconds", "For how long this process has known of the oldest record that is not delivered yet."),
		stalled:       desc("stalled", "1 while the partition waits for something that does not answer."),
		snapshotAge:   desc("snapshot_age_seconds", "Age of the partition's newest snapshot, or of its ownership."),
		snapshotBytes: desc("snapshot_bytes", "Size of the partition's newest snapshot: its state."),
		toReplay:      desc("replay_records", "Records that were delivered after the newest snapshot: a restart folds them again."),
	}
}

// Describe implements prometheus.Collector.
func (g *gauges) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.lagRecords, g.lagSeconds, g.stalled, g.snapshotAge, g.snapshotBytes, g.toReplay} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (g *gauges) Collect(out chan<- prometheus.Metric) {
	now := time.Now()
	g.e.mu.Lock()
	defer g.e.mu.Unlock()
	for _, w := range g.e.workers {
		at, labels := w.position(), []string{w.stage.Name, strconv.Itoa(w.partition)}
		gauge := func(d *prometheus.Desc, v float64) {
			out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
		}
		gauge(g.lagRecords, float64(at.Lag))
		gauge(g.lagSeconds, w.backlog.age(at.Delivered, now).Seconds())
		gauge(g.stalled, map[bool]float64{true: 1}[at.Stalled != ""])
		gauge(g.snapshotAge, now.Sub(time.Unix(0, w.snapshots.wrote.Load())).Seconds())
		gauge(g.snapshotBytes, float64(w.snapshots.bytes.Load()))
		gauge(g.toReplay, float64(max(0, at.Delivered-w.snapshots.covers.Load())))
	}
}
