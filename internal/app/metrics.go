package app

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
)

// buildInfo says which program runs.
func buildInfo() prometheus.Collector {
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "rollcall_build_info",
		Help: "1, with the program's version."}, []string{"version", "go"})
	build.WithLabelValues(Version(), runtime.Version()).Set(1)
	return build
}

// useDir makes a folder the data folder, and says what room its disk has, as /readyz sees it.
func (p *program) useDir(dir string) {
	p.dir = dir
	if _, known := freeBytes(dir); known {
		p.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "rollcall_disk_free_bytes",
			Help: "Room on the disk of the data folder."}, func() float64 { free, _ := freeBytes(dir); return float64(free) }))
	}
}
