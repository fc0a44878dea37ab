// Package dashboards declares every panel once: the question it answers, in
// English and Chinese, the SQL that answers it, and what its columns mean.
// The console page and the Grafana files are two renderings of the same list.
//
// It owns the panels and their SQL and nothing else: it runs no query, opens no
// connection and draws nothing. It refuses to know its readers: values reach a
// statement only as ClickHouse bound parameters (see Params), never by pasting
// text, so a reader can not change what a statement does.
//
// Every statement reads the read model with FINAL, looks at one community only,
// and returns a bounded number of rows whatever the time range.
package dashboards
