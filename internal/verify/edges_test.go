package verify

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatTheHandmadeTablesDoNotShow(t *testing.T) {
	s := open(t)
	s.exec("INSERT INTO rollcall.actions (community, id, member, kind, channel, time) VALUES ('few', '1', 'ann', 'post', 'a', '2025-01-05 10:00:00')," +
		" ('few', '2', 'ann', 'leave', 'b', '2025-01-05 10:00:00'), ('few', '3', 'ann', 'post', 'b', '2025-01-05 10:00:00')")
	few := Community{Name: "few", Now: at("2024-10-01T00:00:00Z")}
	if got := found(s.run(few, named("members"))); len(got) != 1 || !strings.Contains(got[0], " engagement=10 top_channel=b ") {
		t.Errorf("the channel with most actions of any kind: %v", got)
	}
	ahead := s.run(few, named("activity"), named("activity_days"), named("lifecycle"), named("retention"), named("stickiness"))
	if ahead.Rows() != 0 {
		t.Errorf("what is ahead of stream time is in: %v", found(ahead))
	}
	for _, word := range []string{"plain", "法语"} {
		if got := quoted(word); got != word {
			t.Errorf("%q is written %s", word, got)
		}
	}
	for _, odd := range []string{"", "a b", `"`, "a=b", "\x1b[31m", "\t"} {
		if got := quoted(odd); got != fmt.Sprintf("%q", odd) {
			t.Errorf("%q is written %s", odd, got)
		}
	}
}

// Samoa had no 30 December 2011: the windows that end with the 29th and with the 30th end at one instant.
func TestADateThatWasPassedOver(t *testing.T) {
	s := open(t)
	s.exec("INSERT INTO rollcall.actions (community, id, member, kind, time) VALUES ('samoa', '1', 'ann', 'post', '2011-12-23 22:00:00')," +
		" ('samoa', '2', 'bo', 'post', '2011-12-23 22:00:00'), ('samoa', '3', 'cyd', 'post', '2011-12-29 22:00:00')")
	s.exec("INSERT INTO rollcall.activity (community, window, time, actions, active_members, contributing_members) VALUES" +
		" ('samoa', '7d', '2011-12-24 10:00:00', 2, 2, 2), ('samoa', '7d', '2011-12-30 10:00:00', 1, 1, 1)")
	samoa := Community{Name: "samoa", TimeZone: "Pacific/Apia", Now: at("2011-12-31T00:00:00Z")}
	for _, d := range s.run(samoa, named("activity")).Tables[0].rows {
		if strings.Contains(d.key, `dimension="" segment="" window=7d`) {
			t.Errorf("%s: %v", d.key, d.columns)
		}
	}
}

func TestAFewAreListedAndAllAreCounted(t *testing.T) {
	s := open(t)
	s.load("new_year.sql")
	s.exec("INSERT INTO rollcall.active_hours (community, member, hour_of_week, actions) SELECT 'new-year', 'x', number, 1 FROM numbers(1200)")
	r := s.run(newYear, named("active_hours"))
	if hours := r.Tables[0]; hours.Different != 1200 || len(hours.Differences) != shown || r.Different() != 1200 {
		t.Errorf("%d rows differ, %d are listed", hours.Different, len(hours.Differences))
	}
	if again := r.Still(s.run(newYear, named("active_hours"))); again.Different() != 1200 {
		t.Errorf("looking twice, %d differ", again.Different())
	}
}

func TestWhatMovesIsNotWrong(t *testing.T) {
	report := func(rows ...different) Report {
		one := Table{Table: "members", Rows: 9, rows: rows}
		one.count()
		return Report{Tables: []Table{one}}
	}
	row := func(key, want, got string) different {
		return different{key: key, columns: []Difference{{Table: "members", Key: key, Column: "actions", Want: want, Got: got}}}
	}
	first := report(row("wrong", "1", "2"), row("moves", "1", "2"), row("came", "3", "2"), row("stuck", "1", "0"))
	second := report(row("wrong", "1", "2"), row("moves", "2", "3"), row("new", "1", "0"), row("stuck", "2", "0"))
	third := report(row("wrong", "1", "2"), row("moves", "2", "3"), row("new", "1", "0"), row("stuck", "3", "0"))
	twice := first.Still(second)
	for _, r := range []Report{twice, twice.Still(third)} {
		want := []string{"members wrong: actions is 2, must be 1", "members stuck: actions is 0, must be " + map[bool]string{true: "2", false: "3"}[&r.Tables[0] == &twice.Tables[0]]}
		if diff := cmp.Diff(want, found(r)); diff != "" || r.Different() != 2 || r.Moving() != 1 {
			t.Errorf("%d different, %d moving; -want +got:\n%s", r.Different(), r.Moving(), diff)
		}
	}
}

// Where there are too many differences to list, a row that was not listed is not taken for one that agreed, and rows that
// all moved are not taken for wrong ones.
func TestStillWhereNotAllAreListed(t *testing.T) {
	many := func(want, got string) Table {
		out := Table{Table: "members", Different: 1500}
		for i := range 1000 {
			key := fmt.Sprint("k", i)
			out.rows = append(out.rows, different{key: key, columns: []Difference{{Table: "members", Key: key, Column: "actions", Want: want, Got: got}}})
		}
		return out
	}
	one := Table{Table: "members", Different: 1, rows: []different{{key: "z", columns: []Difference{{Table: "members", Key: "z", Column: "actions", Want: "7", Got: "5"}}}}}
	report := func(x Table) Report { return Report{Tables: []Table{x}} }
	if r := report(many("10", "9")).Still(report(one)); r.Different() != 1 {
		t.Errorf("a wrong row beyond the earlier list: %d different, want 1", r.Different())
	}
	if r := report(many("10", "9")).Still(report(many("20", "19"))); r.Different() != 0 || r.Moving() != 1000 {
		t.Errorf("rows that all moved: %d different and %d moving", r.Different(), r.Moving())
	}
	if r := report(many("10", "9")).Still(report(many("10", "9"))); r.Different() != 1500 {
		t.Errorf("rows that stayed: %d different, want 1500", r.Different())
	}
}
