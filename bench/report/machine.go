package report

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// Machine describes where the figures are from.
func Machine() string {
	model, memory := "unknown processor", int64(0)
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range bytes.Lines(b) {
			if name, value, ok := strings.Cut(string(line), ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	if b, err := os.ReadFile("/proc/meminfo"); err == nil {
		_, _ = fmt.Sscanf(string(b), "MemTotal: %d", &memory)
	}
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	load, _ := os.ReadFile("/proc/loadavg")
	return fmt.Sprintf("%d cores (%s), %.0f GiB memory, Linux %s, %s, %s; load at the end %s", runtime.NumCPU(), model,
		float64(memory)/(1<<20), strings.TrimSpace(string(kernel)), runtime.Version(), java(), firstFields(string(load), 3))
}

func java() string {
	out, err := exec.CommandContext(context.Background(), "java", "-version").CombinedOutput()
	if err != nil {
		return "no Java"
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.ReplaceAll(line, `"`, "")
}

func firstFields(s string, n int) string {
	f := strings.Fields(s)
	return strings.Join(f[:min(n, len(f))], " ")
}
