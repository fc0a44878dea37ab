package prometheus

import (
	"encoding/json"
	"os"
	"path"
	"testing"

	"go.yaml.in/yaml/v3"
)

// What Grafana asks of Prometheus, on the board of the pipeline's health and in the alert rules written for it, is PromQL. The
// files are those that dashboards/grafana's own tests hold what it writes to.
func TestGrafanaAsksInPromQL(t *testing.T) {
	golden := path.Join(root, "dashboards", "grafana", "testdata", "golden", "en")
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	read(t, path.Join(golden, "dashboards_en_pipeline.json"), &board, json.Unmarshal)
	var rules struct {
		Groups []struct {
			Rules []struct {
				UID  string
				Data []struct {
					Model struct{ Expr string }
				}
			}
		}
	}
	read(t, path.Join(golden, "provisioning_alerting_rollcall-en.yaml"), &rules, yaml.Unmarshal)
	asked := map[string]string{}
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			asked[target.Expr] = p.Title
		}
	}
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			for _, q := range r.Data {
				if q.Model.Expr != "" {
					asked[q.Model.Expr] = r.UID
				}
			}
		}
	}
	for expr, by := range asked {
		if _, err := promQL.ParseExpr(expr); err != nil {
			t.Errorf("%s: %s: %v", by, expr, err)
		}
	}
	if len(asked) < 20 {
		t.Errorf("only %d questions", len(asked))
	}
}

func read(t *testing.T, name string, into any, unmarshal func([]byte, any) error) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
