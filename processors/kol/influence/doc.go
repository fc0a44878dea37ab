// Package influence ranks the nodes of a directed weighted graph by PageRank with a restart vector of the caller's choice.
//
// In comes a [Graph] in compressed sparse rows (the edges into each node), where a walk restarts, and the ranks of an
// earlier run, if there are any. Out come ranks that sum to 1. A run advances by [Run.Step] in slices of as many edges as
// the caller can spare, and gives the same bits however it is sliced.
//
// A run holds 40 bytes a node (plain: 24) beside the caller's graph of 12 bytes an edge, and allocates nothing after Start.
// Rank that is left of an earlier run where no walk comes any more fades, it does not vanish at once: what lies below the
// tolerance means nothing.
//
// It owns numbers only: who the nodes are, which edges count and what they weigh is package kol's. It refuses nothing, but
// trusts its graph: rows that do not ascend, or an edge from a node that does not exist, are the caller's mistake.
package influence
