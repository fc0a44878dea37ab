// Package contend has the contenders that are written in Go. Each reads its topic from the start to the end of the
// events, in a process of its own, and counts them on a Meter; what of Rollcall's they call is in product.go alone.
package contend
