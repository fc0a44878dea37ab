package clickhouse

import (
	"context"
	"fmt"
	"reflect"

	clickhouse "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Result is an answer, row by row. Values are what clickhouse-go scans: string, numbers, time.Time, bool, slices, and nil
// for NULL.
type Result struct {
	Columns []string
	Types   []string
	Rows    [][]any
}

// Query runs one statement with bound parameters ({name:Type}). Tables of the read model are written rollcall.NAME,
// whatever the database is called.
func (d *DB) Query(ctx context.Context, sql string, params map[string]string) (*Result, error) {
	rows, err := d.query(ctx, sql, params)
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
	return out, d.explain(rows.Err())
}

// Each runs one statement as Query does, and calls each with what scans a row, row by row, for answers that are too large to
// be held. An error of each ends it.
func (d *DB) Each(ctx context.Context, sql string, params map[string]string, each func(scan func(to ...any) error) error) error {
	rows, err := d.query(ctx, sql, params)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return d.explain(rows.Err())
}

func (d *DB) query(ctx context.Context, sql string, params map[string]string) (driver.Rows, error) {
	rows, err := d.conn.Query(ctx, d.qualify(sql), bind(params)...)
	if err != nil {
		return nil, d.explain(err)
	}
	return rows, nil
}

// Empty says whether a table has no row at all.
func (d *DB) Empty(ctx context.Context, table string) (bool, error) {
	empty := func() (bool, error) {
		got, err := d.Query(ctx, "SELECT count() = 0 FROM "+schemas.Database+"."+table, nil)
		if err != nil {
			return false, fmt.Errorf("looking whether %s is empty: %w", table, err)
		}
		return got.Rows[0][0] == uint8(1), nil
	}
	if is, err := empty(); err != nil || !is || d.cluster == "" {
		return is, err
	}
	if err := d.catchUp(ctx, table); err != nil { // the replica that was asked may be behind
		return false, err
	}
	return empty()
}

// Exec runs one statement that answers nothing, with names as in [DB.Query].
func (d *DB) Exec(ctx context.Context, sql string) error { return d.exec(ctx, sql, nil) }

func (d *DB) exec(ctx context.Context, sql string, params map[string]string) error {
	return d.explain(d.conn.Exec(ctx, d.qualify(sql), bind(params)...))
}

func bind(params map[string]string) []any {
	bound := make([]any, 0, len(params))
	for name, value := range params {
		bound = append(bound, clickhouse.Named(name, value))
	}
	return bound
}
