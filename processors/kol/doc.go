// Package kol ranks the members of one community by what others give them, and says who depends on whom (docs/metrics/kol.md).
//
// In come ties, who endorsed whom when and for what, in any order within the lateness ([Community.Tie]), and who is a bot.
// They wait. At a local midnight that stream time has passed for good ([Community.Midnight]) it may be time for a refresh:
// then the ties before it are merged into the graph ([graph.Graph]), and the graph is ranked as of that midnight, in slices
// ([Community.Publish]) where it is large. Between refreshes a small graph is also ranked as of the next midnight, on a copy
// with the ties that wait; those rows are replaced as the day fills, and taken back if its midnight makes no refresh. Out
// come rows, and for alerts the last finished ranking of a midnight ([Community.Rank], [Community.Dependents]).
//
// It refuses to know channels, activity or names: the caller answers for them ([Place]). All that is summed before a refresh
// is integers, and a refresh depends on the graph, the members as of its midnight and the ranks of the refresh before: so the
// same ties give the same rows, whatever their order, batches, restarts or the members' numbers. A community is owned by one
// goroutine.
package kol
