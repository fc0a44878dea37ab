package ingest

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rollcall-dev/rollcall/schemas"
)

// metrics have labels from closed sets only: protocol is http, import or segment; reason is one of schemas.Reasons.
type metrics struct {
	accepted  *prometheus.CounterVec
	rejected  *prometheus.CounterVec
	throttled *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	inflight  prometheus.Gauge
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		accepted: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rollcall_ingest_accepted_total",
			Help: "Actions that are in the log."}, []string{"protocol"}),
		rejected: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rollcall_ingest_rejected_total",
			Help: "Events that were kept as rejected."}, []string{"protocol", "reason"}),
		throttled: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "rollcall_ingest_throttled_total",
			Help: "Requests sent back to be tried again: rate (429), memory, log, closing (503)."}, []string{"cause"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "rollcall_ingest_request_seconds",
			Help:    "Time to answer a request, the log's acknowledgement included.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 15)}, []string{"protocol"}),
		inflight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "rollcall_ingest_inflight_bytes",
			Help: "Request bodies in memory, uncompressed."}),
	}
	// From 0 on: the first failure is seen as a rise only if there was a value before.
	for _, cause := range []string{"rate", "memory", "log", "closing"} {
		m.throttled.WithLabelValues(cause)
	}
	for _, protocol := range []string{"http", "import", "segment"} {
		m.accepted.WithLabelValues(protocol)
		for _, reason := range schemas.Reasons() {
			m.rejected.WithLabelValues(protocol, string(reason))
		}
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.accepted, m.rejected, m.throttled, m.seconds, m.inflight} {
		if err := r.Register(c); err != nil {
			return nil, fmt.Errorf("registering the collector's metrics: %w", err)
		}
	}
	return m, nil
}
