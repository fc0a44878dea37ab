// Package lifecycle computes what follows from the days on which members were active: daily numbers, lifecycle,
// retention of first-time cohorts, and the distribution of active days (metrics.md, Rolling activity).
//
// The members stage ([Lives]) keeps 16 bytes a member and turns a member's newly active day into changes of counts: of a
// calendar interval, of a cohort, of a number of active days. The communities stage ([Totals]) adds the changes of all
// partitions; every published cell is a sum or a running sum of its counts. An active day may come out of order within
// the lateness: what a cohort or an interval says is then corrected by the difference.
package lifecycle
