package verify

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// found are the differences of a report as text.
func found(r Report) []string {
	out := []string{}
	for _, t := range r.Tables {
		for _, d := range t.Differences {
			out = append(out, d.String())
		}
	}
	return out
}

func at(text string) int64 {
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return when.UnixMilli()
}

// The tables of testdata were worked out by hand.
var newYear = Community{Name: "new-year", TimeZone: "Australia/Lord_Howe", Now: at("2025-01-14T21:00:00Z"),
	Weights: map[string]float64{"message": 0}, Bots: []string{"cyd", `o'"\`}}

var leaders = Community{Name: "leaders", Now: at("2025-03-02T02:00:00Z"), Bots: []string{"listed"}}

var byHand = map[string]Community{
	"new_year.sql":    newYear,
	"half_hour.sql":   {Name: "half-hour", TimeZone: "Australia/Lord_Howe", Now: at("2025-04-06T14:00:00Z")},
	"no_midnight.sql": {Name: "no-midnight", TimeZone: "America/Sao_Paulo", Now: at("2018-11-04T03:00:00Z")},
}

func TestDefinitionsGiveWhatWasWorkedOutByHand(t *testing.T) {
	s := open(t)
	for file := range byHand {
		s.load(file) // all of them first: one community does not see another
	}
	for file, c := range byHand {
		r := s.run(c)
		if r.Different() > 0 || r.Rows() == 0 || len(r.Tables) != len(tables) {
			t.Errorf("%s: %d rows of %d tables, of these different:\n%s", file, r.Rows(), len(r.Tables), strings.Join(found(r), "\n"))
		}
	}
	once, parts := s.run(newYear, together(tables)[0]), s.run(newYear, named("activity"))
	if parts.Different() > 0 || parts.Rows() != once.Rows() {
		t.Errorf("in parts %d rows of activity, together %d, and different:\n%s", parts.Rows(), once.Rows(), strings.Join(found(parts), "\n"))
	}
	if r, err := Run(t.Context(), s.query, Community{Name: "nobody", Now: newYear.Now}); err != nil || r.Rows() != 0 {
		t.Errorf("a community without actions has %d rows: %v", r.Rows(), err)
	}
}

// changed makes another value of a column, as SQL.
func changed(c column) string {
	switch c.kind {
	case text:
		return "concat(" + c.name + ", 'x')"
	case portion:
		return c.name + " - 0.01"
	case ratio:
		return "ifNull(" + c.name + ", 0) + 0.00001"
	case instant:
		return "addMilliseconds(" + c.name + ", 1)"
	}
	return c.name + " + 1"
}

// stray makes a key that no row has.
func stray(t table) string {
	k := t.keys[len(t.keys)-1]
	if t.name == "kols" { // whose places are rows
		return "rank + 100 AS rank, concat(member, 'x') AS member"
	}
	if k.kind == date {
		return k.name + " + 5000 AS " + k.name
	}
	if k.kind == instant {
		return "addYears(" + k.name + ", 1) AS " + k.name
	}
	return strings.Replace(changed(k), "+ 1", "+ 100", 1) + " AS " + k.name
}

// mutant changes one row of each table, the third by key.
type mutant struct {
	store
	version int
}

// stored is the table that a row is written to: members shows what others hold.
func stored(tb table) string {
	if tb.name == "members" {
		return "members_activity"
	}
	return tb.name
}

// keyNames are a table's keys as SQL.
func keyNames(tb table) string {
	var out []string
	for _, k := range tb.keys {
		out = append(out, k.name)
	}
	return strings.Join(out, ", ")
}

func mutate(s store, c Community, tables []table) *mutant {
	for _, tb := range tables {
		s.exec(fmt.Sprintf("CREATE TABLE rollcall.kept_%[1]s AS rollcall.%[1]s ENGINE = Memory;\nINSERT INTO rollcall.kept_%[1]s SELECT * FROM rollcall.%[1]s FINAL"+
			" WHERE community = '%[3]s' ORDER BY %[2]s LIMIT 1 OFFSET 2", stored(tb), keyNames(tb), c.Name))
	}
	return &mutant{s, 1}
}

// put writes the row once more, with what replace says, and everything else as it was.
func (m *mutant) put(tb table, replace string) {
	m.version++
	m.exec(fmt.Sprintf("INSERT INTO rollcall.%[1]s SELECT * REPLACE (%[2]s%[3]d AS version) FROM rollcall.kept_%[1]s", stored(tb), replace, m.version))
}

// Each column of each table is changed in turn, in one row; then a stray row is added; then one is missing. Each time
// verify says exactly that, of every table at once.
func TestEveryChangeIsFound(t *testing.T) {
	s := open(t)
	s.load("new_year.sql")
	everyChange(t, s, newYear, slices.DeleteFunc(together(tables), func(tb table) bool { return strings.Contains(tb.name, "kol") }))
}

// The same of the tables of rankings, which need endorsements.
func TestEveryChangeOfRankingsIsFound(t *testing.T) {
	s := open(t)
	s.load("leaders.sql")
	// Neither an older ranking nor one that is not complete yet is looked at.
	s.exec("INSERT INTO rollcall.kols (community, board, as_of, rank, member, version) VALUES ('leaders', 'all_time', '2025-02-24 00:00:00', 9, 'old', 1)," +
		" ('leaders', 'current', '2025-03-03 00:00:00', 9, 'new', 1)")
	everyChange(t, s, leaders, slices.DeleteFunc(slices.Clone(tables), func(tb table) bool { return !strings.Contains(tb.name, "kol") }))
}

func everyChange(t *testing.T, s store, c Community, tables []table) {
	t.Helper()
	if r := s.run(c, tables...); r.Different() > 0 || r.Rows() == 0 {
		t.Fatalf("%d rows, of these different:\n%s", r.Rows(), strings.Join(found(r), "\n"))
	}
	m := mutate(s, c, tables)
	for i := range 10 {
		var of []table
		var want []string
		for _, tb := range tables {
			if i >= len(tb.values) {
				m.put(tb, "")
				continue
			}
			m.put(tb, changed(tb.values[i])+" AS "+tb.values[i].name+", ")
			of = append(of, tb)
			want = append(want, tb.name+" "+tb.values[i].name)
		}
		if len(of) == 0 {
			break
		}
		r := s.run(c, of...)
		var got []string
		for _, tb := range r.Tables {
			for _, d := range tb.Differences {
				got = append(got, d.Table+" "+d.Column)
				if d.Want == d.Got || d.Key == "" {
					t.Errorf("not said how: %v", d)
				}
			}
			if tb.Different != 1 {
				t.Errorf("%s: %d rows differ, want 1", tb.Table, tb.Different)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("column %d: -want +got:\n%s", i, diff)
		}
	}
	oneRow := func(what string, wanted func(d Difference) bool) {
		t.Helper()
		for _, tb := range s.run(c, tables...).Tables {
			if tb.Different != 1 || len(tb.Differences) != 1 || !wanted(tb.Differences[0]) || tb.Differences[0].Column != "" {
				t.Errorf("%s: %d rows of %s differ: %v", what, tb.Different, tb.Table, tb.Differences)
			}
		}
	}
	for _, tb := range tables {
		m.put(tb, "")
		m.put(tb, stray(tb)+", ")
	}
	oneRow("a stray row", func(d Difference) bool { return d.Want == NoRow && d.Got != NoRow })
	for _, tb := range tables {
		s.exec(fmt.Sprintf("DELETE FROM rollcall.%[1]s WHERE version > 1;\n"+
			"DELETE FROM rollcall.%[1]s WHERE (community, %[2]s) IN (SELECT community, %[2]s FROM rollcall.kept_%[1]s)", stored(tb), keyNames(tb)))
	}
	oneRow("a missing row", func(d Difference) bool { return d.Want != NoRow && d.Got == NoRow })
	for _, tb := range tables {
		m.put(tb, "")
	}
	if c.Name != newYear.Name {
		return
	}
	s.exec("INSERT INTO rollcall.activity (community, window, time, actions) VALUES ('new-year', '2h', 1, 1), ('new-year', '1h', 1, 1);\n" +
		"INSERT INTO rollcall.activity (community, dimension, segment, window, time, actions) VALUES ('new-year', 'moon', 'full', '1h', 1, 1)")
	for _, activity := range []table{named("activity"), together(tables)[0]} {
		if r := s.run(newYear, activity); r.Different() != 3 {
			t.Errorf("of windows and dimensions that are none: %v", found(r))
		}
	}
}

func named(name string) table {
	return tables[slices.IndexFunc(tables, func(t table) bool { return t.name == name })]
}

func TestDifferencesReadWell(t *testing.T) {
	s := open(t)
	s.load("new_year.sql")
	s.exec("INSERT INTO rollcall.activity_days SELECT * REPLACE (NULL AS stickiness_ratio, 7 AS dau, 2 AS version) FROM rollcall.activity_days WHERE day = '2025-01-14';\n" +
		"INSERT INTO rollcall.members_activity SELECT * REPLACE (engagement + 0.000001 AS engagement, 2 AS version) FROM rollcall.members_activity WHERE member = 'ann';\n" + // near enough
		"DELETE FROM rollcall.active_hours WHERE member = '' AND hour_of_week = 81;\n" +
		"INSERT INTO rollcall.members_activity (community, member, top_channel, version) VALUES ('new-year', 'a b', '', 1)")
	want := []string{
		"activity_days day=2025-01-14: dau is 7, must be 1",
		"activity_days day=2025-01-14: stickiness_ratio is NULL, must be 0.5",
		`active_hours member="" hour_of_week=81: is [no row], must be [actions=1]`,
		`members member="a b": is [first_seen="1970-01-01 00:00:00.000" last_seen="1970-01-01 00:00:00.000" actions=0 active_days=0 contributions=0 engagement=0 top_channel="" is_bot=0], must be [no row]`,
	}
	if diff := cmp.Diff(want, found(s.run(newYear, named("activity_days"), named("active_hours"), named("members")))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
