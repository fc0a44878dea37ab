// Package alert is an alert's life in one community: what detectors find goes in, together with what people say of it, and
// out come absolute states: opened, updated, acknowledged, silenced, resolved, each with its sequence number, its row of the
// table alerts, its record for rollcall.alerts and its texts in English and Chinese (docs/metrics/alerts.md).
//
// It owns that there is one open alert of a kind at most, that an update says something new, and the words. It refuses to
// judge counts, which is package spikes' work, and to send anything: alerts/ does.
package alert
