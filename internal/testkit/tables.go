package testkit

import (
	"fmt"
	"reflect"
	"regexp"
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
	schemas.TableMemberDays: {"community", "day", "member"},

	schemas.TableMembersActivity: {"community", "member"},
	schemas.TableMembersChurn:    {"community", "member"},
	schemas.TableMembersKOL:      {"community", "member"},

	schemas.TableActivityDays:  {"community", "day"},
	schemas.TableCommunityDays: {"community", "day"},
	schemas.TableLifecycle:     {"community", "interval", "start"},
	schemas.TableRetention:     {"community", "interval", "cohort", "n"},
	schemas.TableStickiness:    {"community", "interval", "start", "active_days"},
	schemas.TableActiveHours:   {"community", "member", "hour_of_week"},
	schemas.TableCommunities:   {"community"},

	schemas.TableChurnTransitions: {"community", "member", "time", "to_state"},
	schemas.TableChurnDays:        {"community", "day"},
	schemas.TableChurnModels:      {"community", "fitted_at"},

	schemas.TableKOLs:          {"community", "board", "as_of", "rank"},
	schemas.TableKOLDependents: {"community", "as_of", "kol", "member"},
	schemas.TableClusters:      {"community", "as_of", "cluster"},
	schemas.TableAlerts:        {"community", "alert_id"},
}

// Write stores rows as an insert does.
func (t Tables) Write(rows schemas.Rows) { t.WriteFirst(rows, rows.Len()) }

// WriteFirst stores the first n of them, as an insert that fails on its way may.
func (t Tables) WriteFirst(rows schemas.Rows, n int) {
	columns := map[string]any{}
	for _, c := range rows.Columns() {
		columns[c.Name] = plain(c.Values)
	}
	table := rows.Table()
	for i := range n {
		key := table
		for _, k := range keys[table] {
			key += "|" + cell(columns[k], i)
		}
		var text strings.Builder
		for _, c := range rows.Columns() {
			if c.Name != "version" {
				text.WriteString(c.Name + "=" + cell(columns[c.Name], i) + " ")
			}
		}
		version := columns["version"].([]uint64)[i]
		switch table { // the first row stays, but for what a rebuild says anew
		case schemas.TableActions:
			version = uint64(columns["restated"].([]uint32)[i])<<48 | version ^ (1<<48 - 1)
		case schemas.TableRejected:
			version = ^version
		}
		if old, ok := t[key]; !ok || version >= old.version {
			deleted := columns["is_deleted"]
			t[key] = row{version, text.String(), deleted != nil && cell(deleted, i) == "1"}
		}
	}
}

// Move makes the staged rows of a rebuild the community's own, as the real sink does: rows get the community's name, then
// those of earlier epochs go. Doing it twice changes nothing.
func (t Tables) Move(m schemas.Move) {
	to := m.Community
	for _, table := range schemas.MovedTables() {
		epochs := []uint32{m.Epoch}
		if table == schemas.TableActions { // what earlier rebuilds said anew as well
			for e := range m.Epoch {
				epochs = append(epochs, e)
			}
		}
		for _, e := range epochs {
			t.rename(table, schemas.Staging(m.Community, e), to)
		}
		for k, r := range t {
			rest, own := strings.CutPrefix(k, table+"|"+to)
			if own && table != schemas.TableActions && (rest == "" || rest[0] == '|') && r.version < m.Oldest() {
				delete(t, k)
			}
		}
	}
}

func (t Tables) rename(table, from, to string) {
	for k, r := range t {
		rest, staged := strings.CutPrefix(k, table+"|"+from)
		if !staged || rest != "" && rest[0] != '|' {
			continue
		}
		delete(t, k)
		k = table + "|" + to + rest
		r.text = strings.Replace(r.text, "community="+from+" ", "community="+to+" ", 1)
		if old, ok := t[k]; !ok || r.version >= old.version {
			t[k] = r
		}
	}
}

// plain makes a column one that has an index.
func plain(values any) any {
	switch v := values.(type) {
	case *schemas.Text:
		out := make([]string, 0, v.Len())
		for s := range v.All() {
			out = append(out, string(s))
		}
		return out
	case *schemas.Floats:
		out := make([]*float64, len(v.Values))
		for i := range out {
			if v.Nulls[i] == 0 {
				out[i] = &v.Values[i]
			}
		}
		return out
	}
	return values
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

var staged = regexp.MustCompile(`^[A-Za-z0-9._-]+@\d+(\||$)`)

// Final returns the rows by key, without versions, which depend on where flushes fell, and without deleted rows and those
// that wait for a rebuild.
func (t Tables) Final() map[string]string {
	out := map[string]string{}
	for k, r := range t {
		if _, rest, _ := strings.Cut(k, "|"); !r.deleted && !staged.MatchString(rest) {
			out[k] = r.text
		}
	}
	return out
}
