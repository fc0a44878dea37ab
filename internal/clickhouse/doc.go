// Package clickhouse is the only part of Rollcall that speaks to ClickHouse, embedded, a server or a cluster, through
// clickhouse-go, over the native protocol or HTTP. [Open] takes an address; rows enter by [Sink.Write], which joins what
// many partitions have ready into one insert a table; migrations are applied by [DB.Migrate]; questions leave by
// [DB.Query]. Statements are written for the database rollcall on one host: the package puts another database's name into
// them, and makes those of a cluster from them. It refuses a database whose migrations it does not know, and its errors
// say what to do and hold no password.
package clickhouse
