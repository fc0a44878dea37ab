// Package churn follows each member of a community through the states new, active, at_risk, churned, resurrected and left
// (docs/metrics/churn.md): who is slipping away, since when, and how likely it is.
//
// In come facts: who was active and who left, at which instant, in any order within the lateness ([Community.Active],
// [Community.Leave]). They wait until stream time is the lateness beyond them. Then they are committed in the order of
// their local days, and between two days lies the midnight at which silence changes states and, on Mondays, the model
// ([risk.Model]) is fitted. Out come rows that say what holds as of stream time: what is committed and, computed on
// copies, what the facts and midnights since then make of it ([Community.Publish]). That may still change, so a
// transition can be taken back; which ones are taken back follows from the facts alone, never from what was published
// before.
//
// It refuses nothing: a fact is a fact. A community is owned by one goroutine.
package churn
