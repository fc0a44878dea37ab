// Package reasons says why a member may be slipping away: what changed against the member's own past (metrics.md,
// Reasons; docs/metrics/churn.md). It keeps, of each member, in what they were active and with whom, in 32 to 92 bytes,
// and judges nothing: a reason is a fact with numbers and dates that a query over the actions shows again.
//
// Uses and ties enter by local day in any order, and are taken in by [Community.Commit] once nothing of a day can come any
// more, in an order of its own: the same facts give the same reasons. [Community.Why] answers for one member.
package reasons
