package stream

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rollcall-dev/rollcall/processors"
)

// metrics of the engine. Labels are stages, partitions and tables: closed sets.
type metrics struct {
	records, actions, repeats, late, retries, damaged, parked *prometheus.CounterVec
	rows                                                      *prometheus.CounterVec
	lag, snapshotAge                                          *prometheus.GaugeVec
	flushSeconds, flushRows                                   *prometheus.HistogramVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "rollcall", Name: name, Help: help}, labels)
	}
	gauge := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "rollcall", Name: name, Help: help}, []string{"stage", "partition"})
	}
	histogram := func(name, help string, buckets []float64) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "rollcall", Name: name, Help: help, Buckets: buckets}, []string{"stage"})
	}
	m := &metrics{
		actions:      counter("stage_actions_total", "Actions applied or stored by the members stage.", "stage"),
		repeats:      counter("stage_repeats_total", "Actions dropped because their id was applied before.", "stage"),
		late:         counter("stage_late_actions_total", "Actions stored but in no number until a rebuild, for they came later than the lateness.", "stage"),
		records:      counter("stage_rejected_records_total", "Records of a topic that could not be read; they are kept in rejected.", "stage"),
		retries:      counter("stage_retries_total", "Attempts to read or to deliver that failed and were or will be repeated.", "stage"),
		damaged:      counter("stage_damaged_snapshots_total", "Snapshots that could not be used at a start.", "stage"),
		parked:       counter("stage_parked_records_total", "Records that a fold could not take because of a bug; they are kept in rejected.", "stage"),
		rows:         counter("stage_rows_total", "Rows delivered.", "stage", "table"),
		lag:          gauge("stage_lag_records", "Records of the partition that are not delivered yet."),
		snapshotAge:  gauge("stage_snapshot_age_seconds", "Age of the partition's newest snapshot."),
		flushSeconds: histogram("stage_flush_seconds", "Time from a flush's begin until every sink accepted it.", prometheus.ExponentialBuckets(0.001, 2, 16)),
		flushRows:    histogram("stage_flush_rows", "Rows of one flush.", prometheus.ExponentialBuckets(1, 4, 10)),
	}
	if r != nil {
		r.MustRegister(m.actions, m.repeats, m.late, m.records, m.retries, m.damaged, m.parked, m.rows, m.lag, m.snapshotAge, m.flushSeconds, m.flushRows)
	}
	return m
}

func (m *metrics) observe(w *worker, now time.Time) {
	p := strconv.Itoa(w.partition)
	m.lag.WithLabelValues(w.stage.Name, p).Set(float64(w.position().Lag))
	m.snapshotAge.WithLabelValues(w.stage.Name, p).Set(now.Sub(time.Unix(0, w.snapshots.wrote.Load())).Seconds())
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
