package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every rollcall.yaml of the page on alerts is taken by the program, and every key and type that it lists is one.
func TestThePageOnAlerts(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/alerts.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	check := func(yaml string) string {
		file := filepath.Join(dir, "rollcall.yaml")
		write(t, file, yaml)
		out, err := command(t.Context(), "version", "--config", file).CombinedOutput()
		if err == nil {
			return ""
		}
		return string(out)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(text, -1)
	if len(blocks) != 2 {
		t.Fatalf("%d examples", len(blocks))
	}
	for _, b := range blocks {
		if out := check(string(b[1])); out != "" {
			t.Errorf("%s\n%s", out, b[1])
		}
	}
	unknown := check("alerts: {receivers: [{none: 1}]}")
	_, known, _ := strings.Cut(strings.TrimSpace(unknown), "there are: ")
	for key := range strings.SplitSeq(known, ", ") {
		if !strings.Contains(string(text), "`"+key+"`") {
			t.Errorf("the page does not tell of the key %q", key)
		}
	}
	unknown = check("alerts: {receivers: [{type: none}]}")
	_, known, _ = strings.Cut(strings.TrimSpace(unknown), "there are: ")
	for kind := range strings.SplitSeq(known, ", ") {
		if !strings.Contains(string(text), "\n| `"+kind+"` |") {
			t.Errorf("the page does not tell of the type %q", kind)
		}
	}
	if strings.Count(known, ", ") < 6 {
		t.Errorf("types: %q", known)
	}
}
