// Package engine drives the embedded ClickHouse engine (libchdb) through its C
// interface, without cgo.
//
// It owns the loaded library, the connections and the one rule that shapes them
// all: a connection runs one statement at a time. A [Pool] holds several
// connections to one data folder plus a control connection that is used only to
// kill what runs on the others.
//
// Statements enter as text with bound parameters, insert rows enter as an
// [io.Reader]; results leave as views of the engine's own memory that are valid
// only inside the callback they are handed to.
//
// It refuses a second library in the process and a second open pool: the engine
// has one data folder per process. Closing the pool's last connection shuts the
// engine down and a later [Open], also of another folder, boots it again;
// chdb_shutdown is never called, because after it no connect works any more.
package engine
