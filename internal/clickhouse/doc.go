// Package clickhouse is the only part of Rollcall that speaks to ClickHouse, embedded or a server, through clickhouse-go.
// Rows enter by [Sink.Write], which joins what many partitions have ready into one insert a table; migrations are applied
// by [DB.Migrate]; questions leave by [DB.Query]. It refuses a database whose migrations it does not know.
package clickhouse
