//go:build race

package testkit

// Race says that the race detector is in the program, which makes folds five to eight times slower: tests then take a part
// of what they have, and all of it in a run without (make shapes).
const Race = true
