package clickhouse

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	clickhouse "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/rollcall-dev/rollcall/schemas"
)

// A community lives on one shard, so FINAL, joins and deletes see all of it there: see shardBy.
//
// The cluster's statements are made from the plain ones. A table t becomes t_local, replicated, on every host of the
// cluster, and t is a Distributed table in front of it; a view becomes one of what its host has, with a Distributed table
// in front as well. A Distributed table holds nothing, so none is ever altered: after a migration each is made again with
// the columns of its local one.

const shardBy = "cityHash64(community)"

var (
	createTable = regexp.MustCompile(`^CREATE TABLE IF NOT EXISTS rollcall\.(\w+)`)
	createView  = regexp.MustCompile(`^CREATE OR REPLACE VIEW rollcall\.(\w+)`)
	renameTable = regexp.MustCompile(`^RENAME TABLE rollcall\.(\w+) TO rollcall\.(\w+)$`)
	alterTable  = regexp.MustCompile(`^ALTER TABLE rollcall\.(\w+)`)
	anyTable    = regexp.MustCompile(`\brollcall\.(\w+)`)
	engineOf    = regexp.MustCompile(`\bENGINE = (\w*MergeTree)(?:\(([^)]*)\))?`)
)

// onCluster makes the statements of a migration into the cluster's.
func onCluster(database, cluster string, statements []string) ([]string, error) {
	var out, tables []string
	on := " ON CLUSTER '" + cluster + "'"
	for _, sql := range statements {
		if m := createTable.FindStringSubmatchIndex(sql); m != nil {
			table := sql[m[2]:m[3]]
			engine := engineOf.FindStringSubmatchIndex(sql)
			if engine == nil {
				return nil, fmt.Errorf("the table %s has no engine of the MergeTree family", table)
			}
			arguments := fmt.Sprintf("'/clickhouse/tables/{shard}/%s/%s_local', '{replica}'", database, table)
			if engine[4] >= 0 && engine[5] > engine[4] {
				arguments += ", " + sql[engine[4]:engine[5]]
			}
			out = append(out, sql[:m[1]]+"_local"+on+sql[m[1]:engine[2]]+"Replicated"+sql[engine[2]:engine[3]]+"("+arguments+")"+sql[engine[1]:])
			tables = append(tables, table)
			continue
		}
		if m := renameTable.FindStringSubmatch(sql); m != nil { // the path in Keeper stays
			out = append(out, anyTable.ReplaceAllString(sql, "rollcall.${1}_local")+on)
			tables = append(tables, m[2])
			continue
		}
		if m := createView.FindStringSubmatchIndex(sql); m != nil { // each shard joins what it has
			out = append(out, sql[:m[1]]+"_local"+on+anyTable.ReplaceAllString(sql[m[1]:], "rollcall.${1}_local"))
			tables = append(tables, sql[m[2]:m[3]])
			continue
		}
		m := alterTable.FindStringSubmatchIndex(sql)
		if m == nil {
			return nil, fmt.Errorf("a cluster cannot be migrated by %q: write CREATE TABLE IF NOT EXISTS, ALTER TABLE, RENAME TABLE a TO b "+
				"or CREATE OR REPLACE VIEW", sql)
		}
		out = append(out, sql[:m[1]]+"_local"+on+sql[m[1]:])
		tables = append(tables, sql[m[2]:m[3]])
	}
	slices.Sort(tables)
	for _, table := range slices.Compact(tables) {
		out = append(out, fmt.Sprintf("CREATE OR REPLACE TABLE rollcall.%s%s AS rollcall.%s_local ENGINE = Distributed('%s', '%s', '%s_local', %s)",
			table, on, table, cluster, database, table, shardBy))
	}
	return out, nil
}

// sameLayout refuses a read model of one host where a cluster is named, and a cluster's where none is: no migration makes
// one into the other, and the cluster's would put empty tables in place of full ones. It looks at every host that answers,
// as the full tables may be on another one than asked.
func (d *DB) sameLayout(ctx context.Context) error {
	sql := "SELECT count() FROM system.tables WHERE database = '" + d.database + "' AND name = 'actions_local'"
	if d.cluster != "" {
		sql = "SELECT count() FROM clusterAllReplicas('" + d.cluster + "', system.tables) WHERE database = '" + d.database +
			"' AND name = 'actions' AND engine LIKE '%MergeTree' SETTINGS skip_unavailable_shards = 1"
	}
	got, err := d.Query(ctx, sql, nil)
	switch {
	case err != nil:
		return fmt.Errorf("looking whether the read model is of one host or of a cluster: %w", err)
	case got.Rows[0][0] == uint64(0):
		return nil
	case d.cluster == "":
		return fmt.Errorf("the read model in the database %s is of a cluster: name it with --clickhouse-cluster, or name another database in the address", d.database)
	}
	return fmt.Errorf("the read model in the database %s is of one host, and is not made into one of the cluster %s: run `rollcall migrate` "+
		"with a new database in the address and copy each table's rows there (INSERT … SELECT), or leave --clickhouse-cluster out", d.database, d.cluster)
}

// clusterSettings are those of all statements, where the address does not say otherwise.
func clusterSettings(s clickhouse.Settings) {
	for name, value := range map[string]any{
		"distributed_foreground_insert":      1,        // an answered insert is on its shards
		"insert_quorum":                      "auto",   // … on most replicas of each
		"parallel_distributed_insert_select": 0,        // a moved row changes its shard
		"distributed_product_mode":           "global", // joins of distributed tables
		"optimize_skip_unused_shards":        1,        // a community's query asks its shard only
		"distributed_ddl_output_mode":        "throw",
	} {
		if _, given := s[name]; !given {
			s[name] = value
		}
	}
}

// stored names the table that holds the rows, for a statement that a Distributed one does not take.
func (d *DB) stored(table string) string {
	name := schemas.Database + "." + table
	if d.cluster == "" {
		return name
	}
	return name + "_local ON CLUSTER '" + d.cluster + "'"
}

// catchUp waits until every replica has all rows of a table. An insert waits for most of them only, and whoever reads the
// rows to move or fold them anew may be given another.
func (d *DB) catchUp(ctx context.Context, table string) error {
	if d.cluster == "" {
		return nil
	}
	if err := d.exec(ctx, d.syncOf(table), nil); err != nil {
		return fmt.Errorf("waiting until all replicas have the rows of %s: %w", table, err)
	}
	return nil
}

func (d *DB) syncOf(table string) string {
	return "SYSTEM SYNC REPLICA ON CLUSTER '" + d.cluster + "' " + schemas.Database + "." + table + "_local LIGHTWEIGHT"
}
