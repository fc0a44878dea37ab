// Package logit fits a logistic regression by maximum a posteriori, with a normal prior on each coefficient. It keeps
// nothing: rows go in, coefficients come out, the same for the same rows in the same order.
package logit
