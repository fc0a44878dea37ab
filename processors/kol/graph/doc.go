// Package graph keeps who endorsed whom in one community, compactly and in one order: edges sorted by (target, actor), so
// that they are compressed sparse rows, and the distinct endorsers of each object.
//
// It owns nodes, which are members numbered anew, edges and objects. Ties enter many at a time ([Graph.Merge]); all sums are
// of integers and new nodes are numbered in the order of their names, so the same ties, merged at the same instants, make
// the same bits in whatever order they came and whatever numbers their members have in a roster.
//
// It refuses nothing and ranks nothing: that is processors/kol. A graph is owned by one goroutine.
package graph
