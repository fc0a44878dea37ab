// Package engagement computes the engagement score of members: E(t) = Σ weight(kind) · 2^(−(t − tᵢ)/h), h = 7 days
// (metrics.md, Rolling activity; the weights follow Orbit's). The score is published as of a member's newest action, so
// that silence rewrites nothing; from there it halves every h.
//
// A sum of floats depends on the order of its terms, and arrival order must not matter. So the terms of each half-life are
// added as fixed-point integers, and only whole half-lives that can change no more are added as floats, oldest first.
package engagement
