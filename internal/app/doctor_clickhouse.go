package app

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rollcall-dev/rollcall/internal/clickhouse"
	"github.com/rollcall-dev/rollcall/schemas"
)

const (
	oldestClickHouse = 24              // major version
	maxClockSkew     = 5 * time.Second // of what ticks and collectors say
)

// doctorClickHouse looks at a ClickHouse, one finding a check. What depends on a check that failed is left out.
func doctorClickHouse(ctx context.Context, c ClickHouseConfig) []Finding {
	ctx, cancel := context.WithTimeout(ctx, 4*lookWithin)
	defer cancel()
	db, err := clickhouse.Open(c.DSN, c.Options)
	if err != nil {
		return []Finding{{Part: "ClickHouse", Text: err.Error()}}
	}
	defer func() { _ = db.Close() }()
	d := clickhouseDoctor{ctx: ctx, db: db}
	before := time.Now()
	version, err := d.one("SELECT version()")
	if err != nil {
		return []Finding{{Part: "ClickHouse", Text: fmt.Sprintf("does not answer as it should: %v", err)}}
	}
	d.add("ClickHouse", true, "reachable, answers within %s", time.Since(before).Round(time.Millisecond))
	major, _, _ := strings.Cut(version, ".")
	n, _ := strconv.Atoi(major)
	if d.add("ClickHouse's version", n >= oldestClickHouse, "%s", version); n < oldestClickHouse {
		d.found[len(d.found)-1].Text += fmt.Sprintf(": too old, upgrade it to %d or newer", oldestClickHouse)
	}
	d.clock()
	d.database()
	if c.Cluster != "" {
		hosts, err := d.one("SELECT count() FROM system.clusters WHERE cluster = '" + strings.ReplaceAll(c.Cluster, "'", "") + "'")
		d.add("ClickHouse's cluster", err == nil && hosts != "0", "%s hosts in %s%s", hosts, c.Cluster, either(hosts == "0", ": give a name that SELECT cluster FROM system.clusters shows", ""))
	}
	d.http(c)
	return d.found
}

type clickhouseDoctor struct {
	ctx   context.Context
	db    *clickhouse.DB
	found []Finding
}

func (d *clickhouseDoctor) add(part string, ok bool, format string, args ...any) {
	d.found = append(d.found, Finding{Part: part, OK: ok, Text: fmt.Sprintf(format, args...)})
}

func either(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func (d *clickhouseDoctor) one(sql string) (string, error) {
	r, err := d.db.Query(d.ctx, sql, nil)
	if err != nil || len(r.Rows) == 0 {
		return "", err
	}
	return fmt.Sprint(r.Rows[0][0]), nil
}

func (d *clickhouseDoctor) clock() {
	before := time.Now()
	text, err := d.one("SELECT toString(toUnixTimestamp64Milli(now64(3)))")
	ms, parsed := strconv.ParseInt(text, 10, 64)
	if err != nil || parsed != nil {
		d.add("clocks", false, "ClickHouse does not tell its time: %v %v", err, parsed)
		return
	}
	middle := before.Add(time.Since(before) / 2)
	skew := time.UnixMilli(ms).Sub(middle).Abs().Round(time.Millisecond)
	ok := skew <= maxClockSkew
	d.add("clocks", ok, "this machine's and ClickHouse's are %s apart%s", skew, either(ok, "", ": let both follow a time server (NTP)"))
}

// database looks at the read model and tries to write beside it.
func (d *clickhouseDoctor) database() {
	name := d.db.Database()
	there, err := d.one("SELECT count() FROM system.databases WHERE name = '" + name + "'")
	if err != nil {
		d.add("database "+name, false, "%v", err)
		return
	}
	if there == "0" {
		d.mayMake(name)
		return
	}
	newest := newestMigration()
	at, err := d.one("SELECT toString(max(version_id)) FROM rollcall.migrations WHERE is_applied = 1")
	version, _ := strconv.ParseInt(at, 10, 64)
	switch {
	case err != nil:
		d.add("database "+name, true, "there, without the read model: the first process, or `rollcall migrate`, makes it")
	case version > newest:
		d.add("database "+name, false, "the read model is at version %d, of a newer Rollcall than this one (%d): upgrade this one", version, newest)
	case version < newest:
		d.add("database "+name, true, "the read model is at version %d of %d: the next process that starts, or `rollcall migrate`, brings it up to date", version, newest)
	default:
		d.add("database "+name, true, "the read model is at version %d, the newest", version)
	}
	id := newID()
	table := name + ".doctor_" + id[len(id)-8:]
	if err := d.write(table); err != nil {
		d.add("writing to ClickHouse", false, "%v", err)
		return
	}
	d.add("writing to ClickHouse", true, "a table was made, written and dropped")
}

// mayMake says whether the database can be made, which older servers do not tell.
func (d *clickhouseDoctor) mayMake(name string) {
	const make = "not there yet: the first process, or `rollcall migrate`, makes it"
	may, err := d.one("CHECK GRANT CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP TABLE, DROP VIEW, INSERT, SELECT, ALTER ON " + name + ".*")
	if err == nil && may == "0" {
		d.add("database "+name, false, "not there, and the user may not make it: GRANT ALL ON %s.* TO it", name)
		return
	}
	d.add("database "+name, true, "%s", make)
}

func (d *clickhouseDoctor) write(table string) error {
	if err := d.db.Exec(d.ctx, "CREATE TABLE "+table+" (x UInt8) ENGINE = Memory"); err != nil {
		return err
	}
	err := d.db.Exec(d.ctx, "INSERT INTO "+table+" SELECT 1")
	if dropped := d.db.Exec(d.ctx, "DROP TABLE "+table); err == nil {
		err = dropped
	}
	return err
}

// newestMigration is the number of the newest file.
func newestMigration() (newest int64) {
	files, _ := fs.Glob(schemas.Migrations, "migrations/*.sql") // the pattern is well-formed
	for _, f := range files {
		number, _, _ := strings.Cut(strings.TrimPrefix(f, "migrations/"), "_")
		n, _ := strconv.ParseInt(number, 10, 64)
		newest = max(newest, n)
	}
	return newest
}

// http looks at what `rollcall query` needs.
func (d *clickhouseDoctor) http(c ClickHouseConfig) {
	const part = "ClickHouse's HTTP interface"
	q, err := c.queries(d.db)
	if err != nil {
		d.add(part, false, "%v", err)
		return
	}
	defer q.client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(d.ctx, http.MethodGet, q.base+"/?query=SELECT+1", nil)
	if err != nil {
		d.add(part, false, "%v", err)
		return
	}
	req.SetBasicAuth(q.user, q.password)
	res, err := q.client.Do(req)
	if err == nil {
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			err = fmt.Errorf("it answers %s", res.Status)
		}
	}
	d.add(part, err == nil, "%s%s", q.base, either(err == nil, "", fmt.Sprintf(": %v; `rollcall query` needs it, --clickhouse-http says where it is", err)))
}
