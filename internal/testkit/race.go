//go:build race

package testkit

// Race says that the race detector is in the program: five times slower, so that tests take a part of what they have, and
// all of it in a run without (make shapes).
const Race = true
