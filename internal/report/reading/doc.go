// Package reading fills a [report.Report] from the read model, by SQL.
//
// Every statement reads FINAL, one community, and bound parameters. What happened after the week's end has no part in it,
// wherever the tables allow it: an old week's report stays as it was, but for alerts, which say how they stand now, and
// posts that were answered later.
package reading
