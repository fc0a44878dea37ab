// Package chdb is the embedded ClickHouse: the whole engine as one shared
// library (libchdb) behind a loopback port that speaks ClickHouse's HTTP
// interface. Rollcall's one ClickHouse client, and every other one over HTTP,
// works with it as with a server.
//
// It owns finding and fetching the library, the engine's settings and life, and
// the port. Package engine drives the C interface, package front speaks HTTP.
//
// Data enters and leaves through the port only; it is kept in one folder. The
// engine takes one process per folder and one folder per process. [Start] and
// [Server.Close] may follow each other in one process, also with another folder:
// closing the last connection shuts the engine down and the next boots it again
// in about 15 ms (the library's authors warn against many such rounds on macOS).
//
// It refuses to listen anywhere but on loopback, because the port has no users.
package chdb
