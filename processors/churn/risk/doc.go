// Package risk says how likely a member is to be silent for the next 56 days, and learns it from the community itself
// (metrics.md, Churn). It owns a member's [History] of active days, from which seven features follow, and a community's
// [Model]: the gap table, the weekly snapshots that later tell what came true, and the fit in force.
//
// The caller adds active days to histories, tells the model of every silence that ended, and calls Fit at midnights.
// Nothing here depends on a clock, on the order of members, or on how often Risk was asked.
package risk
