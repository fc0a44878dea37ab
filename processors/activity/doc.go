// Package activity computes rolling activity, exactly and without sketches: actions, active members and contributing
// members in sliding windows of 5 minutes, 1 hour, 24 hours, 7 days and 30 days, for a whole community and for each of
// its channels, platforms and kinds (metrics.md, Rolling activity).
//
// A number over a sliding window is a step function of the window's end. The members stage ([Tracker]) keeps each
// member's recent presence as bits and turns an action into at most two steps a window: the first window end that gains
// the member and the first that loses it. The communities stage ([Totals]) adds the steps of all partitions, and its
// running sums are the published rows. Nothing here reads a clock, and arrival order within the lateness changes
// nothing.
package activity
