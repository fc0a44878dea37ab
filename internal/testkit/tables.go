package testkit

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/rollcall-dev/rollcall/schemas"
)

// Tables are the read model in memory, as a reader with FINAL sees it: of equal keys the row of the greatest version, and
// in actions and rejected the row of the least. The zero value is not ready; make one with Tables{}.
type Tables map[string]row

type row struct {
	version uint64
	text    string
	deleted bool
}

var keys = map[string][]string{
	schemas.TableActions:    {"community", "time", "id", "member"},
	schemas.TableRejected:   {"community", "source", "digest"},
	schemas.TableActivity:   {"community", "dimension", "segment", "window", "time"},
	schemas.TableMembers:    {"community", "member"},
	schemas.TableMemberDays: {"community", "day", "member"},
}

// Write stores rows as an insert does.
func (t Tables) Write(rows schemas.Rows) {
	columns := map[string]any{}
	for _, c := range rows.Columns() {
		columns[c.Name] = c.Values
	}
	table := rows.Table()
	for i := range rows.Len() {
		key := table
		for _, k := range keys[table] {
			key += "|" + cell(columns[k], i)
		}
		var text strings.Builder
		for _, c := range rows.Columns() {
			if c.Name != "version" {
				text.WriteString(c.Name + "=" + cell(c.Values, i) + " ")
			}
		}
		version := columns["version"].([]uint64)[i]
		if table == schemas.TableActions || table == schemas.TableRejected {
			version = ^version
		}
		if old, ok := t[key]; !ok || version >= old.version {
			deleted := columns["is_deleted"]
			t[key] = row{version, text.String(), deleted != nil && cell(deleted, i) == "1"}
		}
	}
}

func cell(column any, i int) string {
	v := reflect.ValueOf(column).Index(i)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "NULL"
		}
		v = v.Elem()
	}
	return fmt.Sprint(v.Interface())
}

// Final returns the rows by key, without versions, which depend on where flushes fell, and without deleted rows.
func (t Tables) Final() map[string]string {
	out := map[string]string{}
	for k, r := range t {
		if !r.deleted {
			out[k] = r.text
		}
	}
	return out
}
