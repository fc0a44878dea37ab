// Package work cuts long computations into slices, so that whoever computes can do something else in between. In come
// stages and how many visits there is time for ([Stages.Step]); out comes what is left of these. How work is sliced does not
// show in what comes of it.
//
// It knows nothing of what is computed, no clock and no goroutines: a visit is about what it costs to visit an edge of a graph.
package work
