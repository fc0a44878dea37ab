package kafka

import (
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// The label of all producer metrics is the topic, of which a deployment has a handful.
type producerMetrics struct {
	requests, records, bytes, retries *prometheus.CounterVec
	seconds                           *prometheus.HistogramVec
	queued                            prometheus.Gauge
}

// topicMetrics are a topic's own, looked up once.
type topicMetrics struct {
	requests, records, bytes, retries prometheus.Counter
	seconds                           prometheus.Observer
}

// newProducerMetrics registers nothing where reg is nil.
func newProducerMetrics(reg prometheus.Registerer) (*producerMetrics, error) {
	counter := func(name, help string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "rollcall", Subsystem: "kafka", Name: name, Help: help,
		}, []string{"topic"})
	}
	m := &producerMetrics{
		requests: counter("produce_requests_total", "Produce requests that Kafka acknowledged."),
		records:  counter("produce_records_total", "Records that Kafka acknowledged."),
		bytes:    counter("produce_bytes_total", "Bytes of record batches that Kafka acknowledged."),
		retries:  counter("produce_retries_total", "Produce requests that failed and were sent again."),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "rollcall", Subsystem: "kafka", Name: "produce_seconds",
			Help:    "Time from sending a produce request to its acknowledgement.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2.5, 11),
		}, []string{"topic"}),
		queued: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "rollcall", Subsystem: "kafka", Name: "produce_queued_bytes",
			Help: "Bytes of records in memory that Kafka has not acknowledged yet.",
		}),
	}
	return m, register(reg, m.requests, m.records, m.bytes, m.retries, m.seconds, m.queued)
}

func (m *producerMetrics) topic(name string) *topicMetrics {
	return &topicMetrics{
		requests: m.requests.WithLabelValues(name), records: m.records.WithLabelValues(name),
		bytes: m.bytes.WithLabelValues(name), retries: m.retries.WithLabelValues(name),
		seconds: m.seconds.WithLabelValues(name),
	}
}

func register(reg prometheus.Registerer, all ...prometheus.Collector) error {
	if reg == nil {
		return nil
	}
	var errs []error
	for _, c := range all {
		errs = append(errs, reg.Register(c))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("registering metrics: %w", err)
	}
	return nil
}
