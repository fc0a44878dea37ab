package compose

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

// Every image, port, volume, service and variable of the stacks is explained on the page, in both languages.
func TestThePagesExplainEverything(t *testing.T) {
	said := map[string]string{}
	for _, page := range []string{"deploy.md", "deploy.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join(root, "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		said[page] = string(text)
	}
	explained := func(t *testing.T, what, name string) {
		t.Helper()
		word := regexp.MustCompile(`(^|[^\w./-])` + regexp.QuoteMeta(name) + `($|[^\w./-])`)
		for page, text := range said {
			if !word.MatchString(text) {
				t.Errorf("docs/%s does not name the %s %s", page, what, name)
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(file(t, "Dockerfile"), -1) {
		if m[1] != "scratch" {
			explained(t, "image", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^#?([A-Z_]+)=`).FindAllStringSubmatch(file(t, ".env.example"), -1) {
		explained(t, "variable", m[1])
	}
	example := file(t, ".env.example")
	for _, f := range stacks["cluster"] {
		for _, m := range regexp.MustCompile(`\$\{([A-Z_]+)`).FindAllStringSubmatch(file(t, f), -1) {
			if !strings.Contains(example, m[1]+"=") {
				t.Errorf(".env.example does not name %s, which %s takes", m[1], f)
			}
		}
	}
	each(t, func(t *testing.T, p *types.Project) {
		for name, s := range p.Services {
			explained(t, "service", name)
			explained(t, "image", s.Image)
			for v := range s.Environment {
				explained(t, "variable", v)
			}
			for _, port := range s.Ports {
				explained(t, "port", port.Published)
			}
			if plugin := s.Environment["GF_PLUGINS_PREINSTALL_SYNC"]; plugin != nil {
				id, version, _ := strings.Cut(*plugin, "@")
				explained(t, "plugin", id)
				explained(t, "plugin's version", version)
			}
		}
		for name := range p.Volumes {
			explained(t, "volume", name)
		}
	})
}

func file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
