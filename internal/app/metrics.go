package app

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
)

// machineMetrics say which program runs, and what room the disk of its data folder has, as /readyz sees it.
func machineMetrics(dir string) []prometheus.Collector {
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "rollcall_build_info",
		Help: "1, with the program's version."}, []string{"version", "go"})
	build.WithLabelValues(Version(), runtime.Version()).Set(1)
	all := []prometheus.Collector{build}
	if _, known := freeBytes(dir); known {
		all = append(all, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "rollcall_disk_free_bytes",
			Help: "Room on the disk of the data folder."}, func() float64 { free, _ := freeBytes(dir); return float64(free) }))
	}
	return all
}
