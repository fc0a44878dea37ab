package measure

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Mark is a moment: wall time and this process's CPU time, and how many events there were by then.
type Mark struct {
	Wall  time.Time
	CPU   time.Duration
	Count int64
}

// CPU returns the user and system time of this process.
func CPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0 // never, for this process
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// CPUOf returns the user and system time of another process, in steps of 10 ms.
func CPUOf(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("reading the CPU time of process %d: %w", pid, err)
	}
	// The name may hold spaces; utime and stime are the 12th and 13th fields after it, in ticks of 10 ms.
	f := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	user, err1 := strconv.ParseInt(string(f[11]), 10, 64)
	system, err2 := strconv.ParseInt(string(f[12]), 10, 64)
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("reading the CPU time of process %d: %q", pid, b)
	}
	return time.Duration(user+system) * 10 * time.Millisecond, nil
}

// Memory returns the largest (VmHWM) and the present (VmRSS) resident memory of a process, 0 for this one, in bytes.
func Memory(pid int) (peak, now int64) {
	name := "/proc/self/status"
	if pid > 0 {
		name = fmt.Sprintf("/proc/%d/status", pid)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return 0, 0
	}
	for line := range bytes.Lines(b) {
		var kib int64
		if _, err := fmt.Sscanf(string(line), "VmHWM: %d", &kib); err == nil {
			peak = kib << 10
		} else if _, err := fmt.Sscanf(string(line), "VmRSS: %d", &kib); err == nil {
			now = kib << 10
		}
	}
	return peak, now
}

// Meter marks the first event, the end of the prelude, and the last event. Any goroutine may add.
type Meter struct {
	prelude, total int64
	done           atomic.Int64
	warmOnce       sync.Once
	allOnce        sync.Once
	first, warm    Mark
	end            Mark
	all            chan struct{}
}

// NewMeter returns a meter for total events, of which the first prelude ones warm up.
func NewMeter(prelude, total int64) *Meter {
	return &Meter{prelude: prelude, total: total, all: make(chan struct{})}
}

// Begin marks the start of reading.
func (m *Meter) Begin() {
	m.first = m.mark(0)
	m.Add(0)
}

func (m *Meter) mark(n int64) Mark { return Mark{Wall: time.Now(), CPU: CPU(), Count: n} }

// Add counts n more events.
func (m *Meter) Add(n int64) {
	count := m.done.Add(n)
	if count >= m.prelude {
		m.warmOnce.Do(func() { m.warm = m.mark(count) })
	}
	if count >= m.total {
		m.allOnce.Do(func() { close(m.all) })
	}
}

// All is closed when every event was counted.
func (m *Meter) All() <-chan struct{} { return m.all }

// End marks the end of the work: when all is counted and what belongs to it is done.
func (m *Meter) End() { m.end = m.mark(m.done.Load()) }

// Done returns how many events there were.
func (m *Meter) Done() int64 { return m.done.Load() }

// Result is what one run of one contender used. Events and the two times are of what came after the prelude.
type Result struct {
	Name    string             `json:"name"`
	Events  int64              `json:"events"`
	Wall    float64            `json:"wall_s"`
	CPU     float64            `json:"cpu_s"`
	AllCPU  float64            `json:"all_cpu_s"` // from the first event, the prelude's among them
	Process float64            `json:"process_s"` // CPU of the whole process, start and end among them
	PeakRSS int64              `json:"peak_rss"`  // bytes
	Total   int64              `json:"total"`     // events with the prelude's
	Done    int64              `json:"done"`      // how many the contender counted: must be Total
	Extra   map[string]float64 `json:"extra,omitempty"`
}

// Result returns the figures, after the end.
func (m *Meter) Result(name string, extra map[string]float64) Result {
	peak, _ := Memory(0)
	if m.warm.Count == m.end.Count { // it showed all events at once
		m.warm = m.first
	}
	return Result{Name: name, Events: m.end.Count - m.warm.Count, Wall: m.end.Wall.Sub(m.warm.Wall).Seconds(),
		CPU: (m.end.CPU - m.warm.CPU).Seconds(), AllCPU: (m.end.CPU - m.first.CPU).Seconds(), PeakRSS: peak,
		Total: m.total, Done: m.Done(), Extra: extra}
}

// PerCPU is events a CPU second.
func (r Result) PerCPU() float64 { return float64(r.Events) / r.CPU }

// NSPerEvent is CPU nanoseconds an event.
func (r Result) NSPerEvent() float64 { return r.CPU / float64(r.Events) * 1e9 }
