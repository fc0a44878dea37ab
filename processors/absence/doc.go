// Package absence knows on how few members a community rests: the absence factor (docs/metrics/absence-factor.md), with the
// members and contributors behind it, as of the end of each local day.
//
// In come contributions, one by one, and how many members were active for the first time ([Community.Contributed],
// [Community.New]), in any order within the lateness. What belongs to days that may still change is kept singly, so
// that a day's end is never counted with the next day's work. Out come rows of community_days, for every day whose end is
// another than it was ([Community.Publish]).
//
// It refuses nothing. A community is owned by one goroutine.
package absence
