package main

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain lets the test binary be rollcall itself, so that a test can start it as a process of its own and kill it, or a
// ClickHouse, of which a process can have one.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("ROLLCALL_BE_MAIN") == "1":
		os.Exit(run(os.Args[1:]))
	case os.Getenv("ROLLCALL_BE_CLICKHOUSE") != "":
		os.Exit(beClickHouse(os.Getenv("ROLLCALL_BE_CLICKHOUSE")))
	}
	goleak.VerifyTestMain(m)
}
