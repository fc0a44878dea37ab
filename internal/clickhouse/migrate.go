package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	clickhouse "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/rollcall-dev/rollcall/schemas"
)

// ErrNewer says that the database was migrated by a newer Rollcall than this one.
var ErrNewer = errors.New("the database is of a newer Rollcall than this program: upgrade Rollcall, or point it to another database")

// migration is one numbered file: statements that change nothing when they run again, so that several processes may apply
// it at once, and one that was cut off is applied anew.
type migration struct {
	version    int64
	statements []string
}

// Migrate brings the read model to the newest of schemas.Migrations and returns its number.
func (d *DB) Migrate(ctx context.Context) (int64, error) {
	all, err := migrations()
	if err != nil {
		return 0, err
	}
	if err := d.sameLayout(ctx); err != nil {
		return 0, err
	}
	for _, sql := range d.memory() {
		if err := d.try(ctx, sql); err != nil {
			return 0, fmt.Errorf("preparing the database %s: %w", d.database, err)
		}
	}
	current, err := d.version(ctx)
	if err != nil {
		return 0, err
	}
	newest := all[len(all)-1].version
	if current > newest {
		return current, fmt.Errorf("version %d, this program knows %d: %w", current, newest, ErrNewer)
	}
	if current == newest {
		return newest, nil
	}
	for _, m := range all {
		if m.version > current {
			if err := d.apply(ctx, m); err != nil {
				// Another process may have been ahead, and have renamed since what this one looked for.
				if ahead, failed := d.version(ctx); failed != nil || ahead < m.version {
					return current, fmt.Errorf("migrating the read model to version %d: %w", m.version, err)
				}
			}
			current = m.version
		}
	}
	return newest, nil
}

func (d *DB) version(ctx context.Context) (int64, error) {
	got, err := d.Query(ctx, "SELECT max(version_id) FROM rollcall.migrations WHERE is_applied = 1", nil)
	if err != nil {
		return 0, fmt.Errorf("reading the database's version: %w", err)
	}
	return got.Rows[0][0].(int64), nil
}

func (d *DB) apply(ctx context.Context, m migration) error {
	began := time.Now()
	statements := m.statements
	if d.cluster != "" {
		var err error
		if statements, err = onCluster(d.database, d.cluster, m.statements); err != nil {
			return err
		}
	}
	for _, sql := range statements {
		if err := d.try(ctx, sql); err != nil {
			return err
		}
	}
	if err := d.try(ctx, fmt.Sprintf("INSERT INTO rollcall.migrations (version_id, is_applied) VALUES (%d, 1)", m.version)); err != nil {
		return err
	}
	d.logger.Info("migrated", "version", m.version, "took", time.Since(began))
	return nil
}

const (
	codeNotImplemented = 48
	codeTableExists    = 57
)

// done says that what a statement is for was done before it failed: by another process, or by this one before it was cut
// off. A table that was renamed is there under its new name, and where all is applied again, an early ALTER finds the view
// that a later migration put in its table's place.
func done(sql string, e *clickhouse.Exception) bool {
	switch {
	case strings.HasPrefix(sql, "RENAME TABLE "):
		return e.Code == codeTableExists || e.Code == codeUnknownTable
	case strings.HasPrefix(sql, "ALTER TABLE "):
		return e.Code == codeNotImplemented && strings.Contains(e.Message, "storage View")
	}
	return false
}

// Codes that a statement ends with while another process changes the same table: it is tried again.
var concurrent = []int32{
	341, // UNFINISHED: the other's mutation goes first
	342, // METADATA_MISMATCH
	473, // DEADLOCK_AVOIDED: a lock was not had in time
	517, // CANNOT_ASSIGN_ALTER: the metadata changed in between
	529, // NOT_A_LEADER
}

func (d *DB) try(ctx context.Context, sql string) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := d.exec(ctx, sql, nil)
		var exception *clickhouse.Exception
		switch is := errors.As(err, &exception); {
		case err == nil, is && done(sql, exception):
			return struct{}{}, nil
		case is && slices.Contains(concurrent, exception.Code):
			return struct{}{}, err
		}
		return struct{}{}, backoff.Permanent(err)
	}, backoff.WithMaxElapsedTime(time.Minute))
	return err
}

// memory makes the database and the table of the applied migrations.
func (d *DB) memory() []string {
	on, engine := "", "MergeTree"
	if d.cluster != "" { // one table on all hosts, whatever the shard
		on = " ON CLUSTER '" + d.cluster + "'"
		engine = "ReplicatedMergeTree('/clickhouse/tables/all/" + d.database + "/migrations', '{shard}-{replica}')"
	}
	return []string{
		"CREATE DATABASE IF NOT EXISTS " + d.database + on,
		"CREATE TABLE IF NOT EXISTS rollcall.migrations" + on +
			" (version_id Int64, is_applied UInt8, date Date DEFAULT now(), tstamp DateTime DEFAULT now()) ENGINE = " + engine + " ORDER BY date",
	}
}

// migrations reads the files in order. A statement ends with a semicolon at the end of a line.
func migrations() ([]migration, error) {
	files, err := fs.Glob(schemas.Migrations, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var all []migration
	for _, file := range files {
		number, _, _ := strings.Cut(path.Base(file), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("the migration %s has no number: %w", file, err)
		}
		text, err := fs.ReadFile(schemas.Migrations, file)
		if err != nil {
			return nil, err
		}
		m := migration{version: version}
		for sql := range strings.SplitSeq(comment.ReplaceAllString(string(text), "")+"\n", ";\n") {
			if sql = strings.TrimSpace(sql); sql != "" {
				m.statements = append(m.statements, sql)
			}
		}
		all = append(all, m)
	}
	return all, nil
}

var comment = regexp.MustCompile(`(?m)^--.*\n`)

// ours are the names of the read model's tables as all statements write them.
var ours = regexp.MustCompile(`\b` + schemas.Database + `\.(` + strings.Join(append(schemas.MovedTables(), schemas.TableMembers, schemas.TableRejected, "migrations"), "|") + `)(_local)?\b`)

// qualify puts the database's name into a statement.
func (d *DB) qualify(sql string) string {
	if d.database == schemas.Database {
		return sql
	}
	return ours.ReplaceAllString(sql, d.database+".$1$2")
}
