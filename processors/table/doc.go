// Package table is a hash table from uint64 keys to uint32 values for the folds' large state: open addressing in one
// slice without pointers, 12 bytes a slot, one cache line a look-up, nothing for the garbage collector to follow.
//
// It is deterministic: where an entry lies depends on the calls made so far and on nothing else, and a table read back
// from a snapshot goes on exactly as the one that was saved. It refuses nothing; keys and values may be any number.
package table
