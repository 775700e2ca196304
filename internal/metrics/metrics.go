// Package metrics counts what the service does, for Prometheus. It owns the
// names of the metrics; those who do the work call its methods through hooks
// and know nothing of Prometheus.
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"rockpool/internal/message"
	"rockpool/internal/trigger"
)

// Metrics is a set of counters with a registry of its own, so that several
// servers can live in one process.
type Metrics struct {
	registry *prometheus.Registry

	requests       *prometheus.CounterVec
	requestSeconds *prometheus.HistogramVec
	undeclared     *prometheus.CounterVec
	triggers       *prometheus.CounterVec
	triggerSeconds *prometheus.HistogramVec
	messages       *prometheus.CounterVec
	messageSeconds *prometheus.HistogramVec
	filtered       *prometheus.CounterVec
	analytics      *prometheus.CounterVec
}

// New returns metrics that count from zero.
func New(version string) *Metrics {
	m := &Metrics{
		registry:       prometheus.NewRegistry(),
		requests:       counter("rockpool_requests_total", "API requests by operation and the code of their error, empty for success.", "operation", "code"),
		requestSeconds: histogram("rockpool_request_seconds", "Time from the arrival of an API request to its answer.", "operation"),
		undeclared:     counter("rockpool_undeclared_errors_total", "Errors that an operation answered with although the service model does not declare them.", "operation", "code"),
		triggers:       counter("rockpool_triggers_total", "Runs of Lambda triggers by how they ended.", "trigger", "outcome"),
		triggerSeconds: histogram("rockpool_trigger_seconds", "Time that runs of Lambda triggers took, with all attempts.", "trigger"),
		messages:       counter("rockpool_messages_total", "Attempts to deliver a message by how they ended.", "medium", "purpose", "outcome"),
		messageSeconds: histogram("rockpool_message_seconds", "Time that attempts to deliver a message took.", "medium"),
		filtered:       counter("rockpool_filter_matches_total", "Requests that a filter blocked or counted.", "filter", "operation"),
		analytics:      counter("rockpool_analytics_events_total", "Analytics events by what became of them.", "outcome"),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "rockpool_build_info", Help: "Always 1; the version is a label."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), build,
		m.requests, m.requestSeconds, m.undeclared, m.triggers, m.triggerSeconds, m.messages, m.messageSeconds, m.filtered, m.analytics)
	return m
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: name, Help: help, Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15},
	}, labels)
}

// Handler shows the metrics in the text format of Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Request counts an API request.
func (m *Metrics) Request(operation, code string, took time.Duration) {
	if operation == "" {
		operation = "unknown"
	}
	m.requests.WithLabelValues(operation, code).Inc()
	m.requestSeconds.WithLabelValues(operation).Observe(took.Seconds())
}

// Undeclared counts an error that the service model does not declare.
func (m *Metrics) Undeclared(operation, code string) {
	m.undeclared.WithLabelValues(operation, code).Inc()
}

// Trigger counts a run of a trigger.
func (m *Metrics) Trigger(o trigger.Observation) {
	m.triggers.WithLabelValues(o.Trigger, string(o.Outcome)).Inc()
	m.triggerSeconds.WithLabelValues(o.Trigger).Observe(o.Duration.Seconds())
}

// Message counts an attempt to deliver a message.
func (m *Metrics) Message(e message.Event) {
	m.messages.WithLabelValues(string(e.Medium), string(e.Purpose), string(e.Outcome)).Inc()
	m.messageSeconds.WithLabelValues(string(e.Medium)).Observe(e.Took.Seconds())
}

// Filtered counts a request that a filter blocked or counted.
func (m *Metrics) Filtered(filter, operation string) {
	m.filtered.WithLabelValues(filter, operation).Inc()
}

// Analytics counts analytics events; outcome is sent, dropped or failed.
func (m *Metrics) Analytics(outcome string, n int) {
	m.analytics.WithLabelValues(outcome).Add(float64(n))
}

// Gauge adds a value that is read when the metrics are shown.
func (m *Metrics) Gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}
