package outbox

import (
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// The label of all is the receiver's name: a closed set, from the configuration.
type metrics struct {
	sent, retried, failed, unread, tooOld *prometheus.CounterVec
	lag, waiting                          *prometheus.GaugeVec
}

// receiverMetrics are a receiver's own.
type receiverMetrics struct {
	sent, retried, failed, unread, tooOld prometheus.Counter
	lag, waiting                          prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	counter := func(name, help string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "rollcall", Subsystem: "alerts", Name: name, Help: help}, []string{"receiver"})
	}
	gauge := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "rollcall", Subsystem: "alerts", Name: name, Help: help}, []string{"receiver"})
	}
	m := &metrics{
		sent:    counter("sent_total", "Messages that the receiver took."),
		retried: counter("retried_total", "Tries that failed; the message is sent again."),
		failed:  counter("failed_total", "Changes of alerts that were given up, after failures for too long."),
		unread:  counter("unreadable_total", "Records of rollcall.alerts that were passed over, as they could not be read."),
		tooOld:  counter("too_old_total", "Changes of alerts that were passed over, as they tell of what was long before: max_age."),
		lag:     gauge("lag_records", "Records of rollcall.alerts that are not settled for the receiver."),
		waiting: gauge("waiting", "Alerts that wait to be sent."),
	}
	if reg == nil {
		return m, nil
	}
	var errs []error
	for _, c := range []prometheus.Collector{m.sent, m.retried, m.failed, m.unread, m.tooOld, m.lag, m.waiting} {
		errs = append(errs, reg.Register(c))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("registering the metrics of alerts: %w", err)
	}
	return m, nil
}

func (m *metrics) of(name string) receiverMetrics {
	return receiverMetrics{sent: m.sent.WithLabelValues(name), retried: m.retried.WithLabelValues(name), failed: m.failed.WithLabelValues(name),
		unread: m.unread.WithLabelValues(name), tooOld: m.tooOld.WithLabelValues(name), lag: m.lag.WithLabelValues(name), waiting: m.waiting.WithLabelValues(name)}
}

// registerOldest exports an age, which grows by itself.
func registerOldest(reg prometheus.Registerer, s *sender) error {
	if reg == nil {
		return nil
	}
	g := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "rollcall", Subsystem: "alerts", Name: "oldest_waiting_seconds",
		Help: "How long the alert that waits longest has done so in this process.", ConstLabels: prometheus.Labels{"receiver": s.r.Name}},
		func() float64 { return s.now().Oldest })
	if err := reg.Register(g); err != nil {
		return fmt.Errorf("registering the metrics of alerts: %w", err)
	}
	return nil
}
