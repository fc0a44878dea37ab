// Package verify is law 7: it says every published number a second time, by SQL over the raw actions, and lists where the
// tables differ.
//
// It owns the definitions in sql/, one file a table, written from docs/metrics alone. It imports nothing of ours, so it
// cannot repeat a fold's mistake by sharing its code, and no definition reads a table that a fold wrote, but for
// `actions` and what it says of lateness. A question enters by [Run] with the community and its settings; a [Report]
// leaves. It writes nothing, and refuses nothing: a table that it cannot read is an error.
package verify
