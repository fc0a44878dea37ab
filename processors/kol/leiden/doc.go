// Package leiden finds the clusters of an undirected weighted graph and says how well they part it and who ties them
// together.
//
// Clusters are those of the Leiden algorithm (Traag, Waltman, van Eck, "From Louvain to Leiden: guaranteeing
// well-connected communities", Scientific Reports 9, 5233, 2019) by modularity with resolution 1: nodes move between
// clusters until none gains by it, each cluster is refined into well-connected parts, the parts become the nodes of a
// smaller graph, and so on until nothing merges. So every cluster is connected.
//
// It is pure numbers and knows no community. A graph enters as compressed sparse rows and is only read; clusters leave
// as one number a node. The same graph and seed give the same bits, however the work is sliced: a Run stops wherever
// its caller has other things to do.
//
// It refuses to name clusters or to remember them: Keep carries the ids of one partition over to the next, and who
// stores them is the caller's business.
package leiden
