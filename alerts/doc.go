// Package alerts says what a receiver of alerts is: a Channel is handed a Message and answers whether it arrived, may be
// tried again, or never will. The folders below are the channels, one service each; post is what those over HTTP share,
// and note is an alert in words before a service's markup.
//
// Alerts enter as the records of the topic rollcall.alerts and leave as one service's payload. A channel keeps nothing
// between two messages: order, retries, grouping and rates are its caller's. It refuses to let what a member may choose
// (ids, names) act as markup or as a mention, and to show its address or secret in an error.
package alerts
