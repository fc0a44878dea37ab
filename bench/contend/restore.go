package contend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gocloud.dev/gcerrors"

	"github.com/rollcall-dev/rollcall/bench/measure"
	"github.com/rollcall-dev/rollcall/internal/stream"
	"github.com/rollcall-dev/rollcall/processors"
	"github.com/rollcall-dev/rollcall/processors/state"
	"github.com/rollcall-dev/rollcall/schemas"
)

// MarkedMember begins the names of members whose actions a dropping sink looks out for.
const MarkedMember = "marked-"

// dropSink takes rows and forgets them. Marked, if set, is called for each action of a marked member.
type dropSink struct {
	rows   atomic.Int64
	marked func(member string)
}

func (d *dropSink) Write(_ context.Context, sets []schemas.Rows) error {
	for _, s := range sets {
		d.rows.Add(int64(s.Len()))
		a, ok := s.(*schemas.ActionRows)
		if !ok || d.marked == nil {
			continue
		}
		for m := range a.Member.All() {
			if bytes.HasPrefix(m, []byte(MarkedMember)) {
				d.marked(string(m))
			}
		}
	}
	return nil
}

func (d *dropSink) Move(context.Context, schemas.Move) error { return nil }

// engineRun is the members stage in the engine with snapshots every so often, rows dropped.
func engineRun(every time.Duration) func(context.Context, Spec, *measure.Meter) (map[string]float64, error) {
	return func(ctx context.Context, s Spec, m *measure.Meter) (map[string]float64, error) {
		e, err := OpenEngine(ctx, s, &dropSink{}, every)
		if err != nil {
			return nil, err
		}
		defer e.Close()
		e.stages = e.stages[:1]
		m.Begin()
		runCtx, end := context.WithCancel(ctx)
		defer end()
		done := make(chan error, 1)
		go func() { done <- e.Run(runCtx) }()
		err = e.follow(ctx, s, m, done)
		m.End()
		if err != nil {
			return nil, err
		}
		began := time.Now()
		end()
		return map[string]float64{"stop_ms": float64(time.Since(began).Milliseconds())}, <-done
	}
}

// stateRun folds and then looks at the state: live heap, resident memory, and what a snapshot of it takes.
func stateRun(ctx context.Context, s Spec, m *measure.Meter) (map[string]float64, error) {
	before := liveHeap()
	m.Begin()
	folds := make([]processors.Fold, len(s.Ends))
	var mu sync.Mutex
	err := eachPartition(ctx, s, func(ctx context.Context, p int) error {
		f, _, err := foldPartition(ctx, s.Config(), s.Topic, p, len(s.Ends), s.Ends[p], s.counting(m), nobody)
		mu.Lock()
		defer mu.Unlock()
		folds[p] = f
		return err
	})
	m.End()
	if err != nil {
		return nil, err
	}
	out := map[string]float64{}
	_, now := measure.Memory(0)
	out["rss_bytes_per_member"] = float64(now) / float64(s.Members)
	live := liveHeap() - before
	out["state_bytes_per_member"] = live / float64(s.Members)
	debug.FreeOSMemory()
	var save, load time.Duration
	var size int
	for p, f := range folds {
		began := time.Now()
		var w state.Writer
		f.Save(&w)
		save += time.Since(began)
		size += len(w.Bytes())
		again := processors.NewMembers(p, len(folds))
		began = time.Now()
		if err := again.Load(state.NewReader(w.Bytes())); err != nil {
			return nil, fmt.Errorf("loading a snapshot: %w", err)
		}
		load += time.Since(began)
		folds[p] = nil
		runtime.GC()
	}
	out["snapshot_bytes_per_member"] = float64(size) / float64(s.Members)
	out["snapshot_mib"] = float64(size) / (1 << 20)
	out["save_ms"], out["load_ms"] = float64(save.Milliseconds()), float64(load.Milliseconds())
	return out, nil
}

// ServeRestore is a process that is killed, or started after that: the members stage over s, snapshots in s.Dir. It says
// "snapshot" when snapshots cover all of s and "row MEMBER" when a marked action was delivered.
func ServeRestore(ctx context.Context, s Spec, every time.Duration, say func(string)) error {
	e, err := OpenEngine(ctx, s, &dropSink{marked: func(m string) { say("row " + m) }}, every)
	if err != nil {
		return err
	}
	defer e.Close()
	e.stages = e.stages[:1]
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	for covered := false; ; {
		select {
		case err := <-done:
			return errors.Join(err, ctx.Err())
		case <-time.After(poll):
		}
		if !covered {
			if covered, err = covers(ctx, e.store, s.Ends); err != nil {
				return err
			}
			if covered {
				say("snapshot")
			}
		}
	}
}

// covers says whether the newest snapshot of each partition goes to its end.
func covers(ctx context.Context, store *stream.Store, ends []int64) (bool, error) {
	for p, end := range ends {
		names, err := store.List(ctx, "members", p)
		if gcerrors.Code(err) == gcerrors.NotFound { // one was dropped in between
			return false, nil
		}
		if err != nil {
			return false, err
		}
		var next int64
		if len(names) > 0 {
			_, err = fmt.Sscanf(names[0][strings.LastIndexByte(names[0], '/')+1:], "%d", &next)
		}
		if err != nil || next < end {
			return false, err
		}
	}
	return true, nil
}
