package arch

import (
	"strings"
	"testing"
)

// rule is one sentence that the source must keep.
type rule struct {
	name   string
	reason string // printed when it is broken
	check  func(files []*file, broken func(place, what string))
}

var rules = []rule{
	importsRule, clientsRule, purityRule, goroutinesRule, sleepRule, printRule, lengthRule, docRule, linksRule,
	dependenciesRule, hostsRule, pathsRule,
}

func TestRules(t *testing.T) {
	files := repository(t)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			places := 0
			r.check(files, func(place, what string) {
				places++
				t.Errorf("%s: %s", place, what)
			})
			if places > 0 {
				t.Logf("Why: %s", r.reason)
			}
		})
	}
}

// planted are violations, each a file and what its rule must say. Text that a rule forbids is put together here, so
// that this file does not break it.
var planted = []struct {
	rule rule
	path string
	text string
	want string
}{
	{importsRule, "processors/activity/x.go", `import "` + module + `/internal/stream"`, "internal/stream"},
	{importsRule, "schemas/x.go", `import "` + module + `/processors"`, "processors"},
	{importsRule, "ingest/x.go", `import "` + module + `/internal/kafka"`, "internal/kafka"},
	{importsRule, "internal/kafka/x.go", `import "` + module + `/internal/clickhouse"`, "internal/clickhouse"},
	{importsRule, "internal/embedded/broker/x.go", `import "` + module + `/schemas"`, "schemas"},
	{importsRule, "internal/simulate/x.go", `import "` + module + `/processors"`, "processors"},
	{importsRule, "cmd/rollcall/x.go", `import "` + module + `/schemas"`, "schemas"},
	{importsRule, "internal/newcomer/x.go", `import "` + module + `/schemas"`, "no line in the table"},
	{importsRule, "processors/x.go", `import . "time"`, "dot"},
	{clientsRule, "internal/stream/x.go", `import "github.com/segmentio/kafka-go"`, "kafka-go"},
	{clientsRule, "internal/kafka/x.go", `import "github.com/ClickHouse/clickhouse-go/v2"`, "clickhouse-go"},
	{clientsRule, "internal/embedded/chdb/front/x.go", `import "github.com/ClickHouse/clickhouse-go/v2"`, "clickhouse-go"},
	{clientsRule, "internal/kafka/x.go", `import "github.com/twmb/franz-go/pkg/kfake"`, "kfake"},
	{clientsRule, "internal/app/x.go", `import "github.com/ebitengine/purego"`, "purego"},
	{clientsRule, "alerts/outbox/x.go", `import "github.com/wneessen/go-mail"`, "alerts/mail"},
	{importsRule, "alerts/slack/x.go", `import "` + module + `/internal/kafka"`, "internal/kafka"},
	{purityRule, "processors/x.go", `import "time"; var _ = time.Now()`, "time.Now"},
	{purityRule, "processors/x.go", `import clock "time"; var _ = clock.Since`, "time.Since"},
	{purityRule, "processors/x.go", `import "time"; var _ = time.Local`, "time.Local"},
	{purityRule, "processors/activity/x.go", `import "math/rand/v2"`, "math/rand/v2"},
	{purityRule, "processors/x.go", `import "net/http"`, "net/http"},
	{purityRule, "schemas/x.go", `import "os"`, "os"},
	{purityRule, "internal/simulate/x.go", `import "time"; var _ = time.Now`, "time.Now"},
	{goroutinesRule, "processors/x.go", `func f() { go f() }`, "go statement"},
	{goroutinesRule, "processors/x.go", `import "sync/atomic"`, "sync/atomic"},
	{sleepRule, "internal/app/x_test.go", `import "time"; func f() { time.Sleep(1) }`, "time.Sleep"},
	{printRule, "internal/app/x.go", `import "fmt"; func f() { fmt.Println() }`, "fmt.Println"},
	{printRule, "internal/app/x.go", `func f() { println() }`, "println"},
	{lengthRule, "ingest/x.go", strings.Repeat("\n", 300), "lines"},
	{docRule, "ingest/x.go", `func f() {}`, "doc.go"},
	{docRule, "ingest/doc.go", ``, "comment"},
	{docRule, "demo/x/main.go", "package main\n\nfunc main() {}", "comment"},
	{linksRule, "docs/x.md", "see [there](../nowhere.md#top)", "nowhere.md"},
	{dependenciesRule, "go.mod", "require (\n\texample.com/leftpad v1.0.0\n)", "leftpad"},
	{hostsRule, "docs/x.md", "registry." + "npmjs.org", "registry"},
	{hostsRule, "x/.npmrc", "registry" + "=http://10.0.0.1:4873/", "registry"},
	{hostsRule, "Makefile", "GOPROXY" + "=http://10.0.0.1:3000", "GOPROXY"},
	{pathsRule, "docs/x.md", "see /home" + "/ada/rollcall", "path"},
	{pathsRule, "x_test.go", "// /root" + "/go/pkg", "path"},
}

