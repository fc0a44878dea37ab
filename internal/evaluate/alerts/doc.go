// Package alerts scores the alerts of a community against what is known to have happened there: a simulation's truth.
//
// It owns the rules by which an alert fits an event ([Judge]) and the figures made of them ([Report]). Events and alerts
// come in as values, from wherever they were read; what it returns is a [Tally] that can be added to others', as over
// many seeds. It refuses to know a database, a file or a detector.
package alerts
