package main

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain lets the test binary be rollcall itself, so that a test can start it as a process of its own and kill it.
func TestMain(m *testing.M) {
	if os.Getenv("ROLLCALL_BE_MAIN") == "1" {
		os.Exit(run(os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}
