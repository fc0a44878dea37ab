package app

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	typeLine   = regexp.MustCompile(`(?m)^# TYPE (\S+) (\S+)$`)
	metricRow  = regexp.MustCompile("(?m)^\\| `(rollcall_[a-z_]+)` \\| ([a-z]+)[ ,]")
	metricName = regexp.MustCompile(`\b(?:rollcall|process|go)_[a-z_]+\b`)
)

// The page lists what the program exports, with its type, and nothing else; the alert rules look at nothing else either.
func everyMetricOfTheDocs(t *testing.T, in *instance) {
	in.send(`{"community":"live","member":"ada","kind":"visit"}`)
	in.wait()
	_, text := in.do(http.MethodGet, "/metrics", "", nil)
	exported := map[string]string{}
	for _, m := range typeLine.FindAllStringSubmatch(string(text), -1) {
		exported[m[1]] = m[2]
	}
	listed := map[string]string{}
	for _, m := range metricRow.FindAllStringSubmatch(read(t, "../../docs/operations/metrics.md"), -1) {
		if listed[m[1]] != "" {
			t.Errorf("%s stands twice on the page", m[1])
		}
		listed[m[1]] = m[2]
	}
	for _, name := range slices.Sorted(maps.Keys(exported)) {
		if strings.HasPrefix(name, "rollcall_") && listed[name] != exported[name] {
			t.Errorf("the program exports %s, a %s; on the page it is %q", name, exported[name], listed[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		if exported[name] == "" {
			t.Errorf("the page lists %s, which the program does not export", name)
		}
	}
	for _, file := range []string{"rollcall.rules.yml", "rollcall.test.yml"} {
		for _, name := range metricName.FindAllString(read(t, "../../deploy/prometheus/"+file), -1) {
			if exported[name] == "" && exported[strings.TrimSuffix(name, "_bucket")] != "histogram" {
				t.Errorf("%s looks at %s, which the program does not export", file, name)
			}
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
