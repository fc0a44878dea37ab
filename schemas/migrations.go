package schemas

import "embed"

// Migrations are the read model's numbered SQL files. internal/clickhouse applies them in order at start and by
// `rollcall migrate`, and refuses a database whose newest is not among them.
//
//go:embed migrations/*.sql
var Migrations embed.FS
