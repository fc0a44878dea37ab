package contend

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/rollcall-dev/rollcall/bench/measure"
	"github.com/rollcall-dev/rollcall/processors"
)

// fold is our members stage alone, one goroutine a partition.
func fold(ctx context.Context, s Spec, m *measure.Meter) (map[string]float64, error) {
	before := liveHeap()
	m.Begin()
	var mu sync.Mutex
	var sum processors.Stats
	folds := make([]processors.Fold, len(s.Ends))
	err := eachPartition(ctx, s, func(ctx context.Context, p int) error {
		f, stats, err := foldPartition(ctx, s.Config(), s.Topic, p, len(s.Ends), s.Ends[p], s.counting(m))
		mu.Lock()
		defer mu.Unlock()
		folds[p] = f
		sum.Actions += stats.Actions
		sum.Repeats += stats.Repeats
		sum.Late += stats.Late
		sum.Rejected += stats.Rejected
		return err
	})
	m.End()
	if err != nil {
		return nil, err
	}
	if sum != (processors.Stats{Actions: s.Total}) {
		return nil, fmt.Errorf("the folds counted %+v, want %d actions and nothing else", sum, s.Total)
	}
	live := liveHeap() - before
	runtime.KeepAlive(folds)
	return map[string]float64{"state_bytes": live, "state_bytes_per_member": live / float64(s.Members)}, nil
}

// counting adds a partition's records to the meter, less those at its head that are settings and no events.
func (s Spec) counting(m *measure.Meter) func(n int64) {
	settings := int64(s.Communities)
	return func(n int64) {
		skip := min(settings, n)
		settings -= skip
		m.Add(n - skip)
	}
}
