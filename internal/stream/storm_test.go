package stream

import (
	"context"
	"fmt"
	"runtime/pprof"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/rollcall-dev/rollcall/schemas"
)

// A storm decides what goes wrong, and makes a run replayable. The scheduler's choices must not show, so no two things may
// happen to the world at one instant: every call first waits, until an instant whose nanoseconds within a microsecond are
// its caller's alone. All pauses of the engine are whole microseconds, so each of its goroutines stays in its own lane.
// How long a call waits, and whether it fails, is a hash of the seed, the process's life, the caller and how often it
// called before.
type storm struct {
	seed                uint64
	errorIn, crashIn    uint64    // one call in so many; 0: none
	slow, down, full    time.Time // until then the sink is slow, is down, the bucket's disk is full
	calm                bool      // nothing fails any more
	trap                string    // the next call of this name waits long…
	sprung              chan struct{}
	counts              map[string]int
	last                time.Time // of the last effect
	coincidence, traced bool
	trace               []string
}

// caller is one goroutine of a process, as far as it calls the world.
type caller struct {
	stage, partition int // partition -1: the engine itself, for the whole stage
	background       bool
}

type turn struct {
	who  caller
	name string
}

var stageOf = map[string]string{schemas.TopicActions: "members", schemas.TopicSignals: "communities", schemas.TopicRejected: "rejected"}

// of returns who calls: the worker that ctx belongs to, else the named one's writer of snapshots or the engine.
func of(ctx context.Context, topic string, partition int) caller {
	number := map[string]int{"members": 1, "communities": 2, "rejected": 3}
	if stage, ok := pprof.Label(ctx, "stage"); ok {
		p, _ := pprof.Label(ctx, "partition")
		n, _ := strconv.Atoi(p)
		return caller{number[stage], n, false}
	}
	return caller{number[stageOf[topic]], partition, true}
}

const lane = time.Microsecond

// lane returns the nanoseconds of a caller; 0 is the director's, the last one who sends actions.
func (p *process) lane(c caller) time.Duration {
	n := ((p.life%8)*4+c.stage)*10 + (c.partition+1)*2 + 1
	if c.background {
		n++
	}
	return time.Duration(n)
}

// align waits for the next instant of a lane.
func align(own time.Duration) {
	now := time.Duration(time.Now().UnixNano())
	d := (own - now%lane + lane) % lane
	if d == 0 {
		d = lane
	}
	<-time.After(d)
}

func (s *storm) hash(p *process, t turn, n int) uint64 {
	return xxh3.HashStringSeed(fmt.Sprint(p.life, t.who.stage, t.who.partition, t.who.background, n, t.name), s.seed)
}

// wait lets the call's latency pass. It reports false where ctx ended meanwhile.
func (s *storm) wait(ctx context.Context, p *process, t turn, roll uint64) bool {
	d := time.Duration(roll>>8%2000) * time.Microsecond
	p.mu.Lock()
	if t.name == "write rows" && time.Now().Before(s.slow) {
		d += time.Duration(roll>>20%8000) * time.Millisecond
		s.counts["slow sink"]++
	}
	if s.trap == t.name && !p.dead {
		s.trap, d = "", d+time.Second
		close(s.sprung)
	}
	p.mu.Unlock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	align(p.lane(t.who))
	return ctx.Err() == nil
}

func (s *storm) call(ctx context.Context, p *process, t turn, do func(share float64)) error {
	p.mu.Lock()
	dead, n := p.dead, p.count[t]
	p.count[t]++
	p.mu.Unlock()
	if dead {
		return errDead
	}
	roll := s.hash(p, t, n)
	alive := s.wait(ctx, p, t, roll)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return errDead
	}
	share, err := s.fate(p, t.name, roll)
	if !alive {
		share, err = float64(roll>>8&1), ctx.Err()
	}
	now := time.Now()
	s.coincidence = s.coincidence || now.Equal(s.last)
	s.last = now
	if s.traced {
		s.trace = append(s.trace, fmt.Sprintf("%v life %d %v %s: %v %v %x", now.UnixNano(), p.life, t.who, t.name, share, err, p.digest()))
	}
	if share > 0 || err == nil {
		do(share)
	}
	return err
}

// digest is a sum of the world's log, for the trace.
func (w *world) digest() (d uint64) {
	for _, name := range []string{schemas.TopicActions, schemas.TopicSignals, schemas.TopicRejected, schemas.TopicAlerts} {
		for _, p := range w.topics[name] {
			if n := len(p.records); n > 0 {
				d = d*31 + uint64(n) + xxh3.Hash(p.records[n-1])
			}
		}
	}
	return d*31 + uint64(len(w.tables)) + uint64(len(w.bucket))
}

// fate returns which share of a call takes effect, and what its caller is told.
func (s *storm) fate(p *process, name string, roll uint64) (share float64, err error) {
	now, sink := time.Now(), name == "write rows" || name == "move"
	switch {
	case s.calm:
		return 1, nil
	case sink && now.Before(s.down):
		s.counts["sink down"]++
		return 0, errDown
	case (name == "create snapshot" || name == "write snapshot") && now.Before(s.full):
		s.counts["disk full"]++
		return 0, fmt.Errorf("no space left on device: %w", errDown)
	}
	when := []string{"before", "after"}
	share = float64(roll >> 16 & 1)
	if sink || name == "broadcast" || name == "append to "+schemas.TopicSignals || name == "append to "+schemas.TopicRejected {
		when = []string{"before", "in the middle of", "after"}
		share = float64(roll>>16%3) / 2
		if share == 0.5 {
			share = 0.1 + float64(roll>>24%80)/100
		}
	}
	told := when[0]
	if share > 0 {
		told = when[len(when)-1]
		if share < 1 {
			told = when[1]
		}
	}
	rarer := uint64(1)
	if strings.HasPrefix(name, "fetch ") {
		rarer = 20
	}
	switch {
	case s.crashIn > 0 && roll>>32%(rarer*s.crashIn) == 0:
		p.dead = true
		s.counts["crash "+told+" "+name]++
		return share, errDead
	case s.errorIn > 0 && roll>>32%(rarer*s.errorIn) == 1:
		s.counts["error "+told+" "+name]++
		return share, errDown
	}
	return 1, nil
}

// covered checks law 1 at each promise: what a snapshot of the members stage covers, or a signal of a fold that wants its
// rows first, is in the tables.
func (w *world) covered(t *testing.T, n int, next int64, by string) {
	part := w.topics[schemas.TopicActions][n]
	for ; part.checked < next; part.checked++ {
		var a schemas.Action
		c, err := schemas.DecodeRecord(part.records[part.checked], &a)
		if err != nil || c != nil || poison(part.records[part.checked]) {
			continue
		}
		if _, ok := w.tables[actionKey(&a)]; !ok {
			t.Errorf("%s covers offset %d of partition %d, and its action is not stored", by, part.checked, n)
			return
		}
	}
}

func actionKey(a *schemas.Action) string {
	return fmt.Sprintf("%s|%s|%d|%s|%s", schemas.TableActions, a.Community, a.Time, a.ID, a.Member)
}
