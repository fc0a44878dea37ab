package testkit

import (
	"os"
	"testing"
)

// Alone is for long tests of what one goroutine does by itself, as internal/arch makes sure of folds: the race detector has
// nothing to find there, so they run without it.
func Alone(t *testing.T) {
	t.Helper()
	if Race {
		t.Skip("one goroutine by itself: make shapes runs it, without the race detector")
	}
}

// Raced skips, in make shapes, what make test has run already and with the race detector, over the same data.
func Raced(t *testing.T) {
	t.Helper()
	if !Race && os.Getenv("ROLLCALL_ALL_SHAPES") != "" {
		t.Skip("make test runs it, with the race detector")
	}
}
