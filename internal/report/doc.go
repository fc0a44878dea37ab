// Package report makes the page of a community's week: what changed, why, who to thank, who to call.
//
// It owns the page's numbers as a struct, what is said of them in English and Chinese, what is usual and what is notable,
// and the one HTML file with its pictures. It refuses to look anything up: package reading fills the struct from the read
// model, package pdf makes a PDF. The file needs nothing else: no script, no address to load from.
package report
