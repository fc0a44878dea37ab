// Package processors composes the pure folds: [Members], one a partition of rollcall.actions, [Communities], one a
// partition of rollcall.signals, and [Rejections], one a partition of rollcall.rejected. A fold is a function of the log:
// (state, record) → (state, outputs). It reads no clock, does no input or output, starts nothing, and never fails: what
// it cannot read it hands out as rejected.
//
// Records enter by Apply, in the order of their offsets; rows, signals and rejections leave by Flush, which may be called
// at any moment without changing what the tables end up holding (law 4). The numbers themselves live in the folders
// below, one capability each.
package processors
