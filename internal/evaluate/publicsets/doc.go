// Package publicsets reads the active days of the public data sets (shared/data) that the shipped fit is trained on and the
// model is measured with. Days are UTC. It refuses a file that is not what its source says.
package publicsets
