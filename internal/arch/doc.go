// Package arch holds the rules of the architecture as tests: which folder may import what, what a fold may not do, and
// the habits that a reader relies on. A rule that is broken prints its reason and the place.
//
// It reads the source of the whole repository and nothing else; it has no code that the program runs. To change a rule,
// change docs/architecture.md, the table here, and say why in the commit. Each rule is shown a planted violation by
// TestRulesCatch, so that a rule cannot die unseen.
package arch
