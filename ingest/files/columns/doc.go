// Package columns reads actions from lines of columns: CSV, TSV and the whitespace tables of the SNAP collection.
//
// A [Layout] says which column is which field; it is made from a header and the user's map, or refuses with the names
// there are. Records enter by [Layout.Action], which fills a schemas.Action or returns why it is none; [Split] and
// [Fields] cut records into columns, [Time] reads the time formats of tables. It refuses JSON: that is ingest/parse.
package columns
