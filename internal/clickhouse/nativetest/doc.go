// Package nativetest lets tests speak ClickHouse's native protocol with the embedded engine, which knows HTTP only:
// [Start] listens on loopback, checks the user and the password, and passes statements, parameters, settings and blocks
// on. It is for tests: nothing of the product may import it, and it refuses compression and external tables.
package nativetest
