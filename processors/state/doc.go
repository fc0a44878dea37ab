// Package state writes and reads the folds' snapshots: varints, strings, and whole slices of records as they lie in
// memory, so that reading back runs at the speed of memory. It knows nothing of files; internal/stream frames and checks
// the bytes.
package state
