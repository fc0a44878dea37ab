package dashboards

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/schemas"
)

func paramTypes() map[string]string {
	types := map[string]string{}
	for _, p := range Params {
		types[p.Name] = p.Placeholder()
	}
	return types
}

// Every statement must be safe to run for any reader and any range: declared
// parameters only, one community, FINAL on each table, a bounded answer.
func TestSQLKeepsTheRules(t *testing.T) {
	types := paramTypes()
	placeholder := regexp.MustCompile(`\{(\w+):[^}]*\}`)
	unreplaced := regexp.MustCompile(`\$\w*|<[a-z_]+( \S+)?>`)
	table := regexp.MustCompile(`rollcall\.\w+( FINAL)?`)
	limit := regexp.MustCompile(`LIMIT (\d+)$`)
	for _, p := range slices.Concat(Panels(), Lists()) {
		t.Run(p.ID, func(t *testing.T) {
			if m := unreplaced.FindString(p.SQL); m != "" {
				t.Errorf("%s was left unreplaced", m)
			}
			for _, m := range placeholder.FindAllStringSubmatch(p.SQL, -1) {
				if types[m[1]] != m[0] {
					t.Errorf("%s is not a declared parameter", m[0])
				}
			}
			tables := table.FindAllStringSubmatch(p.SQL, -1)
			if len(tables) == 0 {
				t.Error("reads no table")
			}
			for _, m := range tables {
				if m[1] == "" {
					t.Errorf("%s is read without FINAL", m[0])
				}
			}
			if got := strings.Count(p.SQL, "community = "+types["community"]); got != len(tables) {
				t.Errorf("%d tables, %d filters on the community", len(tables), got)
			}
			m := limit.FindStringSubmatch(p.SQL)
			if m == nil {
				t.Fatal("has no LIMIT at its end")
			}
			if n, err := strconv.Atoi(m[1]); err != nil || n > MaxPoints {
				t.Errorf("LIMIT %s, more than %d", m[1], MaxPoints)
			}
		})
	}
}

func TestPanelsAreDeclaredWhole(t *testing.T) {
	seen := map[string]bool{}
	text := func(t *testing.T, what string, x Text) {
		t.Helper()
		if strings.TrimSpace(x.EN) == "" || strings.TrimSpace(x.ZH) == "" {
			t.Errorf("%s lacks a language: %+v", what, x)
		}
	}
	for _, p := range slices.Concat(Panels(), Lists()) {
		if seen[p.ID] {
			t.Errorf("two panels are called %s", p.ID)
		}
		seen[p.ID] = true
		text(t, p.ID+" title", p.Title)
		text(t, p.ID+" description", p.Description)
		text(t, p.ID+" empty", p.Empty)
		for _, c := range p.Columns {
			text(t, p.ID+"."+c.Name, c.Title)
			if !regexp.MustCompile(`\b` + c.Name + `\b`).MatchString(p.SQL) {
				t.Errorf("%s: the SQL has no column %s", p.ID, c.Name)
			}
		}
	}
}

// What the pipeline publishes must be seen somewhere.
func TestEveryTableIsShown(t *testing.T) {
	for _, table := range []string{
		schemas.TableActivity, schemas.TableActivityDays, schemas.TableLifecycle, schemas.TableRetention, schemas.TableStickiness,
		schemas.TableActiveHours, schemas.TableChurnDays, schemas.TableAlerts, schemas.TableMembersActivity, schemas.TableMemberDays, schemas.TableCommunities, schemas.TableActions,
	} {
		if !slices.ContainsFunc(Panels(), func(p Panel) bool { return strings.Contains(p.SQL, "rollcall."+table+" ") }) {
			t.Errorf("no panel reads %s", table)
		}
	}
}

// A column that is piled up twice, or not there, would draw a wrong sum.
func TestPilesAreColumns(t *testing.T) {
	for _, p := range Panels() {
		piled := append(slices.Clone(p.Above), p.Below...)
		if (p.Kind == Stacked) != (len(p.Above) > 0) {
			t.Errorf("%s is of kind %s with %d columns above zero", p.ID, p.Kind, len(p.Above))
		}
		for i, name := range piled {
			if slices.Contains(piled[:i], name) || !slices.ContainsFunc(p.Columns, func(c Column) bool { return c.Name == name && c.Unit == Members }) {
				t.Errorf("%s: %s is piled up twice or is no column of members", p.ID, name)
			}
		}
	}
}

func TestFind(t *testing.T) {
	if p, ok := Find("activity"); !ok || p.ID != "activity" {
		t.Errorf("Find(activity) = %q, %v", p.ID, ok)
	}
	if _, ok := Find("nothing"); ok {
		t.Error("Find(nothing) found a panel")
	}
}

func TestBinds(t *testing.T) {
	p := Panel{SQL: "SELECT {to:String}, {community:String}, {to:String}"}
	if got := strings.Join(p.Binds(), " "); got != "community to" {
		t.Errorf("Binds() = %q", got)
	}
}
