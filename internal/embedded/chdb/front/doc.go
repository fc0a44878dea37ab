// Package front speaks ClickHouse's HTTP interface for an embedded engine, so
// that every ClickHouse client over HTTP works with it unchanged.
//
// It owns the protocol: which part of a request is the statement and which are
// rows, compression both ways, settings and parameters, formats, exceptions and
// their place in the answer. The engine package owns the engine.
//
// Requests enter through [Handler.ServeHTTP]; each borrows one connection for
// its time and puts it into the state that the request asks for, so nothing one
// client sets is seen by the next. A statement whose client went away is killed.
//
// It refuses what a web page could send (an Origin header, a cross-site fetch, a
// Host that is not this machine), changes over GET, several statements at once,
// and bodies it cannot read. There are no users: whoever may open the loopback
// port may do everything, so user names and passwords are ignored. Sessions are
// ignored as well: temporary tables, SET and USE end with their request.
package front
