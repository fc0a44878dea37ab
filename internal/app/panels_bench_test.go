package app

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rollcall-dev/rollcall/dashboards"
)

// BenchmarkPanels asks each panel over each data set and over ranges of several lengths: ms/op is what a reader waits for the
// database, best-ms the fastest run, which tells more on a busy machine. -bench 'Panels/CDNOW' takes one data set.
func BenchmarkPanels(b *testing.B) {
	sets := maps.Clone(dataSets)
	sets["french-meta"] = ImportOptions{Files: []string{demoFile}}
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		b.Run(name, func(b *testing.B) {
			o := sets[name]
			if name != "french-meta" {
				o.Files = []string{dataSet(b, o.Files[0])}
			}
			o.Community, o.Clock = strings.ToLower(name), "data"
			in := start(b, b.TempDir())
			in.importFile(o)
			in.wait()
			views := slices.DeleteFunc(in.views(o.Community, "UTC"), func(v view) bool { return !slices.Contains([]string{"all", "a year", "a month", "a day"}, v.name) })
			for _, p := range dashboards.Panels() {
				for _, v := range askedOf(p, views) {
					b.Run(p.ID+"/"+strings.ReplaceAll(strings.TrimSpace(v.name+" "+v.dimension), " ", "_"), func(b *testing.B) {
						in.t = b
						best := time.Hour
						for b.Loop() {
							at := time.Now()
							in.ask(p, v)
							best = min(best, time.Since(at))
						}
						b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/op")
						b.ReportMetric(float64(best.Microseconds())/1000, "best-ms")
					})
				}
			}
		})
	}
}
