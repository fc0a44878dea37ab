// Package spikes finds what is unusual in one community: leave_spike, activity_drop, activity_surge, at_risk_spike and
// churn_spike (docs/metrics/alerts.md has every formula and limit).
//
// It owns what is usual: for the community and its busiest channels and platforms the active members of each hour of the
// last eight weeks, the leaves of each hour, and the entries into at_risk and churned of each day. Counts enter by
// [Detectors.Apply], as the steps of the members stage, and by [Detectors.Day]; what is unusual leaves as
// alert.Detection. It refuses to know members, texts and what was said of an alert: that is package alert's.
//
// Looks are at fixed instants of stream time, every five minutes (leaves: every minute). What a look sees does not depend
// on the order in which partitions were heard, nor on how the log was cut: a step whose window end lies at or before the
// stream time that its partition had told before comes too late for the looks up to there, and moves behind it.
package spikes
