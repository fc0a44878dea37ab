// Package slab keeps very many small records of one kind: in chunks, so that growing copies nothing and needs no room
// twice, without pointers, so that the garbage collector has nothing to follow, and saved as they lie in memory. It knows
// nothing of what the records mean: after Load their owner checks what it relies on.
package slab
