package prometheus

import (
	"log/slog"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

const (
	rulesFile = "rollcall.rules.yml"
	testsFile = "rollcall.test.yml"
	root      = "../.."
)

func load(t *testing.T) []rulefmt.Rule {
	t.Helper()
	groups, errs := rulefmt.ParseFile(rulesFile, false, model.UTF8Validation, promQL, slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var rules []rulefmt.Rule
	for _, g := range groups.Groups {
		rules = append(rules, g.Rules...)
	}
	return rules
}

var notAnchor = regexp.MustCompile(`[^\w\- ]`)

// Every alert says what it is, what to do, how bad it is, and where in the docs there is more.
func TestEveryAlertSaysWhatToDo(t *testing.T) {
	anchors := map[string]map[string]bool{}
	for _, r := range load(t) {
		for _, name := range []string{"summary", "description", "runbook"} {
			if r.Annotations[name] == "" {
				t.Errorf("%s has no %s", r.Alert, name)
			}
		}
		if s := r.Labels["severity"]; s != "critical" && s != "warning" && s != "info" {
			t.Errorf("%s has severity %q", r.Alert, s)
		}
		page, anchor, _ := strings.Cut(r.Annotations["runbook"], "#")
		if anchors[page] == nil {
			text, err := os.ReadFile(path.Join(root, page))
			if err != nil {
				t.Fatalf("%s: %v", r.Alert, err)
			}
			anchors[page] = map[string]bool{}
			for line := range strings.Lines(string(text)) {
				if title := strings.TrimLeft(line, "#"); title != line {
					title = notAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
					anchors[page][strings.ReplaceAll(title, " ", "-")] = true
				}
			}
		}
		if !anchors[page][anchor] {
			t.Errorf("%s: %s has no section %q", r.Alert, page, anchor)
		}
	}
}

// Every alert is seen firing and, in another case, not.
func TestRules(t *testing.T) {
	rules, tests := load(t), readTests(t)
	fired, quiet := map[string]bool{}, map[string]bool{}
	for _, c := range tests.Tests {
		t.Run(c.Name, func(t *testing.T) {
			here := run(t, rules, c, tests.EvaluationInterval)
			for _, r := range rules {
				fired[r.Alert] = fired[r.Alert] || here[r.Alert]
				quiet[r.Alert] = quiet[r.Alert] || !here[r.Alert] && mentions(t, c, r)
			}
		})
	}
	for _, r := range rules {
		if !fired[r.Alert] {
			t.Errorf("no test shows %s firing", r.Alert)
		}
		if !quiet[r.Alert] {
			t.Errorf("no test shows %s silent on the metrics it looks at", r.Alert)
		}
	}
}

// mentions says whether a case has values for every metric of a rule, so that its silence says something.
func mentions(t *testing.T, c testCase, r rulefmt.Rule) bool {
	expr, err := promQL.ParseExpr(r.Expr)
	if err != nil {
		t.Fatal(err)
	}
	all := true
	parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
		if s, ok := n.(*parser.VectorSelector); ok {
			found := false
			for _, in := range c.InputSeries {
				found = found || strings.HasPrefix(in.Series, s.Name+"{") || in.Series == s.Name
			}
			all = all && found
		}
		return nil
	})
	return all
}
