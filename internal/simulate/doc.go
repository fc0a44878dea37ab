// Package simulate makes a community whose truth is known: who joins, who leaves and when, who leads, which members are
// a ring of false endorsers, when activity was pushed up or down, and what else went wrong ([Plants]). Folds, detectors
// and models are tried on it, and `rollcall simulate` sends it to a running instance.
//
// It owns the plan of such a community and the stream of its actions. [New] takes [Options], the clock included, and
// draws the plan; [Simulation.Next] yields the actions in the order of event time; [Simulation.Truth] tells what was
// planted, and what a detector should make of it. The same options give the same actions, byte for byte.
//
// It refuses to know a clock, a network or a file (but for the time zone database): pacing, sending and writing are the
// caller's. Memory is about 70 bytes a member, whatever the length of the stream.
package simulate
