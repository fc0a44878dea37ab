// Command reduce makes the demo data from a Stack Exchange dump: who did what when, without any text. The dump's folder
// is its argument; the actions leave as gzipped NDJSON on standard output, what was left out is told on standard error.
// It refuses a folder without Posts.xml.
//
//	go run ./demo/reduce DIR > demo/french-meta.ndjson.gz
package main
