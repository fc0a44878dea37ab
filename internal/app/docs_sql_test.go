package app

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rollcall-dev/rollcall/dashboards"
)

var (
	sqlBlock  = regexp.MustCompile("(?s)```sql\n(.*?)```")
	panelName = regexp.MustCompile("panels? ((?:`[a-z_]+`(?:, | and )?)+)")
	address   = regexp.MustCompile(`curl 'http://127\.0\.0\.1:8080([^']+)'`)
	codeSpan  = regexp.MustCompile("`([a-z_]+)`")
)

// Every statement of docs/metrics runs as it stands there and finds something, with the demo's data in the community demo;
// and every panel that is named is there.
func everyStatementOfTheDocs(t *testing.T, in *instance) {
	pages, err := filepath.Glob("../../docs/metrics/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		t.Run(filepath.Base(page), func(t *testing.T) {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			blocks := sqlBlock.FindAllSubmatch(text, -1)
			for _, b := range blocks {
				rows, err := in.query(t.Context(), string(b[1]))
				if err != nil {
					t.Errorf("%s%v", b[1], err)
				} else if len(rows) == 0 {
					t.Errorf("%sfinds nothing", b[1])
				}
			}
			for _, list := range panelName.FindAllSubmatch(text, -1) {
				for _, id := range codeSpan.FindAllSubmatch(list[1], -1) {
					if _, ok := dashboards.Find(string(id[1])); !ok {
						t.Errorf("there is no panel %s", id[1])
					}
				}
			}
			if len(blocks) == 0 {
				t.Error("has no statement")
			}
		})
	}
}

// Every page of a number says how to get it as JSON: so it comes.
func everyAddressOfTheDocs(t *testing.T, in *instance) {
	pages, err := filepath.Glob("../../docs/metrics/numbers/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		if strings.HasPrefix(filepath.Base(page), "README") {
			continue
		}
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		found := address.FindSubmatch(text)
		if found == nil {
			t.Fatalf("%s has no address", page)
		}
		if status, body := in.do(http.MethodGet, string(found[1]), "", nil); status != http.StatusOK || !bytes.Contains(body, []byte(`"rows":[[`)) {
			t.Errorf("%s: %s answers %d %s", page, found[1], status, body)
		}
	}
}
