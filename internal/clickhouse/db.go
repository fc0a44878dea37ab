package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"reflect"
	"time"

	clickhouse "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"github.com/rollcall-dev/rollcall/schemas"
)

// DB is a connection pool to one ClickHouse.
type DB struct {
	conn    clickhouse.Conn
	options *clickhouse.Options
	logger  *slog.Logger
}

// Open connects to a DSN of clickhouse-go: http://host:port for the embedded engine, clickhouse://… for a server. It does
// not wait for an answer.
func Open(dsn string, logger *slog.Logger) (*DB, error) {
	o, err := clickhouse.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("reading the ClickHouse address: %w", err)
	}
	o.MaxOpenConns, o.MaxIdleConns = 16, 8
	o.ConnMaxLifetime = time.Hour
	if o.Settings == nil {
		o.Settings = clickhouse.Settings{}
	}
	conn, err := clickhouse.Open(o)
	if err != nil {
		return nil, fmt.Errorf("opening ClickHouse: %w", err)
	}
	return &DB{conn: conn, options: o, logger: logger}, nil
}

// Close closes the pool.
func (d *DB) Close() error { return d.conn.Close() }

// Ping asks for an answer.
func (d *DB) Ping(ctx context.Context) error { return d.conn.Ping(ctx) }

// ErrNewer says that the database was migrated by a newer Rollcall than this one.
var ErrNewer = errors.New("the database is of a newer Rollcall than this program: upgrade Rollcall, or point it to another database")

// Migrate brings the read model to the newest of schemas.Migrations and returns its number.
func (d *DB) Migrate(ctx context.Context) (int64, error) {
	if err := d.conn.Exec(ctx, "CREATE DATABASE IF NOT EXISTS "+schemas.Database); err != nil {
		return 0, fmt.Errorf("creating the database: %w", err)
	}
	files, err := fs.Sub(schemas.Migrations, "migrations")
	if err != nil {
		return 0, err
	}
	o := *d.options
	o.MaxOpenConns, o.MaxIdleConns = 1, 1
	o.Settings = clickhouse.Settings{}
	db := clickhouse.OpenDB(&o)
	defer func() { _ = db.Close() }()
	store, err := database.NewStore(database.DialectClickHouse, schemas.Database+".migrations")
	if err != nil {
		return 0, err
	}
	p, err := goose.NewProvider("", db, files, goose.WithStore(store), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return 0, fmt.Errorf("reading the migrations: %w", err)
	}
	current, newest, err := p.GetVersions(ctx)
	if err != nil {
		return 0, fmt.Errorf("reading the database's version: %w", err)
	}
	if current > newest {
		return current, fmt.Errorf("version %d, this program knows %d: %w", current, newest, ErrNewer)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return current, fmt.Errorf("migrating the read model: %w", err)
	}
	for _, r := range done {
		d.logger.Info("migrated", "version", r.Source.Version, "took", r.Duration)
	}
	return newest, nil
}

// Result is an answer, row by row. Values are what clickhouse-go scans: string, numbers, time.Time, bool, slices, and nil
// for NULL.
type Result struct {
	Columns []string
	Types   []string
	Rows    [][]any
}

// Query runs one statement with bound parameters ({name:Type}).
func (d *DB) Query(ctx context.Context, sql string, params map[string]string) (*Result, error) {
	bound := make([]any, 0, len(params))
	for name, value := range params {
		bound = append(bound, clickhouse.Named(name, value))
	}
	rows, err := d.conn.Query(ctx, sql, bound...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := &Result{Columns: rows.Columns()}
	types := rows.ColumnTypes()
	for _, t := range types {
		out.Types = append(out.Types, t.DatabaseTypeName())
	}
	for rows.Next() {
		cells := make([]any, len(types))
		for i, t := range types {
			cells[i] = reflect.New(t.ScanType()).Interface()
		}
		if err := rows.Scan(cells...); err != nil {
			return nil, fmt.Errorf("reading a row: %w", err)
		}
		for i := range cells {
			v := reflect.ValueOf(cells[i]).Elem()
			if v.Kind() == reflect.Pointer {
				if v.IsNil() {
					cells[i] = nil
					continue
				}
				v = v.Elem()
			}
			cells[i] = v.Interface()
		}
		out.Rows = append(out.Rows, cells)
	}
	return out, rows.Err()
}

// Exec runs one statement that answers nothing.
func (d *DB) Exec(ctx context.Context, sql string) error { return d.conn.Exec(ctx, sql) }
