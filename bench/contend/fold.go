package contend

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/rollcall-dev/rollcall/bench/measure"
	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/schemas"
)

// fold is our members stage alone, one goroutine a partition.
func fold(ctx context.Context, s Spec, m *measure.Meter) (map[string]float64, error) {
	return foldTelling(ctx, s, m, nobody)
}

func nobody([]schemas.Record) {}

// bothFolds are our members stage and the communities stage on what it says: what is known of whole communities, churn, its
// reasons, and what is unusual.
func bothFolds(ctx context.Context, s Spec, m *measure.Meter) (map[string]float64, error) {
	var mu sync.Mutex
	communities, told, rows := processors.NewCommunities(), int64(0), 0
	bytes := 0
	extra, err := foldTelling(ctx, s, m, func(signals []schemas.Record) {
		mu.Lock()
		defer mu.Unlock()
		for _, r := range signals {
			communities.Apply(told, r.Value)
			told++
			bytes += len(r.Value)
		}
		rows += communities.Flush().RowCount()
		communities.Delivered()
	})
	if err != nil {
		return nil, err
	}
	if rows == 0 {
		return nil, errors.New("the communities stage published nothing: it did not do the work")
	}
	runtime.KeepAlive(communities) // its memory is in extra as well
	extra["signal_bytes_per_event"] = float64(bytes) / float64(s.Total)
	return extra, nil
}

// foldTelling runs the members stage; tell gets the signals.
func foldTelling(ctx context.Context, s Spec, m *measure.Meter, tell func([]schemas.Record)) (map[string]float64, error) {
	before := liveHeap()
	m.Begin()
	var mu sync.Mutex
	var sum processors.Stats
	folds := make([]processors.Fold, len(s.Ends))
	err := eachPartition(ctx, s, func(ctx context.Context, p int) error {
		f, stats, err := foldPartition(ctx, s.Config(), s.Topic, p, len(s.Ends), s.Ends[p], s.counting(m), tell)
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
