// Package alerttest is what the tests of the channels share: alerts whose names and texts try to be markup, a receiver
// that keeps what it was sent, golden files, and the check of a payload against a JSON Schema.
package alerttest
