// Package testkit is what tests of several packages share: the read model in memory. It is imported by tests only.
package testkit
