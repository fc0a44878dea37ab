// Package live measures a whole `rollcall up`, a process of its own with the embedded engines: what an import costs it,
// and how long an action takes to be seen in ClickHouse under a load that does not wait for answers.
package live
