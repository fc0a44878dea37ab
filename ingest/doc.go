// Package ingest is the collector: the way in over HTTP. It checks write keys, decodes what clients send, appends actions
// to the log and what it cannot understand to the topic of rejected events, and answers only when both are acknowledged.
//
//	POST /v1/actions                     one object, an array, or NDJSON; optional gzip (actions.go, split.go)
//	POST /v1/import                      a protobuf actionpb.ImportBatch of `rollcall import` (imports.go)
//	POST /v1/batch, /v1/track, …         Segment's HTTP API (segments.go and the package segment)
//
// Requests enter by [Collector.ServeHTTP]; records leave through [Log]. Errors that fail a whole request are problem
// documents (package problem): 400 unreadable body, 401 write key, 405, 413 too large, 415 encoding, 429 over the key's
// rate, 503 with Retry-After when the log cannot take it, memory is used up, or the collector is closing. One bad action
// never fails its neighbours.
//
// It refuses to acknowledge what is not in the log, to hold more than Options.MaxInFlightBytes of request bodies, and to
// let a key write, be it a rejection, into a community that it does not cover. It keeps no state but the pending ticks
// of communities on the data clock (ticks.go), which is why any number of collectors may run.
package ingest
