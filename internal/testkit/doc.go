// Package testkit is what tests of several packages share: the oracle, which recomputes published tables by SQL over the
// raw actions, and where the data sets are. It is imported by tests only.
package testkit
