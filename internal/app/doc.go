// Package app puts the parts together: it owns what `rollcall up` starts and in which order it stops, the HTTP server with
// its read and admin API, and what the other commands do. Parts never meet but here: this package adapts each to the
// small interfaces that another declares.
package app
