// Package kol measures the ranking of opinion leaders: against a truth that is known from elsewhere, such as votes received,
// beside what anybody could compute, and under attack by accounts that endorse one another.
//
// A community's actions come in by [Community.Add] and a truth by [ReadTruth]; [Community.Measure] returns how well each
// contender orders the members, [Community.Attack] plants fakes in a copy and returns where they land. The ranking itself is
// the product's own (processors/kol). It refuses to know a database or a clock, and it writes nothing.
package kol
