package app

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// syntax is a node of a statement as ClickHouse parses it: EXPLAIN AST.
type syntax struct {
	name  string
	under []*syntax
}

// parseAST reads the lines of EXPLAIN AST, in which a node stands one space further right than what it is under.
func parseAST(rows [][]any) *syntax {
	root := &syntax{}
	path := []*syntax{root}
	for _, row := range rows {
		line := row[0].(string)
		name := strings.TrimLeft(line, " ")
		depth := len(line) - len(name)
		n := &syntax{name: regexp.MustCompile(` \((alias .*|children \d+)\)$`).ReplaceAllString(name, "")}
		path = append(path[:depth+1], n)
		path[depth].under = append(path[depth].under, n)
	}
	return root
}

// selects are all SELECTs of a statement, those within others too.
func (s *syntax) selects() (all []*syntax) {
	if s.name == "SelectQuery" {
		all = append(all, s)
	}
	for _, u := range s.under {
		all = append(all, u.selects()...)
	}
	return all
}

// tables are the tables that a SELECT reads itself, and not one within it.
func (s *syntax) tables() (names []string) {
	if name, ok := strings.CutPrefix(s.name, "TableIdentifier "); ok {
		return []string{name}
	}
	for _, u := range s.under {
		if u.name != "SelectQuery" {
			names = append(names, u.tables()...)
		}
	}
	return names
}

// where are the conditions of a SELECT that must all hold.
func (s *syntax) where() []*syntax {
	i := slices.IndexFunc(s.under, func(u *syntax) bool { return u.name == "TablesInSelectQuery" })
	for _, u := range s.under[i+1:] {
		if u.name == "Function and" {
			return u.under[0].under
		}
		if strings.HasPrefix(u.name, "Function ") {
			return []*syntax{u}
		}
	}
	return nil
}

func (s *syntax) String() string {
	text := s.name
	for _, u := range s.under {
		text += "(" + u.String() + ")"
	}
	return text
}

// namesItsCommunity: every SELECT from a table has `community = …` among the conditions that must hold, whatever else it says.
func namesItsCommunity(t *testing.T, in *instance, p dashboards.Panel) {
	t.Helper()
	r, err := in.db.Query(t.Context(), "EXPLAIN AST "+p.SQL, view{community: "this one", member: "m"}.params(p))
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, s := range parseAST(r.Rows).selects() {
		var tables []string
		for _, u := range s.under {
			if u.name == "TablesInSelectQuery" {
				tables = append(tables, u.tables()...)
			}
		}
		read += len(tables)
		if len(tables) > 1 {
			t.Errorf("%v are read by one SELECT, so one condition may be of either: give each a SELECT of its own", tables)
		}
		if len(tables) > 0 && !slices.ContainsFunc(s.where(), func(c *syntax) bool {
			return c.String() == "Function equals(ExpressionList(Identifier community)(Literal 'this one'))"
		}) {
			t.Errorf("%s is read without `community = …` as a condition that must hold; conditions: %v", tables[0], s.where())
		}
	}
	if want := strings.Count(p.SQL, "rollcall."); read != want {
		t.Errorf("%d tables were found, the SQL names %d", read, want)
	}
}

// another's channels and members are seen by this.
const foreign = "of-another-community"

var (
	lineTime    = regexp.MustCompile(`"time":"20(\d\d)`)
	lineMember  = regexp.MustCompile(`"(member|target|object)":"([^"]*[13579])"`)
	lineChannel = regexp.MustCompile(`"channel":"([^"]*)"`)
)

// another is a community like the demo: half of its members have the same names, the others, and its objects, foreign ones; and
// they do things four years later. So whatever an answer about the demo took from it would show.
func another(t *testing.T) []string {
	lines := demoLines(t)
	for i, line := range lines {
		line = lineMember.ReplaceAllString(line, `"$1":"$2`+foreign+`"`)
		line = lineChannel.ReplaceAllString(line, `"channel":"$1`+foreign+`"`)
		lines[i] = lineTime.ReplaceAllStringFunc(line, func(m string) string {
			var year int
			_, _ = fmt.Sscanf(m[len(m)-2:], "%d", &year)
			return fmt.Sprintf(`"time":"20%02d`, year+4)
		})
	}
	return lines
}

// communitiesStayApart: with another community's rows in every table, every answer about the demo is as it was.
func communitiesStayApart(t *testing.T, in *instance) {
	views := slices.DeleteFunc(in.views("demo", "UTC"), func(v view) bool { return v.name != "all" && v.name != "after" })
	ask := func() map[string][][]any {
		answers := map[string][][]any{}
		for _, p := range dashboards.Panels() {
			for _, v := range askedOf(p, views) {
				answers[p.ID+", "+v.String()] = in.ask(p, v).Rows
			}
		}
		return answers
	}
	before := ask()
	in.importFile(ImportOptions{Files: []string{ndjson(t, another(t))}, Community: "another", Clock: "data"})
	in.wait()
	after := ask()
	if diff := gocmp.Diff(before, after); diff != "" {
		t.Errorf("another community changes answers: -without +with:\n%s", diff)
	}
	if text := fmt.Sprint(after); strings.Contains(text, foreign) {
		t.Errorf("another community's names are in an answer: …%s…", text[max(0, strings.Index(text, foreign)-200):][:300])
	}
	for _, p := range dashboards.Panels() { // else there would be nothing to see
		rows := 0
		for _, v := range in.views("another", "UTC") {
			if v.name == "all" {
				rows += len(in.ask(p, v).Rows)
			}
		}
		if rows == 0 {
			t.Errorf("%s shows nothing of the other community, so its rows can not be missed", p.ID)
		}
	}
}
