// Package app puts the parts together: it owns what `rollcall up`, `collect` and `process` start and in which order it
// stops, the HTTP server with its read and admin API, and what the other commands do. Parts never meet but here: this
// package adapts each to the small interfaces that another declares.
//
// A program is one process with one part or all of them. Several on one log know of each other by the log alone: settings
// are in force when they are read from it, how far each has come is what it told its consumer group, and a rebuild is
// whose record came first.
package app
