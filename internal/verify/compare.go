package verify

import (
	"fmt"
	"strings"
	"unicode"
)

const (
	// listed is how many rows that differ are read of a part, so that runs can be compared by key.
	listed = 1000

	// limits let a large community spill to disk rather than fail.
	limits = " SETTINGS max_bytes_before_external_group_by = 1000000000, max_bytes_before_external_sort = 1000000000"
)

// pairs is SQL that puts each row as it must be beside the row as it is: the key as text and value, how many of either
// there are, for each value what it must be and is as text and whether they agree, and whether all does.
func (t table) pairs(p part) string {
	var keys, out, inner, cast []string
	for i, c := range t.keys {
		k := fmt.Sprintf("k%d", i)
		keys = append(keys, k)
		out = append(out, k, "toString("+k+") AS "+k+"_text")
		cast = append(cast, fmt.Sprintf(c.kind, c.name)+" AS "+k)
	}
	out = append(out, "want_rows", "got_rows")
	all := []string{"want_rows = 1", "got_rows = 1"}
	for i, c := range t.values {
		v, w, g, same := fmt.Sprintf("v%d", i), fmt.Sprintf("w%d", i), fmt.Sprintf("g%d", i), fmt.Sprintf("same%d", i)
		cast = append(cast, fmt.Sprintf(c.kind, c.name)+" AS "+v)
		inner = append(inner, "anyIf("+v+", wanted) AS "+w, "anyIf("+v+", NOT wanted) AS "+g)
		out = append(out, fmt.Sprintf("ifNull(toString(%s), 'NULL') AS %s_text", w, w), fmt.Sprintf("ifNull(toString(%s), 'NULL') AS %s_text", g, g),
			equal(c, w, g)+" AS "+same)
		all = append(all, same)
	}
	want := t.want()
	if p.none {
		want = t.got(p) + " AND false"
	}
	side := func(wanted bool, from string) string {
		return fmt.Sprintf("SELECT %v AS wanted, %s FROM (%s)", wanted, strings.Join(cast, ", "), from)
	}
	return "SELECT " + strings.Join(out, ", ") + ", " + strings.Join(all, " AND ") + " AS same FROM (SELECT " + strings.Join(keys, ", ") +
		", countIf(wanted) AS want_rows, countIf(NOT wanted) AS got_rows, " + strings.Join(inner, ", ") + " FROM (" +
		side(true, want) + " UNION ALL " + side(false, t.got(p)) + ") GROUP BY " + strings.Join(keys, ", ") + ")"
}

// equal is SQL that is true where a value is what it must be. What is not a number is not near to one either.
func equal(c column, want, got string) string {
	if c.kind == portion {
		return fmt.Sprintf("abs(%s - %s) < 1e-3", want, got)
	}
	if c.kind != ratio {
		return want + " = " + got
	}
	return fmt.Sprintf("ifNull(%[1]s = %[2]s OR abs(%[1]s - %[2]s) <= 1e-6 * abs(%[1]s) + 1e-12, isNull(%[1]s) AND isNull(%[2]s))", want, got)
}

func (t table) keyNames() string {
	names := make([]string, len(t.keys))
	for i := range names {
		names[i] = fmt.Sprintf("k%d", i)
	}
	return strings.Join(names, ", ")
}

// read makes a difference of a row of pairs.
func (t table) read(row []any) different {
	var key []string
	at := 0
	next := func() any {
		at++
		return row[at-1]
	}
	for _, c := range t.keys {
		next() // the value it was sorted by
		key = append(key, c.name+"="+quoted(fmt.Sprint(next())))
	}
	d := different{key: strings.Join(key, " ")}
	wants, gots := number(next()), number(next())
	var w, g []string
	for _, c := range t.values {
		want, got, same := fmt.Sprint(next()), fmt.Sprint(next()), fmt.Sprint(next())
		w, g = append(w, c.name+"="+quoted(want)), append(g, c.name+"="+quoted(got))
		if wants == 1 && gots == 1 && same != "true" && same != "1" {
			d.columns = append(d.columns, Difference{Table: t.name, Key: d.key, Column: c.name, Want: want, Got: got})
		}
	}
	if wants != 1 || gots != 1 {
		d.columns = []Difference{{Table: t.name, Key: d.key, Want: rowText(wants, w), Got: rowText(gots, g)}}
	}
	return d
}

// NoRow is what a difference wants or got where a row is missing on one side.
const NoRow = "no row"

func rowText(n uint64, values []string) string {
	switch n {
	case 0:
		return NoRow
	case 1:
		return strings.Join(values, " ")
	}
	return fmt.Sprintf("%d rows", n)
}

// quoted quotes what would not read as one word, or does things to a terminal.
func quoted(s string) string {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r == ' ' || r == '"' || r == '=' || !unicode.IsPrint(r) }) {
		return fmt.Sprintf("%q", s)
	}
	return s
}

func fmtParams(params map[string]string) string {
	return fmt.Sprintf(" (windows %s, dimensions %s)", params["windows"], params["dimensions"])
}
