package realtest

import (
	"log/slog"
	"path/filepath"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery"
	_ "github.com/prometheus/prometheus/discovery/dns" // dns_sd_configs
)

// Prometheus takes the configurations that the compose files mount; they load these rules, under the job that the rules
// ask for.
func TestConfigurations(t *testing.T) {
	for file, want := range map[string]int{"../prometheus.yml": 2, "../../cluster/prometheus.yml": 3} {
		c, err := config.LoadFile(file, false, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(c.RuleFiles) != 1 || filepath.Base(c.RuleFiles[0]) != "rollcall.rules.yml" {
			t.Errorf("%s loads the rules %v", file, c.RuleFiles)
		}
		i := slices.IndexFunc(c.ScrapeConfigs, func(s *config.ScrapeConfig) bool { return s.JobName == "rollcall" })
		if i < 0 {
			t.Fatalf("%s has no job rollcall", file)
		}
		named := 0
		for _, d := range c.ScrapeConfigs[i].ServiceDiscoveryConfigs {
			if s, ok := d.(discovery.StaticConfig); ok {
				for _, g := range s {
					named += len(g.Targets)
				}
			}
		}
		if named != want {
			t.Errorf("%s scrapes %d parts by name, want %d", file, named, want)
		}
	}
}
