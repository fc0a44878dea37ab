// Package outbox takes alerts from the topic rollcall.alerts to the receivers that are configured, at least once and in
// order per alert.
//
// Each receiver is a consumer group of its own, with its own goroutine, its own place in the log and its own bounded
// queue. One that is dead only lags; one that was stopped goes on where it stopped. An offset is committed once all
// before it is settled: sent, passed over by the receiver's own rules, of age too, or given up after Receiver.GiveUp of failures,
// which is logged and counted. What was sent and not yet committed when a process is killed is sent again, under the same
// alerts.ID.
//
// A receiver that takes what it is sent is sent each change. What is held up collapses, by a failure, quiet hours, a rate,
// or because alerts are gathered into one message: of one alert's changes a receiver is then sent the first that concerns
// it and the newest; a resolved never comes without an opened. A repeat in the log, by alert and sequence, is dropped. What
// a receiver has been told of is not stored: it follows from the log before the committed offset, of which the last records
// are read again at a start.
//
// Records enter by Log, which internal/app gives, and leave by alerts.Channel. The package refuses to decide what is worth
// an alert, and keeps no clock in its decisions: queue is handed the present, and tests have a fake one.
package outbox
