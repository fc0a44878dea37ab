package dashboards

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Who clicks on a number finds what it means, in either language, and the page that works it out.
func TestEveryPanelHasAMeaning(t *testing.T) {
	table := regexp.MustCompile(`rollcall\.(\w+) FINAL`)
	for _, p := range Panels() {
		t.Run(p.ID, func(t *testing.T) {
			m := p.Meaning
			if p.Kind == Choices {
				if m.Page != "" {
					t.Error("is not drawn, so nobody can ask for its meaning")
				}
				return
			}
			for what, x := range map[string]Text{"formula": m.Formula, "reading": m.Reading, "misleads": m.Misleads} {
				if !strings.HasSuffix(x.EN, ".") || !strings.HasSuffix(x.ZH, "。") {
					t.Errorf("the %s is no sentence in both languages: %+v", what, x)
				}
			}
			var reads []string
			for _, m := range table.FindAllStringSubmatch(p.SQL, -1) {
				reads = append(reads, m[1])
			}
			slices.Sort(reads)
			if reads = slices.Compact(reads); !slices.Equal(m.Tables, reads) {
				t.Errorf("names the tables %v, the SQL reads %v", m.Tables, reads)
			}
			page, err := os.ReadFile(filepath.Join("..", "docs", "metrics", filepath.Base(m.Page)))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(page), "`"+p.ID+"`") {
				t.Errorf("%s does not name the panel", m.Page)
			}
		})
	}
	for id := range meanings {
		if _, ok := Find(id); !ok {
			t.Errorf("there is a meaning of %s, and no such panel", id)
		}
	}
}
