// Package measure says what a process used: CPU time of all its threads, wall time, and its largest memory. A Meter
// counts events and keeps what was used up to some of them.
package measure
