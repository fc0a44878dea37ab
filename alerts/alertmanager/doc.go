// Package alertmanager hands alerts to Prometheus' Alertmanager by its API v2, so that its routes, silences and receivers
// apply.
//
// The labels are alertname, community and kind. They come from closed sets and never change while an alert is open, since
// to Alertmanager other labels are another alert; the severity, which may change, is an annotation, as are the texts and
// names. One alert is open per community and kind, so the labels name it.
//
// Alertmanager takes an alert for over when its endsAt has passed. An open one is sent with an endsAt of Lasting from the
// time of sending, so nobody has to repeat it; a resolved one with the time of sending. Both are by the clock, not by
// stream time, which Alertmanager does not know: a startsAt that lies ahead of the clock is set back to it.
// Alertmanager keeps alerts in memory only: after a restart it has an open one again with the alert's next change.
package alertmanager