func TestRulesCatch(t *testing.T) {
	shown := map[string]bool{}
	for _, p := range planted {
		t.Run(p.rule.name+"/"+p.path, func(t *testing.T) {
			text := packaged(p.path, p.text)
			var said []string
			p.rule.check([]*file{parse(t, p.path, []byte(text))}, func(place, what string) {
				said = append(said, place+": "+what)
			})
			if got := strings.Join(said, "\n"); !strings.Contains(got, p.path) || !strings.Contains(got, p.want) {
				t.Errorf("the rule says %q of\n%s\nwant a mention of %q", got, text, p.want)
			}
		})
		shown[p.rule.name] = true
	}
	for _, r := range rules {
		if !shown[r.name] {
			t.Errorf("nothing shows that the rule %q catches anything", r.name)
		}
		if len(r.reason) < 40 {
			t.Errorf("the rule %q has no reason", r.name)
		}
	}
}

// allowed are things that look like a violation and are none.
var allowed = []struct {
	rule rule
	path string
	text string
}{
	{importsRule, "processors/activity/x.go", `import "` + module + `/schemas/actionpb"`},
	{importsRule, "processors/x.go", `import "` + module + `/processors/activity"`},
	{importsRule, "dashboards/x_test.go", `import "` + module + `/internal/embedded/chdb"`},
	{clientsRule, "internal/embedded/chdb/front/x.go", `import "github.com/ClickHouse/clickhouse-go/v2/lib/proto"`},
	{clientsRule, "internal/embedded/chdb/front/x_test.go", `import "github.com/ClickHouse/clickhouse-go/v2"`},
	{purityRule, "processors/x.go", `import "time"; func f(t struct{ Now int }) int { return t.Now }; var _ time.Duration`},
	{purityRule, "processors/x.go", `type t struct{ Now int }; func f(time t) int { return time.Now }`},
	{purityRule, "processors/x_test.go", `import "os"`},
	{sleepRule, "internal/app/x.go", `import "time"; func f() { time.Sleep(1) }`},
	{printRule, "cmd/rollcall/x.go", "package main\n\nimport `fmt`\n\nfunc f() { fmt.Println() }"},
	{linksRule, "docs/x.md", "[self](x.md) [root](../docs) [out](https://example.com) [below](#there)"},
	{dependenciesRule, "go.mod", "module example.com/x\n\ngo 1.26\n\nrequire example.com/leftpad v1.0.0 // indirect\n"},
	{lengthRule, "ingest/x.go", "\n// Code generated by x. DO NOT EDIT.\n\npackage x\n" + strings.Repeat("\n", 300)},
}

func TestRulesAllow(t *testing.T) {
	for _, a := range allowed {
		a.rule.check([]*file{parse(t, a.path, []byte(packaged(a.path, a.text)))}, func(place, what string) {
			if place != "internal/arch" { // stale exceptions: there is only this file
				t.Errorf("%s refuses %s: %s\n%s", a.rule.name, place, what, a.text)
			}
		})
	}
}

// packaged makes text a Go file, if its path says so and it is none.
func packaged(path, text string) string {
	if !strings.HasSuffix(path, ".go") || strings.HasPrefix(text, "package ") || strings.HasPrefix(text, "\n//") {
		return text
	}
	return "package x\n" + text
}
