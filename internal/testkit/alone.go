package testkit

import "testing"

// Alone is for long tests of what one goroutine does by itself, as internal/arch makes sure of folds: the race detector has
// nothing to find there, so they run without it.
func Alone(t *testing.T) {
	t.Helper()
	if Race {
		t.Skip("one goroutine by itself: make shapes runs it, without the race detector")
	}
}
