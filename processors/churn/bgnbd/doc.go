// Package bgnbd is the beta-geometric / negative binomial model of repeat behaviour (Fader, Hardie and Lee, Marketing
// Science 24(2), 2005): members come back at their own Poisson rate, gamma distributed, and after each time leave for good
// with their own probability, beta distributed. Time is in days, x counts active days after the first, tx is the day of
// the last and t today, both since the first.
package bgnbd
